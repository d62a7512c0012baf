# Every command a person or CI needs, one line each. The machine's own Python starts; '.venv' does the rest.
PYTHON ?= python3
# Whoever names a Python gets that one; else set-up may find a faster one.
NAMED := $(if $(filter file,$(origin PYTHON)),,--this-python)
VENV := .venv/bin/python
# Compiled modules are kept, whatever the shell says: dozens of processes start from them.
export PYTHONDONTWRITEBYTECODE =
.DEFAULT_GOAL := help
.PHONY: help demo test check format bench docs lock setup

help: ## show these lines
	@sed -nE 's/^([a-z]+):.*## (.*)$$/make \1  \2/p' Makefile | awk '{printf "%s %-7s", $$1, $$2; $$1=$$2=""; print}'

demo: ## start everything on this machine and open the page (Ctrl-C stops it; data stays in .vanthu)
	@$(PYTHON) scripts/setup.py demo $(NAMED) && exec $(VENV) -m api.cli demo

test: setup ## run everything CI runs; as root on Debian it first installs what the tests drive
	@$(PYTHON) scripts/debian.py && $(VENV) scripts/check.py all

check: setup ## format, lint, types, import contracts, house rules, pure engine tests: under a minute
	@$(VENV) scripts/check.py

format: setup ## put the code into the house's form
	@$(VENV) -m ruff check --fix --quiet . ; $(VENV) -m ruff format --quiet .

bench: setup ## measure; one JSON object a line
	@$(VENV) -m bench

docs: setup ## write the documents that are made from code
	@$(VENV) -m scripts.errors_doc

lock: setup ## write the lock files anew (UPGRADE=1 takes newer releases, a week old at least)
	@$(VENV) scripts/lock.py $(if $(UPGRADE),--upgrade)

setup: # what 'test' and 'check' stand on: tools included
	@$(PYTHON) scripts/setup.py test $(NAMED)
