#!/usr/bin/env bash
# Names every variable in the objects that can change at run time: globals.sh BUILD_DIR.
# Constants, those that only need relocation included, are no state; main.o may own some.
set -euo pipefail

build_dir=${1:?usage: globals.sh BUILD_DIR}
shopt -s nullglob
found=0
for object in "$build_dir"/lib/*.o "$build_dir"/analyzer/*.o "$build_dir"/collector/*.o; do
    [ "${object##*/}" != main.o ] || continue
    names=$(nm --format=sysv "$object" | awk -F'|' '
        { name = $1; section = $NF; gsub(/ /, "", name); gsub(/ /, "", section) }
        section ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && section !~ /^\.data\.rel\.ro/ {
            print "  " name " in " section
        }')
    [ -n "$names" ] || continue
    printf '%s:\n%s\n' "$object" "$names"
    found=1
done
exit $found
