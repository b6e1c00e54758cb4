# Rapport. `make run` starts it, `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PY := .venv/bin/python
# Tests at the same time: one more than the cores of a small machine, since those in a browser mostly wait.
WORKERS ?= 3
PIP_INSTALL := $(PY) -m pip install -qq --disable-pip-version-check

.PHONY: always help run demo test check format bench migration setup setup-dev clean

help: ## show this list
	@echo "Rapport, a customer relationship manager"
	@echo
	@awk -F ' *## ' '/^[a-z-]+:.*## / { split($$1, name, ":"); printf "  make %-11s %s\n", name[1], $$2 }' Makefile
	@echo
	@echo "By environment: CRM_PORT (8501), CRM_DATABASE_URL (SQLite), CRM_DATA_DIR (data)."

run: setup ## set up what is missing, start on http://localhost:8501 and print the address
	@exec $(PY) -m crm_core serve

demo: setup ## start with the sample company in data/demo, apart from your own data
	@export CRM_DATA_DIR=data/demo; unset CRM_DATABASE_URL; \
	$(PY) -m crm_core demo load; \
	exec $(PY) -m crm_core serve

test: setup-dev ## run every check and every test, on both databases and in a browser
	@.ci/provide postgres chromium
	@checks=0; $(MAKE) check || checks=$$?; \
	tests=0; $(PY) -m pytest -n $(WORKERS) --dist worksteal || tests=$$?; \
	if [ $$tests -eq 1 ]; then tests=0; $(PY) -m tests.again || tests=$$?; fi; \
	if [ $$checks -ne 0 ]; then echo "make check found something: see above the tests."; fi; \
	exit $$(( checks ? checks : tests ))

check: setup-dev ## format, lint, types, import contracts and sizes, without running tests
	@$(PY) -m ruff format --check --quiet --output-format concise . || { echo "Some files are not formatted: make format"; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo
	@$(PY) -m tests.architecture.sizes

format: setup-dev ## format the code and mend what the linter can mend
	@$(PY) -m ruff format --quiet .
	@$(PY) -m ruff check --fix --quiet .

bench: setup-dev ## measure and print a table of ratios; ARGS="--help" tells more
	@.ci/provide postgres chromium
	@$(PY) -m tests.bench $(ARGS)

migration: setup ## write a migration from the changed models: make migration m="what changed"
	@[ -n "$(m)" ] || { echo 'Say what changed: make migration m="add a birthday to contacts"'; exit 2; }
	@$(PY) -m crm_core db upgrade
	@$(PY) -m alembic revision --autogenerate -m "$(m)"

setup: .venv/installed ## make the virtual environment and install what the app needs

setup-dev: .venv/installed-dev ## the same, and the tools for working on it

clean: ## remove the virtual environment and caches; data stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: requirements.txt .venv/pyvenv.cfg
	@echo "Installing what Rapport needs (a minute, once) ..."
	@$(PIP_INSTALL) --requirement requirements.txt
	@touch $@

.venv/installed-dev: .venv/installed pyproject.toml
	@echo "Installing the tools for working on Rapport ..."
	@$(PIP_INSTALL) --upgrade 'pip>=25.1'
	@$(PIP_INSTALL) --requirement requirements.txt --group dev
	@touch $@

# Made anew also when the Python it was made with is gone.
.venv/pyvenv.cfg: $(if $(shell [ -x $(PY) ] || echo broken),always)
	@command -v $(PYTHON) >/dev/null || \
	  { echo "Rapport needs Python 3.11 or newer, and there is no $(PYTHON) here. On Debian or Ubuntu: sudo apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Rapport needs Python 3.11 or newer; this is $$($(PYTHON) -V 2>&1). If a newer one is installed, name it: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	@echo "Making the virtual environment .venv ..."
	@$(PYTHON) -m venv --clear .venv
