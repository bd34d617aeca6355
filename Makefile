# `make run` and `make test` are complete on a machine that has Python 3.11 or newer and make; the first sets .venv up.

VENV ?= .venv
EXAMPLE ?= town turn .flywheel/example

BIN := $(VENV)/bin
READY := $(VENV)/.ready
GOOD_PYTHON := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$python -c '$(GOOD_PYTHON)' 2>/dev/null && echo $$python && break; done)
LOCKED := --no-deps --require-hashes
SCRIPTS := $(sort $(wildcard tests/benchmarks/bench_*.py))

.DEFAULT_GOAL := help
.PHONY: help run test check format coverage soak bench lock bounds clean

help: ## what there is to make
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 12

run: $(READY) ## set up, turn two cycles on the example, and tell where the report lies
	@$(BIN)/flywheel $(EXAMPLE)

test: $(READY) ## set up, and run every test, a file at a time on each of two cores
	@$(BIN)/pytest -n 2 --dist loadfile

check: $(READY) ## ruff, mypy and import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(READY) ## put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

coverage: $(READY) ## every test, with the branches that none took
	@$(BIN)/pytest --cov

soak: $(READY) ## the long forms: a kill at every point of a cycle, histories of sources, the wheel in 200 towns (hours)
	@FLYWHEEL_SOAK=1 $(BIN)/pytest -q -s tests/crash tests/histories tests/flows/test_at_once.py tests/listen/test_histories.py \
		tests/town/test_many_seeds.py tests/report

bench: $(READY) ## what things cost, beside this machine's description
	@for script in $(SCRIPTS); do echo "== $$script"; $(BIN)/python $$script || exit 1; done

lock: $(READY) ## requirements.lock anew from pyproject.toml: pinned, with hashes, for every Python from 3.11 on
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --quiet \
		--generate-hashes --no-strip-extras --no-annotate --no-header \
		--output-file requirements.lock

bounds: $(READY) ## does the package work with the oldest and the newest libraries that it says it works with?
	@PATH="$(abspath $(BIN)):$$PATH" .ci/bounds

clean: ## forget the environment and every cache; `make run` sets up anew
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage

# uv installs in a quarter of pip's time; where it cannot (a mirror that only pip knows), pip does the same from the lock.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Flywheel needs Python 3.11 or newer with its venv module (Debian, Ubuntu: apt-get" \
		"install python3-venv), or tell where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version): about a minute, only now and when the lock changes."
	@$(PYTHON) -m venv $(VENV)
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > $(VENV)/uv.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check $(LOCKED) -r $(VENV)/uv.lock
	@VIRTUAL_ENV=$(abspath $(VENV)) $(BIN)/uv pip install --quiet $(LOCKED) --compile-bytecode -r requirements.lock || \
		$(BIN)/python -m pip install -qq --disable-pip-version-check $(LOCKED) -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
