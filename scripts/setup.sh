#!/usr/bin/env bash
# Brings .venv, node_modules and static/vendor to what the lock files say. Starts nothing.
# Each part is marked finished by a file that holds the digests it was made from, written last:
# a part that was interrupted has no mark and is made again; one whose lock file changed is too.
set -euo pipefail
cd "$(dirname "$0")/.."

stop() { echo "$1" >&2; exit 1; }

# Two "make" at once in one checkout: the second waits here, then finds everything done.
exec 9<Makefile
if ! flock --nonblock 9; then
  echo "Another set-up is running in this folder: waiting for it."
  flock 9
fi

current() { sha256sum --status --check "$1" 2>/dev/null; }
mark() {
  local mark=$1
  shift
  sha256sum "$@" > "$mark.new"
  mv "$mark.new" "$mark"
}

find_python() {
  local candidate found=""
  # Debian's own first: one that was compiled without optimisation takes a fifth longer over everything.
  for candidate in /usr/bin/python3.11 python3.11 python3; do
    "$candidate" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || continue
    found=yes
    # Debian keeps ensurepip, which fills a new environment with pip, in a package of its own.
    "$candidate" -c 'import ensurepip, venv' 2>/dev/null && python=$candidate && return
  done
  [ -n "$found" ] || stop "Python 3.11 is missing. Install it: sudo apt-get install python3 python3-venv"
  stop "Python 3.11 is here without venv. Install it: sudo apt-get install python3-venv"
}

find_npm() {
  command -v node >/dev/null || stop "Node is missing. Install version 20 or later with npm: sudo apt-get install nodejs npm"
  command -v npm >/dev/null || stop "npm is missing. Install it: sudo apt-get install npm"
}

python_mark=.venv/installed.sha256
npm_mark=node_modules/installed.sha256
assets_mark=node_modules/assets.sha256

python_is_current() { current $python_mark && .venv/bin/python -c '' 2>/dev/null; }
npm_is_current() { current $npm_mark; }

# Both are looked for before the first download, so that nobody waits a minute to be told.
python_is_current || find_python
npm_is_current || find_npm

if ! python_is_current; then
  echo "Installing the Python packages of requirements/dev.txt into .venv (about half a minute)"
  rm -f $python_mark
  rm -rf .venv
  "$python" -m venv .venv
  .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check --root-user-action=ignore \
    --require-hashes --requirement requirements/dev.txt ||
    stop "The Python packages could not be installed: read the lines above, then run “make setup” again."
  mark $python_mark requirements/dev.txt
fi

if ! npm_is_current; then
  echo "Installing the front-end packages of package-lock.json into node_modules"
  rm -f $npm_mark
  # npm wants to write below the home folder; some accounts have none.
  [ -w "${HOME:-/nonexistent}" ] || export npm_config_cache="$PWD/node_modules/.npm-cache"
  npm ci --loglevel=error --no-progress >/dev/null ||
    stop "The front-end packages could not be installed: read the lines above, then run “make setup” again."
  mark $npm_mark package-lock.json .npmrc
fi

if ! current $assets_mark; then
  echo "Copying the front-end files to static/vendor"
  .venv/bin/python scripts/assets.py
  mark $assets_mark package-lock.json scripts/assets.py static/vendor/*
fi
