# Every command of the project, one line each. Needs Python 3.11 or 3.12 and nothing else.
PYTHON := $(shell for python in python3.11 python3.12 python3 python; do $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && echo $$python && break; done)
RUN := .venv/bin/python
PIP := $(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help test bench crash-test screenshots lint demo demo-once sandbox soften stop locks

help:           ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile | expand -t 18

demo: .venv/run.stamp           ## everything running, with a sample company, until Ctrl-C
	@$(RUN) -m config.demo $(ARGS)

demo-once: .venv/run.stamp      ## the same, then ends: 0 only if all is as expected
	@$(RUN) -m config.demo --once $(ARGS)

sandbox: .venv/run.stamp        ## the stand-in for the vendors alone
	$(RUN) manage.py sandbox $(ARGS)

test: .venv/dev.stamp           ## the whole suite; ARGS="tests/unit -k clock" for a part
	$(RUN) -m pytest $(or $(ARGS),-n auto)

soften: .venv/dev.stamp         ## each strictness of the sandbox turned off in turn; ARGS="bamboohr" for one vendor
	$(RUN) -m tests.soften $(ARGS)

bench: .venv/dev.stamp          ## benchmarks; PART=first_sync for one; the last line is one JSON object
	@$(RUN) -m pytest tests/bench -m bench -q -s --no-summary $(if $(PART),-k $(PART))

crash-test: .venv/dev.stamp     ## a worker killed at every instant, on both databases; ARGS=--ci for every third
	$(RUN) -m tests.crash $(ARGS)

screenshots: .venv/dev.stamp    ## the README's pictures, taken anew in Chromium
	$(RUN) -m pytest tests/browser/screenshots.py -q

lint: .venv/dev.stamp           ## all static checks
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	.venv/bin/lint-imports --no-logo
	$(RUN) -m mypy
	$(RUN) -m tests.ledger

stop: .venv/run.stamp           ## ends the Redis in var/, which otherwise stays for the next command
	$(RUN) -m config.embedded stop

locks: .venv/dev.stamp          ## writes both lock files anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-header -q --group dev -c requirements.lock -o requirements-dev.lock

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 with its venv module is needed (on Debian: apt-get install python3-venv)." >&2; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock | .venv/bin/python
	$(PIP) -r requirements.lock
	touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/bin/python
	$(PIP) -r requirements-dev.lock
	touch $@ .venv/run.stamp
