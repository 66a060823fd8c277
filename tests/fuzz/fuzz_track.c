/* Paths of tracks, as a workspace from other hands may hold them: what can be read lies
 * on the grid, and time does not run backwards. */
#include "harness.h"
#include "track.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct track_cursor c = track_start(data, size);
    int64_t gaps = 0;
    size_t stops = 0;
    while (track_next(&c)) {
        CHECK(c.bin_x >= INT32_MIN && c.bin_x <= INT32_MAX);
        CHECK(c.bin_y >= INT32_MIN && c.bin_y <= INT32_MAX);
        CHECK(c.gap_first >= gaps && c.gap_last >= c.gap_first);
        CHECK(c.starts == (stops == 0 || c.gap_first > gaps));
        gaps = c.gap_last;
        stops++;
    }
    CHECK(c.at >= data && c.at <= data + size && stops <= size / 2);
    return 0;
}
