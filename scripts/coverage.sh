#!/usr/bin/env bash
# Which lines the tests reach: coverage.sh BUILD_DIR SUITE... A build with MODE=coverage; suites as
# of check.sh. Shows decoders and importers file by file, leaves BUILD_DIR/coverage.html with every
# line, and ends with the share of all and of decoders and importers, which must be at least 95 %.
set -euo pipefail

if [ $# -lt 2 ] || [ ! -d "$1" ]; then
    echo "usage: coverage.sh BUILD_DIR SUITE..." >&2
    exit 2
fi
cd "$(dirname "$0")/.."
build_dir=$1
least=95 # per cent of the lines of decoders and importers
summary=$build_dir/coverage.txt

find "$build_dir" -name '*.gcda' -delete
tests=0
scripts/check.sh "$@" || tests=1

# What reads other people's bytes.
readers=(analyzer/import_ analyzer/csv_ analyzer/app_csv analyzer/gunzip analyzer/xml_events
    analyzer/gps_track analyzer/crosswalk analyzer/stations_read analyzer/places_read
    analyzer/places_guard analyzer/roads_read analyzer/shape collector/at_ collector/gpsd_report
    collector/gps_fix collector/mm_dict collector/mm_facts collector/mm_identity
    collector/recording_read lib/csvio lib/dbguard lib/dbpages lib/untrusted_db lib/triplog_db
    lib/triplog_facts lib/triplog_pages lib/triplog_plan lib/triplog_probes lib/triplog_read
    lib/triplog_record lib/triplog_values lib/plan_read lib/push_manifest lib/yaml_doc lib/frozen
    lib/quality lib/geo lib/utc lib/units)
filters=()
for reader in "${readers[@]}"; do filters+=(--filter "$reader"); done
common=(--root . --object-directory "$build_dir" --exclude-throw-branches
    --gcov-ignore-parse-errors "$build_dir")

# "97.7% (5600 out of 5734)"
lines_of() # SUMMARY
{
    sed -n 's/^lines: //p' "$1"
}

gcovr "${common[@]}" --filter 'analyzer/' --filter 'collector/' --filter 'lib/' \
    --html-self-contained --html-details "$build_dir/coverage.html" --print-summary >"$summary"
all=$(lines_of "$summary")
enough=0
gcovr "${common[@]}" "${filters[@]}" --print-summary --fail-under-line "$least" \
    >"$summary" || enough=1
sed '/^lines: /,$d' "$summary"
[ "$tests" -eq 0 ] || echo "Tests failed: what they would have reached is not counted."
echo "all lines: $all"
echo "decoders and importers: $(lines_of "$summary") of their lines are reached by tests;" \
    "at least $least% are wanted"
exit $((tests || enough))
