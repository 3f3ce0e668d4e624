# `make demo` shows what cleanspam does; `make test` is everything that CI runs. Both need only python3 and make.

PYTHON ?= python3
BIN := .venv/bin
# The shipped rules as a start reads them; older than what it is made of, it is passed over, and a start takes longer.
COMPILED := src/cleanspam/rulebook/shipped.bin

.PHONY: demo test lint types prove tests pages wheel site engines clean

.venv/ready: pyproject.toml hatch_build.py src/cleanspam/__init__.py src/cleanspam/native/_native.c
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' # the first that knows --group
	$(BIN)/python -m pip install --quiet --editable . --group dev
	# Where Python may write no bytecode (PYTHONDONTWRITEBYTECODE), each of the tests' thousand starts would compile all of it.
	$(BIN)/python -m compileall -q src
	touch $@

$(COMPILED): .venv/ready $(wildcard rules/*.rules src/cleanspam/text/*.py src/cleanspam/rulebook/*.py src/cleanspam/judge/*.py)
	$(BIN)/python hatch_build.py

# The demo needs what users install, not the developers' tools.
.venv/demo: pyproject.toml hatch_build.py src/cleanspam/__init__.py src/cleanspam/native/_native.c
	test -e .venv/ready || { $(PYTHON) -m venv .venv && $(BIN)/python -m pip install --quiet --editable .; }
	touch $@

demo: .venv/demo
	@echo '--- an article with plantings of four kinds'
	@cat demo/article.txt
	@echo; echo '--- cleanspam diff demo/article.txt'
	@$(BIN)/cleanspam diff demo/article.txt
	@echo; echo '--- cleanspam < demo/article.txt'
	@$(BIN)/cleanspam < demo/article.txt

test: lint types prove tests

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/ready
	$(BIN)/mypy

prove: $(COMPILED)
	$(BIN)/cleanspam rules prove

tests: $(COMPILED)
	$(BIN)/python -m pytest -q --numprocesses auto --dist worksteal

# What shows real output: run it after a change of rules.
pages: .venv/ready
	$(BIN)/python tools/make_picture.py
	$(BIN)/python tools/run_console_blocks.py

# What is published, made here: the sdist, and a wheel for this Python, checked and tried where nothing else is installed.
wheel: .venv/ready
	$(BIN)/python -m pip install --quiet --group release
	rm -rf dist
	$(BIN)/python -m build --outdir dist
	if [ "$$(uname)" = Linux ]; then \
	  PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/auditwheel repair --wheel-dir dist dist/*-linux_*.whl && rm dist/*-linux_*.whl; \
	fi
	$(BIN)/twine check --strict dist/*
	$(PYTHON) -m venv --clear dist/bare
	dist/bare/bin/python -m pip install --quiet dist/*.whl
	cd dist && bare/bin/python -c 'from cleanspam.native import IS_COMPILED; assert IS_COMPILED'
	cd dist && bare/bin/cleanspam rules prove && bare/bin/cleanspam --version --verbose
	rm -rf dist/bare
	ls -l dist

site: .venv/ready
	$(BIN)/python -m pip install --quiet --group docs
	$(BIN)/mkdocs build --strict

# Every engine for real, each in an environment of its own under .engines: minutes, and gigabytes the first time.
engines: .venv/ready
	$(BIN)/python tools/run_engines.py

clean:
	rm -rf .venv .engines dist site .mypy_cache .pytest_cache .ruff_cache
