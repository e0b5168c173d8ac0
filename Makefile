# What one does here; `make` alone says it in words.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help
help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(VENV)/.ready ## Make .venv and install everything into it

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Companion needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fonts]' --group dev --group browser
	@touch $@

.PHONY: run
run: setup ## Show a live demo talk with people in it
	$(BIN)/companion demo --open

.PHONY: test
test: setup browser ## Run every test, the fast ones first
	$(BIN)/pytest -n 2 --dist worksteal $(COUNTED) tests --ignore=tests/realtime --ignore=tests/browser
	$(BIN)/pytest -n 4 --dist worksteal $(COUNTED) tests/realtime tests/browser

.PHONY: quick
quick: lint ## Look for mistakes, and run the tests that need no more than their own process
	$(BIN)/pytest -n 2 --quiet -m "not slow and not browser" tests

.PHONY: coverage
coverage: setup ## Run every test, and fail if too few of the branches were taken
	$(BIN)/coverage erase
	$(MAKE) test COUNTED="--cov --cov-append --cov-report="
	$(BIN)/coverage report

.PHONY: browser
browser: setup ## See that there is a Chromium for the browser tests, getting one if need be
	@$(BIN)/python -m tests.support.chromium

.PHONY: check
check: lint types imports coverage ## Everything that has to pass before a change lands

.PHONY: lint
lint: setup ## Look for mistakes in style, spelling and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/codespell

.PHONY: fix
fix: setup ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: types
types: setup ## Check the types
	$(BIN)/mypy

.PHONY: imports
imports: setup ## Check who imports whom
	$(BIN)/lint-imports

.PHONY: migrate
migrate: setup ## Write a migration for what has changed in the models
	@folder=$$(mktemp -d) && export COMPANION_DATABASE_URL=sqlite:///$$folder/now.sqlite3 && \
	$(BIN)/companion db upgrade && $(BIN)/companion db migrate && rm -r $$folder

.PHONY: lock
lock: ## Write down the newest versions of everything, to be installed from now on
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet --upgrade "pip>=25.1"
	$(VENV)-lock/bin/pip install --quiet --editable '.[fonts]' --group dev --group browser
	$(VENV)-lock/bin/pip freeze --exclude-editable > constraints.txt
	rm -rf $(VENV)-lock

.PHONY: wheel
wheel: setup ## Build the wheel, from the sdist
	$(BIN)/python -m build

.PHONY: clean
clean: ## Remove what was made
	rm -rf $(VENV) dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
