# Everything below sets itself up: a virtual environment in the checkout and the package in it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-fast lint docs other-titles clean

demo: export MOVIEREC_HOME ?= $(CURDIR)/.demo
demo: $(VENV)/.installed
	$(BIN)/movierec fetch
	$(BIN)/movierec train
	$(BIN)/movierec recommend 42
	$(BIN)/movierec similar "Star Wars"
	@echo 'Go on with: MOVIEREC_HOME="$(MOVIEREC_HOME)" $(BIN)/movierec recommend 7 --top 5'

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-fast: $(VENV)/.installed-dev
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile -m 'not slow'

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(VENV)/.installed
	$(BIN)/python docs/write_commands.py

other-titles: $(VENV)/.installed
	$(BIN)/python -m movierec_cli.titles.other_titles

clean:
	rm -rf $(VENV) .demo dist

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "movierec needs Python 3.11 to 3.13; name one: make PYTHON=python3.12 demo")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@
