#!/usr/bin/env bash
# mawk and sort: medians per cell.
set -euo pipefail
export LC_ALL=C
mawk -F, -v x0="$X0" -v x1="$X1" -v dx="$DX" -v y0="$Y0" -v y1="$Y1" -v dy="$DY" '
    NR > 1 && $2 != "" && $6 != "" && $7 != "" && $7 + 0 <= 50 && $6 + 0 >= -140 && $6 + 0 <= -44 &&
    $2 >= y0 && $2 < y1 && $3 >= x0 && $3 < x1 {
        print int(($3 - x0) / dx) "," int(($2 - y0) / dy) "," $4 "," $5, $6
    }' "$ROWS_CSV" |
    sort --parallel="$THREADS" -S 2G -T "$TMP" -k1,1 -k2,2n |
    mawk '
        function end_group() {
            if (n) {groups++; all += n; sum += (v[int((n + 1) / 2)] + v[int((n + 2) / 2)]) / 2}
            n = 0
        }
        $1 != key {end_group(); key = $1}
        {v[++n] = $2}
        END {end_group(); printf "cells %d %d %.2f\n", groups, all, sum}'
