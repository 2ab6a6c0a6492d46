# `make compare` runs the main job and `make test` the checks, each on a fresh machine with nothing but git, make,
# a C++ compiler and Python 3.11 or later. PYTHON=... chooses the interpreter.

PYTHON ?= $(shell .ci/find-python)
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
OUT ?= results/compare-$(shell date +%Y%m%d-%H%M%S)

# Where NEUROSIM_DATA is not set, a folder beside the checkout that holds the image data serves the tests.
export NEUROSIM_DATA ?= $(abspath $(firstword $(patsubst %/mnist/,%,$(wildcard ../data/mnist/ ../*/data/mnist/))))

.PHONY: compare test test-slow lint format benchmark clean

compare: $(VENV)/installed
	$(BIN)/neurosim compare --learners mlp,stdp,rstdp --seeds 10 --jobs $(JOBS) --out $(OUT)

# There are as many workers as cores: threads of BLAS and OpenMP would only wait for each other.
test: export OPENBLAS_NUM_THREADS = 1
test: export OMP_NUM_THREADS = 1
test: $(VENV)/installed-test lint
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal

test-slow: $(VENV)/installed-test
	$(BIN)/python -m pytest -m slow -n $(JOBS) --dist worksteal

lint: $(VENV)/installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/installed-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(VENV)/installed
	$(BIN)/python benchmarks/mlp_speed.py

$(VENV)/made:
	@echo "Python: $(PYTHON) ($$($(PYTHON) --version 2>&1))"
	$(PYTHON) -m venv --clear $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/made pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
