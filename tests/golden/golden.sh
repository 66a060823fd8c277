#!/usr/bin/env bash
# Compares surveys of recordings with their checksums: golden.sh check|rebuild|view BUILD_DIR.
#
# A case is a directory beside this script:
#   cmd           the arguments after `survey OUT`, quoted as for a shell, any number of lines;
#                 paths relative to the case; lines that begin with # say where it comes from
#   expected.chk  SHA-256 of every output that must not move, and of the manifest's inputs
#
# A case without expected.chk fails. Rebuild only with the cause, and explain it.
set -euo pipefail

usage()
{
    echo "usage: golden.sh check|rebuild|view BUILD_DIR" >&2
    exit 2
}
[ $# -eq 2 ] || usage
mode=$1
case $mode in
check | rebuild | view) ;;
*) usage ;;
esac
program=$(realpath "$2/lomsong-analyze")
cd "$(dirname "$0")"
. ../../scripts/neutral.sh
outputs=(hamlets.csv areas.csv bins.csv communes.csv provinces.csv summary.txt)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Surveys one case into $tmp/CASE; what the program said goes to $tmp/CASE.log.
survey() # CASE
{
    local arguments
    mapfile -t arguments < <(sed '/^#/d' "$1/cmd" | xargs printf '%s\n')
    (cd "$1" && "$program" survey "$tmp/$1" "${arguments[@]}") >"$tmp/$1.log" 2>&1
}

checksums() # CASE
{
    (cd "$tmp/$1" && sha256sum "${outputs[@]}" && jq -S .inputs manifest.json >inputs.json &&
        sha256sum inputs.json)
}

check() # NUMBER CASE
{
    local problem=
    if ! survey "$2"; then
        problem=$(<"$tmp/$2.log")
    elif [ ! -e "$2/expected.chk" ]; then
        problem="$2/expected.chk is missing: look at the outputs, then golden.sh rebuild"
    elif ! checksums "$2" >"$tmp/$2.chk" 2>&1; then
        problem=$(<"$tmp/$2.chk")
    else
        problem=$(diff "$2/expected.chk" "$tmp/$2.chk" | sed -n 's/^> [0-9a-f]*  \(.*\)/\1 moved/p' || true)
        cmp -s "$2/expected.chk" "$tmp/$2.chk" || problem=${problem:-expected.chk does not fit}
    fi
    if [ -z "$problem" ]; then
        echo "ok $1 - golden $2"
        return 0
    fi
    echo "not ok $1 - golden $2"
    printf '%s\n' "$problem" | sed 's/^/# /'
    return 1
}

cases=()
for cmd in */cmd; do
    [ -e "$cmd" ] && cases+=("${cmd%/cmd}")
done
[ "$mode" != check ] || echo "1..${#cases[@]}"

failed=0
number=0
for name in "${cases[@]}"; do
    number=$((number + 1))
    case $mode in
    check) check "$number" "$name" || failed=1 ;;
    rebuild)
        survey "$name" || { cat "$tmp/$name.log" >&2; exit 1; }
        checksums "$name" >"$name/expected.chk"
        ;;
    view)
        survey "$name" || { cat "$tmp/$name.log" >&2; exit 1; }
        printf '== %s\n' "$name"
        cat "$tmp/$name/hamlets.csv"
        ;;
    esac
done
exit $failed
