#!/usr/bin/env bash
# make run and make demo: brings the database up to date, fills an empty one, serves it and sends its mail.
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { echo "$1" >&2; exit 1; }

python=.venv/bin/python
port=${PORT:-8000}
[[ $port =~ ^[0-9]{1,5}$ ]] && ((10#$port >= 1 && 10#$port <= 65535)) ||
  stop "PORT is “$port”. Give a number from 1 to 65535: make run PORT=9000"
# A database that somebody names may be meant for real data: the demonstration goes there only when asked for.
demo=${DEMO:-$([ -n "${DATABASE_URL:-}" ] && echo no || echo yes)}
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
  rm -rf "$DATA_DIR/checkpoints" # of the database that is gone
fi

"$python" manage.py migrate --verbosity 0 ||
  stop "The database could not be brought up to date: the last line above says why."
if [ "$demo" = yes ]; then
  "$python" manage.py seed_demo --if-empty
  sign_ins=$("$python" manage.py demo_sign_ins)
  # Its passwords lie open: a second factor would only keep people from looking around.
  if [ -n "$sign_ins" ]; then export SECOND_FACTOR=${SECOND_FACTOR:-nobody}; fi
fi

cat <<TEXT

Stocktake:       http://127.0.0.1:$port/
Sign in:         http://127.0.0.1:$port/account/sign-in/
Administration:  http://127.0.0.1:$port/admin/
Stop it with Ctrl+C.

TEXT
if [ -n "${sign_ins:-}" ]; then printf '%s\n\n' "$sign_ins"; fi
# Our own lines above say it better than Django's.
export DJANGO_RUNSERVER_HIDE_WARNING=true
# Links in mails are made by the worker and read by the web server: both have the one key and address.
export SECRET_KEY=${SECRET_KEY:-$("$python" -c 'import secrets; print(secrets.token_hex(32))')}
export SITE_ADDRESS=${SITE_ADDRESS:-http://127.0.0.1:$port}

# Both or neither: whichever ends takes the other with it, and so does a signal to this script.
running=()
end() {
  trap - INT TERM HUP
  kill "${running[@]}" 2>/dev/null || true
  wait || true
  exit "$1"
}
trap 'end 0' INT
trap 'end 143' TERM HUP
"$python" manage.py worker &
running+=("$!")
"$python" manage.py runserver --noreload "127.0.0.1:$port" &
running+=("$!")
status=0
wait -n "${running[@]}" || status=$?
echo "The web server or the worker has ended, and with it the other." >&2
end "$((status ? status : 1))"
