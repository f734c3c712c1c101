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
CODE := layers/core functions infra tests bench

# Caches stay inside the working copy too, whatever the machine's home is.
export UV_CACHE_DIR ?= $(CURDIR)/.local/cache/uv
export PIP_CACHE_DIR ?= $(CURDIR)/.local/cache/pip

.PHONY: help setup lock chromium up down restart status logs execution demo screenshots sandbox console clean test lint types imports scan rights unit \
	workflow simulation simulate planted engines e2e upgrade restore-drill record-release chaos bench-rules bench-simulate bench-ledger \
	bench-coldstart bench-cost format

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

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
	@set -e; for name in bench bootstrap chaos dev dynamodb emulator sam scan; do \
		$(COMPILE) $(if $(UPGRADE),--upgrade) requirements/$$name.in --output-file requirements/$$name.txt; \
	done; \
	for layer in console dependencies mail stripe; do \
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
	@$(WITH_CLOUD) PYTHONPATH=infra:layers/core:tests $(BIN)/python -m local.demo

screenshots: $(READY) ## take a picture of every page of the local console (OUT=screenshots)
	@$(WITH_CLOUD) PYTHONPATH=layers/core:infra:tests $(BIN)/python -m e2e.browser.screenshots --out $(or $(OUT),.local/screenshots)

sandbox: $(READY) ## run the provider sandbox alone (PORT=4570)
	@PYTHONPATH=infra $(BIN)/python -m local.sandbox --port $(or $(PORT),4570)

console: $(READY) ## serve the console over a store in memory, to look at its pages (PORT=8080, ROLE=viewer)
	@PYTHONPATH=layers/core:infra:tests $(BIN)/python -m console.runner --port $(or $(PORT),8080) --role $(or $(ROLE),admin)

clean: $(READY) ## stop the local cloud and remove all that it wrote
	@$(CLOUD) clean

# --- checks -----------------------------------------------------------------------------------------------------------

# What only reads runs side by side; what follows has the machine to itself, one after the other.
# Its hostile schedules are the same ones each time, so that it says of a change what it said before it; `make simulation`
# plays new ones.
test: $(READY) ## run every check
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint types imports scan
	@$(MAKE) --no-print-directory unit workflow
	@$(MAKE) --no-print-directory simulate N=1200 FIRST=0
	@$(MAKE) --no-print-directory engines e2e
	@printf '\n\033[1;32mEvery check passed.\033[0m\n'

lint: $(READY) ## check style
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check

types: $(READY) ## check types
	@$(BIN)/mypy $(CODE)

imports: $(READY) ## check that the layers of the code import only downwards
	@$(BIN)/lint-imports

scan: $(READY) ## scan the template for mistakes and open doors (cfn-lint, checkov)
	@PYTHONPATH=infra:tests $(BIN)/python -m judging.scan

rights: $(READY) ## write what each role may do into docs/security.md, after a role has changed
	@PYTHONPATH=infra:tests $(BIN)/python -m judging.rights

unit: $(READY) chromium ## test without the local cloud
	@$(BIN)/pytest -n 2 -m "not local_cloud" --ignore tests/workflow

chromium: $(READY)
	@PYTHONPATH=infra $(BIN)/python -m local.chromium

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

bench-ledger: $(READY) ## read the books of up to a million entries, by seal and by scan (MOST=100000: of fewer)
	@PYTHONPATH=infra $(BIN)/python -m local.engines
	@PYTHONPATH=layers/core:infra:tests $(BIN)/python -m bench.ledger $(if $(MOST),--most $(MOST))

# A cloud of its own beside the one of `make up`, so that neither disturbs the other.
e2e: export GUERDON_LOCAL ?= ./.local/e2e
e2e: export GUERDON_EMULATOR_PORT ?= 4666
e2e: export GUERDON_SANDBOX_PORT ?= 4670
e2e: export GUERDON_SMTP_PORT ?= 4671
e2e: export GUERDON_INBOX_PORT ?= 4672
e2e: $(READY) chromium ## test in the local cloud, from the webhook to the mail
	@$(CLOUD) clean
	@$(CLOUD) up
	@$(WITH_CLOUD) $(BIN)/pytest -m "local_cloud and not real_engine"; passed=$$?; $(CLOUD) down; exit $$passed

# The older release is deployed by its own tools, from a tree of its own; this one is deployed over it.
upgrade: export GUERDON_LOCAL ?= ./.local/upgrade
upgrade: export GUERDON_EMULATOR_PORT ?= 4966
upgrade: export GUERDON_SANDBOX_PORT ?= 4970
upgrade: export GUERDON_SMTP_PORT ?= 4971
upgrade: export GUERDON_INBOX_PORT ?= 4972
upgrade: $(READY) ## deploy an older release, leave money in flight, deploy this one over it, and see all of it paid once (FROM=v0.1.0)
	@set -e; $(CLOUD) clean; tree="$$(cd "$$GUERDON_LOCAL" && pwd)/from"; rm -rf "$$tree"; mkdir -p "$$tree/.local" .local/envs; \
		git archive $(or $(FROM),$(error Name the older release: make upgrade FROM=v0.1.0)) | tar -x -C "$$tree"; \
		ln -s "$$PWD/.local/envs" "$$tree/.local/envs"; \
		trap '$(CLOUD) down' EXIT; half="PYTHONPATH=layers/core:infra:tests $(BIN)/python -m e2e.upgrade"; \
		(home="$$(cd "$$GUERDON_LOCAL" && pwd)"; python="$$PWD/$(BIN)/python"; cd "$$tree" && \
			GUERDON_LOCAL="$$home" PYTHONPATH=infra "$$python" -m local.cloud up); \
		. "$$GUERDON_LOCAL/env"; eval "$$half before"; $(CLOUD) up; . "$$GUERDON_LOCAL/env"; eval "$$half after"

restore-drill: $(READY) ## spoil the tables of a local cloud that is up, bring them back from copies, and verify the books
	@$(WITH_CLOUD) PYTHONPATH=layers/core:infra:tests $(BIN)/python -m e2e.restore_drill

record-release: $(READY) ## write down what this release says and stores, for the next ones to be held to (VERSION=0.2.0)
	@PYTHONPATH=layers/core:infra:tests $(BIN)/python -m releases.record $(or $(VERSION),$(error Name the release: make record-release VERSION=0.2.0))

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

# A meter stands between the functions and AWS, at a port of its own, from before the first deal on.
bench-cost: export GUERDON_LOCAL ?= ./.local/cost
bench-cost: export GUERDON_EMULATOR_PORT ?= 4766
bench-cost: export GUERDON_SANDBOX_PORT ?= 4770
bench-cost: export GUERDON_SMTP_PORT ?= 4771
bench-cost: export GUERDON_INBOX_PORT ?= 4772
bench-cost: export GUERDON_FUNCTIONS_PORT ?= 4774
# As long as a payout takes here; on AWS it is ten minutes, and nobody waits for that.
bench-cost: export GUERDON_EARNED_MAIL_AFTER ?= 60
bench-cost: $(READY) ## count what payouts cost on AWS, in a local cloud of its own; tables into docs/cost.md (PAYOUTS=100)
	@trap 'exit 130' INT TERM; trap '$(CLOUD) down' EXIT; $(CLOUD) clean && $(CLOUD) up && $(WITH_CLOUD) \
		PYTHONPATH=layers/core:infra:tests:. $(BIN)/python -m bench.cost $(if $(PAYOUTS),--payouts $(PAYOUTS))

bench-rules: $(READY) ## measure the evaluation of rules beside another engine, and as programs grow; plot into docs/
	@PYTHONPATH=infra:. $(BIN)/python -m bench

bench-simulate: $(READY) ## measure guerdon simulate as deals grow, beside a plain loop (DEALS=10000000: up to so many); plot into docs/
	@PYTHONPATH=layers/core:. $(BIN)/python -m bench.simulating $(if $(DEALS),--deals $(DEALS))

bench-coldstart: $(READY) ## measure the cold start of every function beside import boto3, and write the table into docs/ (ROUNDS=9)
	@PYTHONPATH=infra:tests:. $(BIN)/python -m bench.coldstart $(if $(ROUNDS),--rounds $(ROUNDS))

format: $(READY) ## put the code into its form
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format
