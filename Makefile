# `make demo` shows what cleanspam does; `make test` is everything that CI runs. Both need only python3 and make.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint types prove tests pages clean

.venv/ready: pyproject.toml hatch_build.py src/cleanspam/native/_native.c
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' # the first that knows --group
	$(BIN)/python -m pip install --quiet --editable . --group dev
	# Where Python may write no bytecode (PYTHONDONTWRITEBYTECODE), each of the tests' thousand starts would compile all of it.
	$(BIN)/python -m compileall -q src
	touch $@

demo: .venv/ready
	@echo '--- an article with planted parentheticals'
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

prove: .venv/ready
	$(BIN)/cleanspam rules prove

tests: .venv/ready
	$(BIN)/python -m pytest -q --numprocesses auto --dist worksteal

# What shows real output: run it after a change of rules.
pages: .venv/ready
	$(BIN)/python tools/make_picture.py
	$(BIN)/python tools/run_console_blocks.py

clean:
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache
