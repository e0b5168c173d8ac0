# What one does here; `make` alone says it in words.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What is downloaded has to have the hash that was written down, pip itself too.
INSTALL := install --quiet --disable-pip-version-check --no-deps --require-hashes
LOCK := $(VENV)-lock/bin/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
	--no-strip-extras --no-annotate --no-header

PYTEST := $(BIN)/pytest --dist worksteal
# Among thousands on a busy machine a few come too late for what they wait for. What failed runs once more, with
# new servers; that it failed stands above, a fault of the test or of what it tests.
twice = $(1) || { [ $$? -eq 1 ] && $(1) --last-failed --last-failed-no-failures none; }

# Where all runs in other processes, or goes over the same code very many times.
UNCOUNTED := tests/browser tests/simulation
# Behind nginx with two workers: asking and voting, and a whole slot, below a path and not; and, below a path,
# whatever else has addresses, cookies or links of its own. The rest looks at one process by itself.
LIVE := $(patsubst %,tests/browser/test_%.py,board slot)
BELOW_A_PATH := $(LIVE) $(patsubst %,tests/browser/test_%.py,crew delete_own desk entry exports \
	organisers outbox recording schedules screen)
# A question time is played below a path, and with one process.
HOUR := tests/browser/test_hour.py

.PHONY: help
help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.PHONY: setup
setup: $(VENV)/.ready ## Make .venv and install everything into it

$(VENV)/.ready: pyproject.toml requirements/dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Companion needs Python 3.11 or newer; set PYTHON=python3.x")'
	$(PYTHON) -m venv $(VENV)
	@sed -n '/^pip==/,/[^\\]$$/p' requirements/dev.txt > $(VENV)/pip.txt
	$(BIN)/pip $(INSTALL) --requirement $(VENV)/pip.txt
	$(BIN)/pip $(INSTALL) --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: run
run: setup ## Show a live demo talk with people in it
	$(BIN)/companion demo --open

.PHONY: test
test: setup browser ## Run every test, the fast ones first
	$(call twice,$(PYTEST) -n 3 $(COUNTED) tests $(UNCOUNTED:%=--ignore=%))
	$(call twice,$(PYTEST) -n 3 $(UNCOUNTED) $(BELOW_A_PATH:%=--ignore=%))
	$(call twice,BEHIND=nginx $(PYTEST) -n 3 $(LIVE))
	$(call twice,BEHIND=nginx-path $(PYTEST) -n 3 $(HOUR) $(BELOW_A_PATH))

.PHONY: translations
translations: setup ## Bring the catalogues of what pages say up to date
	$(BIN)/python -m tests.support.catalogues

.PHONY: quick
quick: lint ## Look for mistakes, and run the tests that need no more than their own process
	$(BIN)/pytest -n 2 --quiet -m "not slow and not browser" tests

.PHONY: faults
faults: setup browser ## Run every fault, the fuzzing and the schedules in full, for more than half an hour, and write the table
	FAULT_ROUNDS=50 FUZZ_SECONDS=240 FAULT_TABLE=docs/reliability.md $(BIN)/pytest --quiet tests/faults
	SCHEDULES=100 SCHEDULE_SEED=$$(date +%s) $(BIN)/pytest --quiet tests/browser/test_schedules.py

.PHONY: coverage
coverage: setup ## Run every test, and fail if those in process took too few of the branches
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
lock: ## Write down the newest versions of everything and their hashes, to be installed from now on
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/pip install --quiet "uv>=0.9"
	$(LOCK) --extra fonts --extra oidc --extra passkeys --group dev --group browser --output-file requirements/dev.txt pyproject.toml
	$(LOCK) --extra fonts --extra oidc --extra passkeys --constraint requirements/dev.txt --output-file requirements/run.txt pyproject.toml
	$(LOCK) --group sbom --output-file requirements/sbom.txt
	rm -rf $(VENV)-lock

.PHONY: sbom
sbom: ## List all that a server is made of, for CycloneDX, in dist/sbom.json
	$(PYTHON) -m venv --clear $(VENV)-sbom
	$(PYTHON) -m venv --clear --without-pip $(VENV)-run
	$(VENV)-sbom/bin/pip $(INSTALL) --requirement requirements/sbom.txt
	$(VENV)-sbom/bin/pip --python $(VENV)-run/bin/python $(INSTALL) --requirement requirements/run.txt
	@mkdir -p dist
	$(VENV)-sbom/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file dist/sbom.json $(VENV)-run/bin/python
	$(VENV)-sbom/bin/python -m tests.support.sbom dist/sbom.json
	rm -rf $(VENV)-sbom $(VENV)-run

.PHONY: wheel
wheel: setup ## Build the wheel, from the sdist
	$(BIN)/python -m build

.PHONY: clean
clean: ## Remove what was made
	rm -rf $(VENV) $(VENV)-* dist build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
