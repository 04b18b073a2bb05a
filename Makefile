# The verbs of this project, for people and for machines alike. "make" alone lists them.
# What does not fit on a few lines is in scripts/.
#
# Variables reach every verb both ways: "make run PORT=9000" and "PORT=9000 make run".
#   PORT          where "make run" answers on 127.0.0.1 (8000)
#   DEMO=no       start with an empty database
#   DATA_DIR      where the SQLite database is kept (var/)
#   DATABASE_URL  use PostgreSQL instead, e.g. postgres://user:password@127.0.0.1/stocktake
#   ARGS          what to hand to pytest: make test ARGS="tests/domain -k rounds"
#   REQUIRE_ALL   "yes": what "make test" would skip because it is not installed is a failure
#   TORTURE       how much of "make torture": 0.1 is a tenth of 10,000 saves, 300 kills and 20,000 requests (1)

SHELL := /bin/bash
PYTHON := .venv/bin/python

# Warnings are errors here too, not only in the tests. No check reads anybody's database.
STRICT := $(PYTHON) -W error manage.py
DEVELOPMENT := STOCKTAKE_ENV=development DATABASE_URL=sqlite://:memory:
# No such host, database or key exists anywhere.
PRODUCTION := STOCKTAKE_ENV=production SITE_ADDRESS=https://stocktake.example ALLOWED_HOSTS=stocktake.example TRUST_PROXY_HEADERS=yes \
	DATABASE_URL=postgres://nobody@db.invalid/none EMAIL_URL=smtp://mail.invalid MAIL_FROM=nobody@mail.invalid \
	CHECKPOINT_DIR=/nowhere/checkpoints CHECKPOINT_KEY=/nowhere/key.pem \
	SECRET_KEY="$$($(PYTHON) -c 'import secrets; print(secrets.token_hex(32))')"

.DEFAULT_GOAL := help
.PHONY: help setup run demo test torture bench pictures check fix lock

help: ## list these verbs
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## install the locked packages and the front-end files; start nothing
	@scripts/setup.sh

run: setup ## serve on 127.0.0.1:8000, with the demonstration when the database is empty
	@scripts/run.sh

demo: setup ## the same on a fresh demonstration database of its own, in var/demo/
	@scripts/run.sh fresh

test: setup ## the tests of every day on SQLite, and again on PostgreSQL where there is one
	@$(PYTHON) scripts/test.py $(ARGS)

torture: setup ## the long tests, hostile files, servers killed, 20,000 readers around an hour; over half an hour
	@$(PYTHON) scripts/torture.py

bench: setup ## how long searches take beside a cheap page, on both engines; about three minutes
	@$(PYTHON) scripts/bench.py

pictures: setup ## take the README's pictures again, of the demonstration
	$(PYTHON) scripts/pictures.py

check: setup ## style, types, direction of imports, missing migrations, production settings, stray paths
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) .venv/bin/lint-imports
	$(DEVELOPMENT) $(STRICT) makemigrations --check --dry-run
	$(DEVELOPMENT) $(STRICT) check --fail-level WARNING
	$(PRODUCTION) $(STRICT) check --deploy --fail-level WARNING
	$(PYTHON) scripts/check_tree.py

fix: setup ## mend what can be mended without thinking
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

# Keeps the versions that still fit. "make lock UPGRADE=yes" takes the newest that pyproject.toml allows.
lock: setup ## write the lock files again from pyproject.toml and package.json
	@scripts/lock.sh
