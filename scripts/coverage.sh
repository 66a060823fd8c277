#!/usr/bin/env bash
# Which lines the tests reach: coverage.sh BUILD_DIR SUITE... A build with MODE=coverage; suites as
# of check.sh. Shows decoders and importers line by line, the whole in one line, and leaves
# BUILD_DIR/coverage.html.
set -euo pipefail

if [ $# -lt 2 ] || [ ! -d "$1" ]; then
    echo "usage: coverage.sh BUILD_DIR SUITE..." >&2
    exit 2
fi
cd "$(dirname "$0")/.."
build_dir=$1
least=95 # per cent of the lines of decoders and importers

find "$build_dir" -name '*.gcda' -delete
tests=0
scripts/check.sh "$@" || tests=1

# What reads other people's bytes.
readers=(analyzer/import_ analyzer/csv_ analyzer/app_csv analyzer/xml_events
    analyzer/gps_track_read analyzer/stations_read analyzer/places_read analyzer/places_guard
    analyzer/shape collector/at_ collector/gpsd_report collector/gps_fix collector/mm_dict lib/csvio
    lib/triplog_read lib/triplog_db lib/untrusted_db lib/dbguard lib/frozen lib/quality lib/geo
    lib/utc lib/units)
filters=()
for reader in "${readers[@]}"; do filters+=(--filter "$reader"); done
common=(--root . --object-directory "$build_dir" --exclude-throw-branches
    --gcov-ignore-parse-errors "$build_dir")

gcovr "${common[@]}" --filter 'analyzer/' --filter 'collector/' --filter 'lib/' \
    --html-self-contained --html-details "$build_dir/coverage.html" --print-summary |
    sed -n 's/^lines: /all lines: /p'
gcovr "${common[@]}" "${filters[@]}" --fail-under-line "$least"
exit "$tests"
