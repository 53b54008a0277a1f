# The two commands: `make run` and `make test`. Everything is installed below this folder.
PYTHON ?= python3
export RASA_TELEMETRY_ENABLED = false
export SQLALCHEMY_SILENCE_UBER_WARNING = 1
export PYTHONNOUSERSITE = 1
CLINIC = .venv/bin/clinic

.DEFAULT_GOAL := help
.PHONY: help run test lint setup setup-dev train readability nlu-report triage-report triage-model bench clean

help: ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## set up if needed, train if the data changed, seed demo persons, serve on 127.0.0.1:5005 (PORT=… moves it)
	@$(CLINIC) train
	@exec $(CLINIC) serve

test: setup-dev ## every test, with real PostgreSQL, login provider and Chromium
	@.venv/bin/clinic train
	@.venv/bin/python -m pytest $(ARGS)

lint: setup-dev ## ruff and mypy
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy

train: setup ## train the bot's model if the data changed
	@$(CLINIC) train

readability: setup-dev ## LIX and reading ease of every text for patients, hardest first
	@.venv/bin/python -m tests.repo.readability

nlu-report: setup-dev ## how well each intent is understood on held-out sentences
	@.venv/bin/python -m bot.nlu_report

triage-report: setup-dev ## what the emergency screen finds on the untouched test set, to docs/ (ARGS="--set development" prints only)
	@.venv/bin/python -m tests.triage.report $(ARGS)

triage-model: setup-dev ## learn the estimate beside the screen's rules anew, after the development messages changed
	@.venv/bin/python -m tests.triage.learning

setup: # what `make run` needs
	@$(PYTHON) devtools/setup.py

setup-dev: # what `make test` needs
	@$(PYTHON) devtools/setup.py --dev

bench: setup-dev ## how long a register of a million policies takes, on SQLite and PostgreSQL (about five minutes)
	@.venv/bin/python -m bench.coverage $(ARGS)

clean: ## take away everything that was installed or made
	rm -rf .venv .tools node_modules web/static/vendor bot/models var .cache .rasa artefacts
