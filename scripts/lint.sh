#!/usr/bin/env bash
# Static checks, as TAP: lint.sh [--fix]. With --fix the C files are formatted first.
# shellcheck disable=SC2317 # the checks are called through run
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

build_dir=${BUILD_DIR:-build/release}
mapfile -t c_files < <(find lib analyzer collector include scripts tests -name '*.[ch]' | sort)
mapfile -t program_c < <(find lib analyzer collector -name '*.c' | sort)
mapfile -t scripts < <(find .ci/run scripts tests -type f \
    '(' -path .ci/run -o -name '*.sh' -o -name '*.bash' -o -name '*.bats' ')' | sort)
mapfile -t man_pages < <(find analyzer collector -name '*.[1-8]' | sort)

check_format()
{
    clang-format-14 --dry-run -Werror "${c_files[@]}"
}

# The suppressed: headers that are not ours, and readdir, which glibc keeps apart per stream.
check_cppcheck()
{
    cppcheck --quiet -D__CPPCHECK__ -j "$(nproc)" --std=c11 --library=posix --template=gcc --inline-suppr \
        --enable=warning,performance,portability --error-exitcode=1 \
        --suppress=missingIncludeSystem --suppress=unknownMacro --suppress=readdirCalled \
        -Iinclude -Ianalyzer -D_GNU_SOURCE -DLOMSONG_VERSION='""' -DLOMSONG_LOCALEDIR='""' \
        lib analyzer collector scripts tests
}

check_shell()
{
    shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
}

check_banned()
{
    ! grep -nE '\b(sprintf|strcpy|strcat|strtok|atoi|atof|gets|system)[[:space:]]*\(' \
        "${program_c[@]}"
}

check_file_length()
{
    wc -l "${c_files[@]}" | awk '$2 != "total" && $1 > 500 {print $2 ": " $1 " lines"; bad = 1}
        END {exit bad}'
}

# A function's braces stand in the first column.
check_function_length()
{
    awk '/^\{$/ {start = FNR}
        /^\}$/ && start {
            if (FNR - start > 101) {print FILENAME ":" start ": " FNR - start - 1 " lines"; bad = 1}
            start = 0
        }
        END {exit bad}' "${program_c[@]}"
}

check_man()
{
    [ ${#man_pages[@]} -eq 0 ] || mandoc -T lint -W warning "${man_pages[@]}"
}

check_catalogue()
{
    msgfmt --check --output-file=/dev/null po/vi.po
}

# The texts of the sources, not those of the catalogue, say what must be translated.
check_translated()
{
    xgettext --from-code=UTF-8 -k_ -kN_ -o "$tmp/now.pot" "${program_c[@]}" &&
        msgmerge --quiet --no-fuzzy-matching -o "$tmp/vi.po" po/vi.po "$tmp/now.pot" &&
        msgattrib --no-obsolete --untranslated -o "$tmp/missing.po" "$tmp/vi.po" &&
        msgattrib --no-obsolete --only-fuzzy -o "$tmp/fuzzy.po" "$tmp/vi.po" || return 1
    if grep -q '^#:' "$tmp/missing.po" "$tmp/fuzzy.po"; then
        echo "Not translated in po/vi.po (make pot merges new texts):"
        sed '1,/^$/d' "$tmp/missing.po" "$tmp/fuzzy.po"
        return 1
    fi
}

check_globals()
{
    scripts/globals.sh "$build_dir"
}

# Runs one check; its output is shown only where it fails.
run() # NAME FUNCTION
{
    if "$2" >"$tmp/output" 2>&1; then
        echo "ok - $1"
    else
        echo "not ok - $1"
        sed 's/^/# /' "$tmp/output"
        failed=1
    fi
}

case ${1:-} in
--fix) clang-format-14 -i "${c_files[@]}" ;;
"") ;;
*)
    echo "usage: lint.sh [--fix]" >&2
    exit 2
    ;;
esac

failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo "1..10"
run "clang-format (make lint mends it)" check_format
run "cppcheck" check_cppcheck
run "shellcheck" check_shell
run "no banned calls" check_banned
run "files of at most 500 lines" check_file_length
run "functions of at most 100 lines" check_function_length
run "man pages" check_man
run "message catalogue is valid" check_catalogue
run "every message is translated" check_translated
run "no mutable globals" check_globals
exit "$failed"
