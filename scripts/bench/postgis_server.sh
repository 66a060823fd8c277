#!/usr/bin/env bash
# A PostgreSQL server of our own in a directory, as a user who is not root, heard on a socket there:
# postgis_server.sh start|stop DIR.
set -euo pipefail
bin=$(echo /usr/lib/postgresql/*/bin)
dir=$2
as=()
[ "$(id -u)" -ne 0 ] || as=(runuser -u nobody --)
case $1 in
start)
    rm -rf "$dir"
    if [ "$(id -u)" -eq 0 ]; then install -d -o nobody "$dir"; else mkdir -p "$dir"; fi
    "${as[@]}" "$bin/initdb" -D "$dir/data" -A trust -U bench --no-sync -E UTF8 --locale=C.UTF-8 \
        >"$dir.log" 2>&1
    "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" start >>"$dir.log" 2>&1 -o \
        "-c listen_addresses= -k $dir -c fsync=off -c shared_buffers=1GB -c max_wal_size=8GB"
    psql -q -h "$dir" -U bench -d postgres -c 'CREATE EXTENSION postgis'
    ;;
stop) "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m immediate stop >>"$dir.log" 2>&1 ;;
esac
