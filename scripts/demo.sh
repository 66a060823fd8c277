#!/usr/bin/env bash
# Makes the sample commune and surveys it: demo.sh BUILD_DIR. Everything lands in demo/.
set -euo pipefail
cd "$(dirname "$0")/.."
build_dir=${1:?usage: demo.sh BUILD_DIR}

rm -rf demo
mkdir demo
"$build_dir/sample-survey" demo/data
"$build_dir/lomsong-analyze" survey demo/out --region vn --work demo/survey.sqlite \
    --hamlets demo/data/hamlets.geojson --clusters demo/data/clusters.csv \
    --communes demo/data/communes.geojson demo/data/logs/*

echo
cat demo/out/summary.txt
echo
echo "Map:    file://$PWD/demo/out/map.html"
echo "Tables: $PWD/demo/out/*.csv"
