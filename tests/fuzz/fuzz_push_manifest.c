/* Manifests of pushed trips, which whoever may write to the server can forge: what is
 * taken names plain files and agrees with itself. */
#include "harness.h"
#include "push_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct push_manifest m, again;
    const char *fault = NULL;
    if (!push_manifest_read((const char *)data, size, &m, &fault)) {
        CHECK(fault && *fault);
        return 0;
    }
    CHECK(m.name[0] && m.name[0] != '.' && !strchr(m.name, '/'));
    CHECK(push_manifest_is_hash(m.sha256));
    CHECK(m.part_count > 0 && m.part_count <= PUSH_MANIFEST_MAX_PARTS);
    int64_t bytes = 0;
    for (size_t i = 0; i < m.part_count; i++) {
        char name[PUSH_MANIFEST_PART_SIZE];
        CHECK(push_manifest_is_hash(m.parts[i]));
        CHECK(push_manifest_part_bytes(&m, i) > 0);
        push_manifest_part(i, m.parts[i], name);
        bytes += push_manifest_part_bytes(&m, i);
    }
    CHECK(bytes == m.bytes);
    size_t written = 0;
    char *text = push_manifest_write(&m, &written);
    CHECK(text && push_manifest_read(text, written, &again, &fault));
    CHECK(again.bytes == m.bytes && strcmp(again.name, m.name) == 0);
    free(text);
    push_manifest_free(&again);
    push_manifest_free(&m);
    return 0;
}
