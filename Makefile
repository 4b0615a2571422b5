# Two commands matter: `make run` and `make test`. Both set up what they need first.
# Variables: PORT (first port tried by `make run`), PYTHON (3.11 or newer), PYTEST_ARGS, WORKERS.

SHELL := /bin/sh
.DEFAULT_GOAL := help
# The system's own comes first: distributions build it with the optimisations that a home-made one often lacks (a fifth slower).
PYTHON ?= $(shell for p in /usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
WORKERS ?= 2
MANAGE := $(PY) manage.py
# Checks need no running services: settings only have to load.
export DJANGO_SETTINGS_MODULE ?= servicedesk.project.settings.dev

.PHONY: help setup run test branches prove chaos bench check lint types templates contracts migrations api-schema translations security \
	deploy-check hosts format lock hooks clean

# A report of its own: the settings of the whole suite's coverage do not hold for it.
BRANCHES = --rcfile=/dev/null --data-file=.coverage.rules
# The folder of the kept house the bench measures.
BENCH_LOCAL ?= $(or $(YIPIAO_LOCAL),.local)

help:
	@echo 'make run     start everything and print Ready: with the address'
	@echo 'make test    the whole test suite, with its own PostgreSQL and Valkey'
	@echo 'make branches every branch of the rules of the guarantee is tested (part of make test)'
	@echo 'make prove   the long proofs: thousands of races, repeats and random actions'
	@echo 'make chaos   kill processes, crash services, repeat and race by the thousand (docs/reliability.md)'
	@echo 'make bench   measure pages and load on a kept database (BENCH_LOCAL=folder), write bench/README.md'
	@echo 'make check   lint, types, templates, contracts, migrations, translations, deployment settings'
	@echo 'make setup   only the environment'
	@echo 'make format  format Python and sort imports'
	@echo 'make lock    write requirements*.txt anew from pyproject.toml'
	@echo 'make hooks   install the pre-commit hooks'

# --- environment -----------------------------------------------------------------------------------------------------
# Each stamp is newer than what it was made from, so a second set-up does nothing.

setup: .venv/complete node_modules/complete
	@$(MANAGE) build_translations

.venv/complete: requirements-dev.txt
	@test -n "$(PYTHON)" || { echo 'Python 3.11 or newer with venv is needed (on Debian: python3-venv); set PYTHON=/path/to/it'; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo 'Installing Python packages (hash-locked)'
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# The system's Node from version 20 on, else the one that came with the Python packages.
node_modules/complete: package-lock.json .venv/complete
	@echo 'Fetching front-end packages (locked)'
	@major=$$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/'); \
	if [ "$${major:-0}" -ge 20 ] && command -v npm >/dev/null; then npm ci --ignore-scripts --no-fund --no-audit --loglevel=error; \
	else PATH="$(CURDIR)/.venv/bin:$$PATH" npm ci --ignore-scripts --no-fund --no-audit --loglevel=error; fi
	@touch $@

# --- the two commands ------------------------------------------------------------------------------------------------

# Translations are built by the runner, in a start of Django it needs anyway.
run: .venv/complete node_modules/complete
	@exec $(PY) -m servicedesk.project.runner

# Line coverage of the four apps is a gate of the whole suite only; narrow runs have none. The rules of the guarantee
# have a gate of their own behind it.
test: setup
	@$(PY) -m pytest -n $(WORKERS) --dist loadgroup --cov --cov-report=term:skip-covered --cov-fail-under=90 $(PYTEST_ARGS)
	@$(MAKE) --no-print-directory branches

# Every branch of warranty/rules, by the tests of that room alone and without random cases: some five seconds.
branches: setup
	@$(PY) -m coverage run $(BRANCHES) --branch --source=warranty.rules \
		-m pytest tests/warranty_rules -n 0 -q -p no:cacheprovider -m 'not hypothesis and not proof'
	@$(PY) -m coverage report $(BRANCHES) --show-missing --skip-covered --fail-under=100

# The long proofs: thousands of races, repeats and random actions. Not part of the suite; each has a small kin there.
prove: setup
	@PROVE=1 $(PY) -m pytest -n 0 -m 'proof and not chaos' $(PYTEST_ARGS)

# Every fault of docs/reliability.md, short and long, with figures. CHAOS_CLOCKS and CHAOS_KILLS make the storm smaller.
chaos: setup
	@PROVE=1 $(PY) -m pytest -n 0 -m chaos $(PYTEST_ARGS)

# How quick it is on real data; see bench/README.md.
bench: setup
	@$(PY) -m bench --local $(BENCH_LOCAL) $(BENCH_ARGS)

# --- checks ----------------------------------------------------------------------------------------------------------

check: setup lint types templates contracts migrations api-schema translations security deploy-check hosts
	@echo 'All checks passed.'

lint:
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check

types:
	@$(PY) -m mypy

templates:
	@$(PY) -m djlint templates --lint --quiet

contracts:
	@.venv/bin/lint-imports --no-cache

migrations:
	@$(MANAGE) check
	@$(MANAGE) makemigrations --check --dry-run

# The committed description of the API must be the one the code makes.
api-schema:
	@$(MANAGE) spectacular --validate --fail-on-warn | diff -u docs/openapi.yaml - || { echo 'docs/openapi.yaml is out of date: see docs/api.md'; exit 1; }

translations:
	@$(MANAGE) check_translations

security:
	@$(PY) -m bandit --quiet --configfile pyproject.toml --recursive servicedesk dispatch warranty visits manage.py

deploy-check:
	@$(PY) -m servicedesk.project.quality.deployment

hosts:
	@$(PY) -m servicedesk.project.quality.hosts

# --- for developers --------------------------------------------------------------------------------------------------

format: .venv/complete
	@$(PY) -m ruff check --select I --fix
	@$(PY) -m ruff format

# Needs uv. The hashes are those of every platform; no address of a registry gets into the files.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt

hooks: .venv/complete
	@.venv/bin/pre-commit install

# Data in .local/ stays; remove it by hand when you mean it.
clean:
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache htmlcov .coverage
