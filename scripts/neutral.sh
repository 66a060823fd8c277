# Sourced by what runs tests: the same surroundings on every machine, and no network.
# shellcheck shell=bash
export LC_ALL=C.UTF-8 LANGUAGE=en TZ=UTC
export PROJ_NETWORK=OFF
unset CPL_DEBUG GDAL_CONFIG_FILE OGR_SQLITE_PRAGMA
unset http_proxy https_proxy ftp_proxy all_proxy no_proxy
unset HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY
neutral_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export LSAN_OPTIONS=suppressions=$neutral_dir/leaks.supp:print_suppressions=0
unset neutral_dir
