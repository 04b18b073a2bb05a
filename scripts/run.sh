#!/usr/bin/env bash
# make run and make demo: brings the database up to date, fills an empty one, serves it.
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { echo "$1" >&2; exit 1; }

python=.venv/bin/python
port=${PORT:-8000}
[[ $port =~ ^[0-9]{1,5}$ ]] && ((10#$port >= 1 && 10#$port <= 65535)) ||
  stop "PORT is “$port”. Give a number from 1 to 65535: make run PORT=9000"
demo=${DEMO:-yes}
[[ $demo =~ ^(yes|no)$ ]] || stop "DEMO is “$demo”. Say yes or no: make run DEMO=no"
# Before anything is written: a second start must not touch the database of the first.
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  stop "Port $port is taken, perhaps by a Stocktake that is already running. Stop that, or choose another: make run PORT=$((port % 65535 + 1))"
fi

if [ "${1:-}" = fresh ]; then
  [ -z "${DATABASE_URL:-}" ] ||
    stop "DATABASE_URL is set, and “make demo” removes the database it fills. Unset it, or use “make run”."
  export DATA_DIR=${DATA_DIR:-$PWD/var/demo}
  demo=yes
  # Only what an earlier "make demo" made may be removed; this file says so.
  ours=$DATA_DIR/made-by-make-demo
  database=$DATA_DIR/db.sqlite3
  if [ -e "$database" ] && [ ! -e "$ours" ]; then
    stop "$database was not made by “make demo”, so nothing was removed. Choose another folder: make demo DATA_DIR=…"
  fi
  mkdir -p "$DATA_DIR"
  echo "The database in this folder is removed at the next “make demo”." > "$ours"
  rm -f "$database" "$database-wal" "$database-shm"
fi

"$python" manage.py migrate --verbosity 0 ||
  stop "The database could not be brought up to date: the last line above says why."
if [ "$demo" = yes ]; then
  "$python" manage.py seed_demo --if-empty
fi

cat <<TEXT

Stocktake:       http://127.0.0.1:$port/
Administration:  http://127.0.0.1:$port/admin/
Stop it with Ctrl+C.

TEXT
# Our own lines above say it better than Django's.
export DJANGO_RUNSERVER_HIDE_WARNING=true
exec "$python" manage.py runserver --noreload "127.0.0.1:$port"
