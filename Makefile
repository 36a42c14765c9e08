# What there is to do in this house; `make` alone lists it. Everything runs in .venv, which the first call sets up.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint mutants bench lab docs lock clean

# A process that forks per report must have one thread, and two tests side by side should not fight over the cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
# Where this is set, every start compiles all imports anew: three times as slow, and useless for measuring.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# The first of these that is there and new enough. requirements.lock is made for 3.11.
PYTHON ?= $(shell for python in python3.11 python3; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

help:  ## list what there is to do
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1	\2/p' Makefile | expand -t 14

demo: .venv/ready  ## make the reports of the example studies
	@$(BIN)/plg demo

test: lint  ## all checks: ruff, mypy, and the tests that are not slow
	@bash tools/install_browser.sh
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder -m "not slow"

lint: .venv/ready  ## ruff and mypy alone
	$(BIN)/ruff check
	$(BIN)/mypy

# Where a fault would be worst: formulas, what is hidden, verdicts, and answers becoming numbers.
MODULE ?= toolkit/statistics toolkit/results/disclosure toolkit/results/verdicts.py toolkit/responses/coding.py

mutants: .venv/ready  ## small faults in a copy of the code, and which of them no test notices; MODULE=toolkit/statistics/means.py for one
	@$(BIN)/python tools/mutants.py $(MODULE)

bench: .venv/ready  ## every benchmark beside its peers, in one table of ratios; takes half an hour
	@$(BIN)/python -m benchmarks

lab: .venv/ready  ## JupyterLab, opened on notebooks/
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks

docs: .venv/docs-ready  ## the documentation site, in build/site; opens from disk
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "Open build/site/index.html."

.venv/docs-ready: .venv/ready requirements-docs.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements-docs.lock
	@touch $@

.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "The toolkit needs Python 3.11 or newer, and neither python3.11 nor python3 is. Install it," \
	    "or say where it is: make PYTHON=path/to/python3.11" >&2; exit 1; }
	@echo "Setting up .venv with $(PYTHON). The first time takes a minute or two."
	@$(BIN)/python -c '' 2>/dev/null || "$(PYTHON)" -m venv --clear .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -qq -j 0 .venv/lib toolkit || true
	@touch $@

# Without the settings of this machine, so that the locks name no place of it.
COMPILE = env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
    build/lock/bin/pip-compile --quiet --upgrade --generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host \
    --no-emit-find-links

lock:  ## pin the newest packages that pyproject.toml allows, with their hashes
	@rm -rf build/lock && "$(PYTHON)" -m venv build/lock && build/lock/bin/pip install -qq pip-tools
	@$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	@# the site is made in the same environment, so what both need is pinned alike
	@"$(PYTHON)" -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["docs"], sep="\n")' \
	    | $(COMPILE) --constraint requirements.lock --output-file requirements-docs.lock -

clean:  ## take away .venv and all caches; reports stay
	@rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
