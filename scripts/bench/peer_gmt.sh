#!/usr/bin/env bash
# GMT: blockmedian per operator and technology, after mawk has filtered and split the rows.
set -euo pipefail
export LC_ALL=C
dir=$TMP/gmt
rm -rf "$dir"
mkdir "$dir"
mawk -F, -v dir="$dir" '
    NR > 1 && $2 != "" && $6 != "" && $7 != "" && $7 + 0 <= 50 && $6 + 0 >= -140 && $6 + 0 <= -44 {
        print $3, $2, $6 >(dir "/" $4 "-" $5)
    }' "$ROWS_CSV"
cd "$dir"
for file in *-*; do
    # Each cell's median stands in the third column; its count comes from blockmean.
    gmt blockmedian "$file" -R"$X0/$X1/$Y0/$Y1" -I"$DX/$DY" -r --FORMAT_FLOAT_OUT=%.10g >"$file.median"
    gmt blockmean "$file" -Sn -R"$X0/$X1/$Y0/$Y1" -I"$DX/$DY" -r --FORMAT_FLOAT_OUT=%.10g >"$file.count"
done
paste <(cat ./*.median | mawk '{print $3}') <(cat ./*.count | mawk '{print $3}') |
    mawk '{sum += $1; n += $2} END {printf "cells %d %d %.2f\n", NR, n, sum}'
