# Every target sets up what it needs: Python 3.11 or newer and make are enough.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run test check licences docs reference pictures bench synth schemas constraints clean

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIPELINE := pipelines/wub-2026.yaml
# How large is what `make bench` measures: rows of a file, persons PPSE x DTSEN of a job, persons left x right of a link.
BENCH_ROWS := 1000000
BENCH_PERSONS := 10000x100000
BENCH_SIZE := 5000x5000

# A virtual environment does not survive a moved folder or a replaced Python: forget it then, and set it up anew.
ifneq ($(wildcard $(STAMP)),)
FORGET := $(shell $(BIN)/python -c 'import os, sys, targeting as t; sys.exit(not os.path.samefile(t.__file__, "src/targeting/__init__.py"))' \
	>/dev/null 2>&1 || rm -rf $(VENV))
endif

help: ## print these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## make .venv with the pinned versions of constraints.txt
	@echo "ready: . $(BIN)/activate && targeting --help"

run: $(STAMP) ## set up, then run the whole job on data/sample
	@$(BIN)/targeting run $(PIPELINE)

test: $(STAMP) ## set up, then pass the tests
	@$(BIN)/python -m pytest -n 3 --dist worksteal

check: $(STAMP) ## set up, then lint, formatting, types, layers of imports, fresh schemas
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/targeting schema --out $(VENV)/schemas >/dev/null
	@diff -r schemas $(VENV)/schemas || { echo "error: schemas/ is not what the contracts say. Run: make schemas" >&2; exit 1; }
	@$(BIN)/python tools/licences.py --check

licences: $(STAMP) ## write the table of packages, versions and licences
	@$(BIN)/python tools/licences.py

docs: $(STAMP)-docs reference ## set up, then build the pages of docs/ into build/site
	@$(BIN)/zensical build --clean --strict

reference: $(STAMP) ## write the pages of docs/reference that are made from the program
	@$(BIN)/python tools/reference.py

pictures: $(STAMP)-browser ## draw the README's pictures anew, in a browser; needs chromium
	@$(BIN)/python tools/pictures.py

bench: $(STAMP)-bench ## set up, then measure validation, the whole job, and linkage beside Splink; benchmarks/README.md says more
	@$(BIN)/python benchmarks/validation.py $(BENCH_ROWS)
	@$(BIN)/python benchmarks/pipeline.py --persons $(BENCH_PERSONS)
	@$(BIN)/python benchmarks/linkage_vs_splink.py --size $(BENCH_SIZE)

synth: $(STAMP) ## make data/sample anew; the same bytes unless the generator changed
	@$(BIN)/targeting synth --sample --out data/sample

schemas: $(STAMP) ## write the JSON Schemas of the contracts into schemas/
	@$(BIN)/targeting schema --out schemas

# With the oldest Python that is supported, since the newest numpy and scipy may have dropped it.
constraints: ## pin anew: the newest versions that pyproject.toml allows, into constraints.txt
	@set -e; fresh=$$(mktemp -d); trap 'rm -rf "$$fresh"' EXIT; \
	$(FIND_PYTHON); "$$python" -m venv "$$fresh"; \
	"$$fresh/bin/python" -m pip install --quiet --quiet --disable-pip-version-check -e '.[dev,docs,bench,spark,browser]'; \
	{ sed -n '/^#/p' constraints.txt; "$$fresh/bin/python" -m pip freeze --exclude-editable; } > "$$fresh/constraints.txt"; \
	cp "$$fresh/constraints.txt" constraints.txt

clean: ## remove .venv and all caches; results (out/, targeting.duckdb) stay
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml constraints.txt
	@set -e; $(FIND_PYTHON); \
	echo "setting up $(VENV) with $$("$$python" --version); the first time this downloads some 280 MB" >&2; \
	$(BIN)/python -m pip --version >/dev/null 2>&1 || "$$python" -m venv --clear $(VENV); \
	$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

# An extra of pyproject.toml on top of that.
$(STAMP)-%: $(STAMP)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check -c constraints.txt -e '.[$*]'
	@touch $@

# Leaves the first Python that is new enough and can make a virtual environment in $python. Set PYTHON to try yours first.
define FIND_PYTHON
python=; bare=; \
for name in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
	if "$$name" -c 'import ensurepip, venv' >/dev/null 2>&1; then python=$$name; break; fi; bare=$$name; \
done; \
if [ -z "$$python" ] && [ -n "$$bare" ]; then \
	echo "error: $$bare cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
elif [ -z "$$python" ]; then \
	echo "error: no Python 3.11 or newer found. Install one, or name it: make PYTHON=/path/to/python3 $(MAKECMDGOALS)" >&2; exit 1; \
fi
endef
