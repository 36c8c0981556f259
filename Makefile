# Everything is installed into .venv and node_modules, and nothing is done twice: a stamp inside
# each holds the digest of what it was made from, and the bundle carries the digest of its sources.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
NOTEBOOK ?= notebooks/01_brush.ipynb
ARGS ?=

digest = $(shell cat $(1) | cksum | tr -d ' ')
PYTHON_STAMP := .venv/.installed-$(call digest,pyproject.toml)
NODE_STAMP := node_modules/.installed-$(call digest,package.json package-lock.json .npmrc)

# Jupyter refuses to run as root unless told, which is the rule in containers.
AS_ROOT := $(shell [ "$$(id -u)" != 0 ] || echo --allow-root)
# JupyterLab would ask the network for news and newer versions.
LAB = $(BIN)/jupyter lab $(AS_ROOT) --LabApp.default_url=/lab/tree/$(NOTEBOOK) \
  --LabApp.news_url=None --LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate

.PHONY: help
help: ## list what can be made
	@echo "make <target>, where target is one of:"
	@sed -n 's/^\([a-z-]*\):[^#]*## /  \1\t/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: setup
setup: bundle ## build everything into .venv, node_modules and the package

.PHONY: lab
lab: setup ## open JupyterLab on the first notebook; ARGS="--no-browser --port 9999" passes through
	@echo "JupyterLab opens $(NOTEBOOK); its address is printed below, and Ctrl+C stops it."
	@$(LAB) $(ARGS)

.PHONY: test
test: setup ## run the whole gate, as CI does
	@$(BIN)/python scripts/gate.py

.PHONY: test-fast
test-fast: setup ## run the gate without wheel, notebooks and browser
	@$(BIN)/python scripts/gate.py --fast

.PHONY: test-slow
test-slow: setup ## simulate every curve and certificate of the theory, some minutes
	@$(BIN)/python -m pytest -q -m slow tests/slow

.PHONY: test-faults
test-faults: setup ## kill 200 writers at random moments and look for every acknowledged event
	@$(BIN)/python -m pytest -q -s -m slow tests/faults

.PHONY: dev
dev: setup ## JupyterLab with hot reload: widgets follow every saved source file
	@rm -f unlearn_widgets/static/.built-from
	@echo "Save a file under js/ and the widgets on screen follow, the extension after a reload of"
	@echo "the page; Ctrl+C stops everything."
	@node js/build.mjs --watch & widgets=$$!; node js/lab/build.mjs --watch & extension=$$!; \
	  trap "kill $$widgets $$extension 2>/dev/null" EXIT INT TERM; \
	  ANYWIDGET_HMR=1 $(LAB) $(ARGS)

.PHONY: bench
bench: setup ## print the table of speeds, with the alternatives beside them
	@$(BIN)/python -m scripts.bench $(ARGS)

.PHONY: reproduce
reproduce: setup ## write docs/results.md: the paper's table measured anew, some minutes
	@$(BIN)/python -m scripts.reproduce $(ARGS)

.PHONY: screenshots
screenshots: setup ## write docs/images from the real notebook
	@$(BIN)/python -m scripts.screenshots $(ARGS)

.PHONY: wheel
wheel: setup ## build dist/*.whl and dist/*.tar.gz
	@$(BIN)/python scripts/wheel.py

.PHONY: format
format: setup ## format Python and TypeScript in place
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix-only --quiet .
	@npx prettier --write --log-level warn .

.PHONY: clean
clean: ## remove everything that was built or installed
	rm -rf .venv node_modules unlearn_widgets/static unlearn_widgets/labextension dist build .make test-results
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks

.PHONY: bundle
bundle: $(PYTHON_STAMP) $(NODE_STAMP)
	@$(BIN)/python scripts/hatch_bundle.py

$(PYTHON_STAMP):
	@python=$$(PYTHON="$(PYTHON)" scripts/preflight.sh) || exit 1; \
	  if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    echo "Creating .venv"; rm -rf .venv; $$python -m venv .venv || exit 1; \
	  fi
	@echo "Installing the Python package and its tools into .venv"
	@# The editable install wants the folder, and the extension is built into it later.
	@mkdir -p unlearn_widgets/labextension
	@SKIP_JUPYTER_BUILDER=1 $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@# JupyterLab ships a CommonJS yarn, which our package.json would turn into a module.
	@echo '{}' > .venv/package.json
	@rm -f .venv/.installed-* && touch $@

$(NODE_STAMP): | $(PYTHON_STAMP)
	@PYTHON="$(PYTHON)" scripts/preflight.sh >/dev/null
	@echo "Installing the front-end tools into node_modules"
	@# Not `npm ci`: some versions refuse a lock file with packages for other platforms.
	@npm install --ignore-scripts --no-audit --no-fund --loglevel=error
	@rm -f node_modules/.installed-* && touch $@
