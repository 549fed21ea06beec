# make run opens the window, make test checks everything. Both make .venv first where needed.
# PYTHON chooses the interpreter, TORCH the build of torch:  make run TORCH=torch==2.6.0
.DEFAULT_GOAL := help
.PHONY: help run test test-oldest fuzz docs frozen lint format clean setup

BIN := .venv/bin
export TORCH PYTHON

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## the environment in .venv, and missing system packages
	@scripts/setup.sh run

run: ## open the window on the bundled sample (ARGS="open PATH" for another frame)
	@scripts/setup.sh run
	@$(BIN)/sgnet-viewer $(ARGS)

test: ## style, types, import contracts, tests
	@scripts/setup.sh test
	@scripts/check.sh lint types contracts tests

test-oldest: ## the tests with the oldest versions that pyproject.toml allows, in .venv-oldest
	@scripts/setup.sh oldest
	@VENV=.venv-oldest scripts/check.sh tests

fuzz: ## hostile files through every reader (FILES=5000 of them)
	@scripts/setup.sh test
	@SGNET_FUZZ=$(or $(FILES),5000) $(BIN)/python -m pytest -q tests/fuzz

docs: ## the documents as a site, in build/site/index.html
	@scripts/setup.sh docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

frozen: ## both programs in a folder that runs without Python: dist/sgnet-viewer
	@scripts/setup.sh frozen
	@PYTHONWARNINGS=ignore .venv-frozen/bin/pyinstaller --noconfirm --log-level ERROR scripts/sgnet-viewer.spec
	@.venv-frozen/bin/python scripts/check_frozen.py dist/sgnet-viewer

lint: ## style, types and import contracts only
	@scripts/setup.sh test
	@scripts/check.sh lint types contracts

format: ## rewrite the sources in the project's style
	@scripts/setup.sh test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## remove .venv, caches and build output
	rm -rf .venv .venv-oldest .venv-frozen .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build dist *.egg-info
	find sgnet_model sgnet_viewer tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
