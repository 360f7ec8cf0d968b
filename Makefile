# The only task runner of the project. `make` alone says what there is.

VENV   ?= .venv
BIN    := $(VENV)/bin
SERVE  ?= yes
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
PYTEST := $(BIN)/python -m pytest
unexport PYTHONDONTWRITEBYTECODE

# A folder with the original documents; without it the tests that compare with them are skipped and named.
ifneq ($(strip $(INNOCITY_SOURCES)),)
SOURCES := $(shell cd "$(INNOCITY_SOURCES)" 2>/dev/null && pwd)
ifeq ($(SOURCES),)
$(warning INNOCITY_SOURCES names no folder: $(INNOCITY_SOURCES). Tests that need the originals will be skipped.)
unexport INNOCITY_SOURCES
else
override INNOCITY_SOURCES := $(SOURCES)
export INNOCITY_SOURCES
endif
endif

.DEFAULT_GOAL := help
.PHONY: help install charts programs demo test check check-postgresql check-thorough bench docs constraints clean
.PHONY: lint lint-types lint-style lint-imports lint-docs

help:  ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

# --- installing: stamps, so that a second run is quick ---------------------------------------------

$(VENV)/.made:
	@PYTHON="$(PYTHON)" scripts/venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing InnoCity into $(VENV) (once)."
	@$(PIP) -e '.[site]'
	@touch $@

# Of its own, not after the one above: one installation is quicker than two. Nothing is compiled in advance: Python
# does it when a module is first imported, and most of what the packages hold never is.
$(VENV)/.installed-test: $(VENV)/.made pyproject.toml constraints.txt
	@echo "Installing InnoCity and what its tests need into $(VENV) (once)."
	@$(PIP) --no-compile -e '.[site,test,check]'
	@touch $(VENV)/.installed $@

# Made anew when its sources change; tried again each time where it could not be made.
CHARTS := innocity/web/assets
$(VENV)/.charts: $(VENV)/.made $(CHARTS)/package-lock.json $(CHARTS)/build.mjs $(CHARTS)/charts.js
	@scripts/charts
	@if [ -e $(CHARTS)/dist/charts.js ]; then touch $@; fi

install: $(VENV)/.installed $(VENV)/.charts  ## the program into .venv

charts: $(VENV)/.charts  ## the charts of the site, from npm (without npm the site shows tables)

# --- what people run -------------------------------------------------------------------------------

demo: $(VENV)/.installed $(if $(filter no,$(SERVE)),,$(VENV)/.charts)  ## a year of a simulated city, then its site (SERVE=no: without)
	@$(BIN)/innocity demo $(if $(filter no,$(SERVE)),--no-serve </dev/null)

# What comes before the tests is done two at a time: none of it keeps two processors busy.
test:  ## everything: the checks, the unit tests, every case of every city
	@$(MAKE) --no-print-directory -j2 -Oline lint $(VENV)/.charts programs
	@$(PYTEST) -n auto --maxprocesses 4 --dist worksteal

check-thorough: $(VENV)/.installed-test $(VENV)/.charts programs  ## engines compared on a thousand random packs and whole cities; pages in all looks; the API (hours)
	@INNOCITY_THOROUGH=1 $(PYTEST) -n auto --maxprocesses 4 --dist worksteal tests/engines/rules tests/engines/indicators tests/web/test_browser.py tests/web/api

check-postgresql: $(VENV)/.installed-test $(VENV)/.charts programs  ## every test on PostgreSQL where it would run on SQLite
	@INNOCITY_TEST_DATABASE=postgresql $(PYTEST) -n auto --maxprocesses 4 --dist worksteal

check: lint  ## style, types, import directions, limits of shape, docs in step with the code
	@$(PYTEST) tests/house tests/docs

lint: lint-types lint-style lint-imports lint-docs

lint-types: $(VENV)/.installed-test
	@$(BIN)/mypy

lint-style: $(VENV)/.installed-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

lint-imports: $(VENV)/.installed-test
	@$(BIN)/lint-imports --no-logo

lint-docs: $(VENV)/.installed-test
	@VENV=$(VENV) scripts/docs check

programs: $(VENV)/.made  # after it, as it may ask apt too, which serves one at a time
	@scripts/postgres
	@scripts/chromium
	@scripts/provider

bench: $(VENV)/.installed-test  ## each promise of speed, with its rivals (FULL=1: ten million firms too)
	@$(BIN)/python -m bench $(if $(FULL),--full) $(if $(QUICK),--quick)

docs: $(VENV)/.installed-test  ## write the generated pages of docs/ anew
	@VENV=$(VENV) scripts/docs write

constraints: $(VENV)/.made  ## take the newest versions, write them to constraints.txt (then: make test)
	@$(BIN)/python -m pip install -qq --upgrade --upgrade-strategy eager -e '.[site,test,check,hooks]'
	@VENV=$(VENV) scripts/constraints

clean:  ## take away what the commands above made
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
