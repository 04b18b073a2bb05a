#!/usr/bin/env bash
# Writes requirements/*.txt and package-lock.json: exact versions and hashes, and no host names,
# so that a mirror serves as well as the public registries.
set -euo pipefail
cd "$(dirname "$0")/.."

compile() {
  local target=$1
  shift
  # The header and the notes "via …" would change with every run and every machine.
  .venv/bin/python -m uv pip compile pyproject.toml "$@" --quiet --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
    ${UPGRADE:+--upgrade} --output-file "$target"
}

compile requirements/base.txt
# What runs in production is tested in the very same versions.
compile requirements/dev.txt --group dev --constraint requirements/base.txt

# npm changes only what package.json asks for; the newest versions are chosen there, by hand.
npm install --package-lock-only --loglevel=error
