# The only task runner of the project. `make` alone says what there is.

VENV   ?= .venv
BIN    := $(VENV)/bin
SERVE  ?= yes
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt
PYTEST := $(BIN)/python -m pytest

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
.PHONY: help install charts demo test check check-thorough lint bench docs constraints clean

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

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing what the tests need (once)."
	@$(PIP) -e '.[site,test,check]'
	@touch $@

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

test: lint $(VENV)/.charts  ## everything: the checks, the unit tests, every case of every city
	@scripts/postgres
	@scripts/chromium
	@$(PYTEST) -n auto --maxprocesses 4 --dist worksteal

check-thorough: $(VENV)/.installed-test $(VENV)/.charts  ## engines compared on a thousand random packs and whole cities; pages in all looks; the API (hours)
	@scripts/postgres
	@scripts/chromium
	@INNOCITY_THOROUGH=1 $(PYTEST) -n auto --maxprocesses 4 --dist worksteal tests/engines/rules tests/web/test_browser.py tests/web/api

check: lint  ## style, types, import directions, limits of shape, docs in step with the code
	@$(PYTEST) tests/house tests/docs

lint: $(VENV)/.installed-test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@VENV=$(VENV) scripts/docs check

bench: $(VENV)/.installed-test  ## each promise of speed, with its rivals (FULL=1: ten million firms too)
	@$(BIN)/python -m bench $(if $(FULL),--full) $(if $(QUICK),--quick)

docs: $(VENV)/.installed-test  ## write the generated pages of docs/ anew
	@VENV=$(VENV) scripts/docs write

constraints: $(VENV)/.made  ## take the newest versions, write them to constraints.txt (then: make test)
	@$(BIN)/python -m pip install -qq --upgrade --upgrade-strategy eager -e '.[site,test,check,hooks]'
	@{ sed -n '/^#/p' constraints.txt; \
	   $(BIN)/python -m pip list --disable-pip-version-check --format=freeze | \
	   grep -v -i -E '^(innocity|pip|setuptools|wheel)==' | LC_ALL=C sort -f; } > constraints.new
	@mv constraints.new constraints.txt

clean:  ## take away what the commands above made
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
