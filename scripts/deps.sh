#!/usr/bin/env bash
# Installs the Debian packages that are missing: deps.sh [build] [test] [demo] [bench] [qgis].
# Silent and quick when nothing is missing. DEPS=skip leaves the system alone.
set -euo pipefail

# Compiler, libraries, message catalogues, the web map's Leaflet,
# and the spreadsheet, pages, alphabet and letters of the reports.
build=(
    gcc make pkg-config libc6-dev gettext
    libgdal-dev libproj-dev proj-data libgeos-dev
    libsqlite3-dev libspatialite-dev
    libcsv-dev libcyaml-dev libyaml-dev libcjson-dev libssl-dev libisal-dev zlib1g-dev libexpat1-dev
    libgps-dev libsystemd-dev libncurses-dev libcurl4-openssl-dev libc-ares-dev
    libjs-leaflet
    libxlsxwriter-dev libpango1.0-dev libicu-dev fonts-noto-core
)

# Test frameworks, linters, the fuzzer, and independent readers of what the program writes.
test=(
    libcmocka-dev bats
    clang-format-14 cppcheck shellcheck mandoc
    clang libclang-rt-14-dev gcovr
    gdal-bin sqlite3 jq
    chromium chromium-driver
    libreoffice-calc-nogui poppler-utils
    gpsd modemmanager dbus libglib2.0-bin iproute2 nginx openssl e2fsprogs faketime strace
    python3 python3-gdal python3-pyproj python3-pyte python3-shapely python3-yaml
)

# A real gpsd, for the demonstration of the whole chain.
demo=(
    gpsd
)

# What `make bench` runs beside the analyzer; DuckDB and Polars come by npm.
bench=(
    postgresql-15 postgresql-15-postgis-3 spatialite-bin gmt mawk nodejs valgrind
)
command -v npm >/dev/null || bench+=(npm)

# What `make check-qgis` opens the outputs with: half a gigabyte, and so apart.
qgis=(python3-qgis)

fail()
{
    printf 'deps.sh: %s\n' "$@" >&2
    exit 1
}

wanted=()
for purpose in "${@:-build}"; do
    case $purpose in
    build) wanted+=("${build[@]}") ;;
    test) wanted+=("${test[@]}") ;;
    demo) wanted+=("${demo[@]}") ;;
    bench) wanted+=("${bench[@]}") ;;
    qgis) wanted+=("${qgis[@]}") ;;
    *) fail "'$purpose' is not a purpose; expected build, test, demo, bench or qgis" ;;
    esac
done
[ "${DEPS:-}" != skip ] || exit 0

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is not Debian or a relative of it. Install what these packages hold by your" \
        "system's own means, then run make with DEPS=skip: ${wanted[*]}"
fi

present=" $(dpkg-query -W -f '${Package}:${db:Status-Status} ' "${wanted[@]}" 2>/dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
    case $present in
    *" $package:installed "*) ;;
    *) missing+=("$package") ;;
    esac
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
        fail "packages are missing and there is no sudo. As root, run:" \
            "  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT

apt()
{
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
        apt-get -qq -y -o DPkg::Lock::Timeout=300 "$@" >>"$log" 2>&1 </dev/null
}

# apt's lists may be absent (a fresh image) or older than the archive (a file is gone): the
# install is tried first, and again after an update.
printf 'Installing %s\n' "${missing[*]}"
if ! apt install --no-install-recommends "${missing[@]}"; then
    : >"$log"
    if ! { apt update && apt install --no-install-recommends "${missing[@]}"; }; then
        cat "$log" >&2
        fail "apt-get could not install: ${missing[*]}"
    fi
fi
