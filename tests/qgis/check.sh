#!/usr/bin/env bash
# Opens the sample survey, and a plan of its first visit, in real QGIS, without a display: check.sh
# BUILD_DIR [DIR]. The pictures stay in DIR where one is named.
set -euo pipefail
cd "$(dirname "$0")/../.."
. scripts/neutral.sh
build_dir=$(realpath "${1:?usage: check.sh BUILD_DIR [DIR]}")

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
pictures=${2:-$tmp/pictures}
mkdir -p "$pictures"
mkdir -m 700 "$tmp/home"
export HOME=$tmp/home XDG_RUNTIME_DIR=$tmp/home QT_QPA_PLATFORM=offscreen

"$build_dir/sample-survey" "$tmp/data"
"$build_dir/lomsong-analyze" survey "$tmp/out" --lang en --region vn \
    --hamlets "$tmp/data/hamlets.geojson" --clusters "$tmp/data/clusters.csv" \
    --communes "$tmp/data/communes.geojson" "$tmp"/data/logs/* >"$tmp/survey.log"
"$build_dir/lomsong-analyze" new "$tmp/plan.sqlite" --region vn \
    --hamlets "$tmp/data/hamlets.geojson" --clusters "$tmp/data/clusters.csv" \
    --communes "$tmp/data/communes.geojson" >>"$tmp/survey.log"
"$build_dir/lomsong-analyze" plan "$tmp/plan.sqlite" "$tmp/plan.gpkg" --lang en --teams 2 --days 2 \
    --hours 3 >>"$tmp/survey.log"
# QGIS tries in vain to write coordinates into every PNG; GDAL would say so each time
CPL_LOG=/dev/null /usr/bin/python3 tests/qgis/check_qgis.py "$tmp/out" "$tmp/plan.gpkg" analyzer/palette.c \
    "$pictures"
