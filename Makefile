# Everything a developer does here. `make` alone lists it.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SUFFIXES:

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/made-from
UV := $(BIN)/python infra/local/cloud/package_index.py
CLOUD := PYTHONPATH=infra $(BIN)/python -m local.cloud
# The environment of a cloud that is up; its programs and tests find it by this.
WITH_CLOUD = . "$${GUERDON_LOCAL:-./.local}/env" &&
CODE := layers/core functions infra tests

# Caches stay inside the working copy too, whatever the machine's home is.
export UV_CACHE_DIR ?= $(CURDIR)/.local/cache/uv
export PIP_CACHE_DIR ?= $(CURDIR)/.local/cache/pip

.PHONY: help setup lock up down restart status logs execution demo sandbox clean test lint types imports unit workflow \
	simulation simulate planted engines e2e chaos format

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

# --- tools ------------------------------------------------------------------------------------------------------------

setup: $(READY) ## install the tools into .venv; needs only python3 (3.11 or newer) and make

$(READY): requirements/bootstrap.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is older than 3.11. Name a newer one: make setup PYTHON=python3.13" >&2; exit 1; }
	@echo "Installing the tools into .venv. The first time takes about a minute."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(UV) pip install --quiet --require-hashes --python $(BIN)/python -r requirements/dev.txt
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@touch $@

# The runtime brings these itself, so no layer ships them. urllib3 is shipped although the runtime has one: what a failed
# call to a provider proves is read from its exceptions, so it must be the one that was tested.
IN_RUNTIME := boto3 botocore jmespath python-dateutil s3transfer six
# Wheels that lie on this machine would hide those of other machines, and their hashes with them.
COMPILE = UV_FIND_LINKS= UV_INDEX= UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --universal --generate-hashes \
	--no-emit-index-url --no-emit-find-links --python-version 3.11

lock: $(READY) ## work out the requirements anew, with their hashes (UPGRADE=1: to the newest versions)
	@set -e; for name in bootstrap chaos dev dynamodb emulator sam; do \
		$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/$$name.in --output-file requirements/$$name.txt; \
	done; \
	for layer in dependencies mail stripe; do \
		beside=; test $$layer = dependencies || beside='--no-emit-package urllib3'; \
		$(COMPILE) $(if $(UPGRADE),--upgrade) --constraint requirements/dev.txt \
			$(addprefix --no-emit-package ,$(IN_RUNTIME)) $$beside \
			layers/$$layer/requirements.in --output-file layers/$$layer/requirements.txt; \
	done

# --- the local cloud --------------------------------------------------------------------------------------------------

up: $(READY) ## start AWS, the providers and a mail inbox on this machine, and deploy to them
	@$(CLOUD) up

down: $(READY) ## stop them and keep what they know
	@$(CLOUD) down

restart: $(READY) ## stop them and start them again
	@$(CLOUD) restart

status: $(READY) ## say what runs and where to look
	@$(CLOUD) status

logs: $(READY) ## print the functions' logs (GREP=text: only lines with it, such as an event's id; FOLLOW=1: go on)
	@$(CLOUD) logs $(if $(GREP),--grep '$(GREP)') $(if $(FOLLOW),--follow)

execution: $(READY) ## tell how the workflow carried out one payout (PAYOUT=po_…; RUN=2: its second run)
	@$(CLOUD) execution $(or $(PAYOUT),$(error Name the payout: make execution PAYOUT=po_…)) --run $(or $(RUN),1)

demo: up ## follow one deal from the CRM to the reward
	@$(WITH_CLOUD) PYTHONPATH=infra:layers/core $(BIN)/python -m local.demo

sandbox: $(READY) ## run the provider sandbox alone (PORT=4570)
	@PYTHONPATH=infra $(BIN)/python -m local.sandbox --port $(or $(PORT),4570)

clean: $(READY) ## stop the local cloud and remove all that it wrote
	@$(CLOUD) clean

# --- checks -----------------------------------------------------------------------------------------------------------

test: SECONDS ?= 180
test: lint types imports unit workflow simulation engines e2e ## run every check, one after the other
	@printf '\n\033[1;32mEvery check passed.\033[0m\n'

lint: $(READY) ## check style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(READY) ## check types
	@$(BIN)/mypy $(CODE)

imports: $(READY) ## check that the layers of the code import only downwards
	@$(BIN)/lint-imports

unit: $(READY) ## test without the local cloud
	@$(BIN)/pytest -n 2 -m "not local_cloud" --ignore tests/workflow

workflow: $(READY) ## drive every state and edge of the workflow, and test its shape
	@$(BIN)/pytest -m "not local_cloud" tests/workflow

SIMULATE := PYTHONPATH=layers/core:infra:tests $(BIN)/python -m simulation

simulation: $(READY) ## play hostile schedules for a minute, new ones each time (SECONDS=300: for longer)
	@$(SIMULATE) --seconds $(or $(SECONDS),60)

simulate: $(READY) ## play many schedules (N=100000, FIRST=seed), or one that failed (SEED=n)
	@$(SIMULATE) $(if $(SEED),--seed $(SEED),--schedules $(or $(N),100000) $(if $(FIRST),--first $(FIRST)))

planted: $(READY) ## plant known bugs, see each caught, and write the table into docs/exactly-once.md
	@$(SIMULATE) planted

engines: $(READY) ## test the store on real database engines, with 64 workers at once (DEALS=2000: on more deals)
	@PYTHONPATH=infra $(BIN)/python -m local.engines
	@GUERDON_CONTENTION_DEALS=$(or $(DEALS),300) $(BIN)/pytest -m real_engine tests/adapters/dynamodb

# A cloud of its own beside the one of `make up`, so that neither disturbs the other.
e2e: export GUERDON_LOCAL ?= ./.local/e2e
e2e: export GUERDON_EMULATOR_PORT ?= 4666
e2e: export GUERDON_SANDBOX_PORT ?= 4670
e2e: export GUERDON_SMTP_PORT ?= 4671
e2e: export GUERDON_INBOX_PORT ?= 4672
e2e: $(READY) ## test in the local cloud, from the webhook to the mail
	@$(CLOUD) clean
	@$(CLOUD) up
	@$(WITH_CLOUD) $(BIN)/pytest -m "local_cloud and not real_engine"; passed=$$?; $(CLOUD) down; exit $$passed

# Faults come between the functions and AWS at a port of their own. Ctrl-C takes the cloud down too.
chaos: export GUERDON_LOCAL ?= ./.local/chaos
chaos: export GUERDON_EMULATOR_PORT ?= 4866
chaos: export GUERDON_SANDBOX_PORT ?= 4870
chaos: export GUERDON_SMTP_PORT ?= 4871
chaos: export GUERDON_INBOX_PORT ?= 4872
chaos: export GUERDON_FUNCTIONS_PORT ?= 4874
chaos: $(READY) ## break everything around the functions for some minutes, then compare books, till and inbox (MINUTES=3 SEED=n)
	@trap 'exit 130' INT TERM; trap '$(CLOUD) down' EXIT; $(CLOUD) clean && $(CLOUD) up && $(WITH_CLOUD) \
		PYTHONPATH=layers/core:infra:tests $(BIN)/python -m chaos --minutes $(or $(MINUTES),3) $(if $(SEED),--seed $(SEED))

format: $(READY) ## put the code into its form
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format
