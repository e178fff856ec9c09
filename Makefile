# Everything a developer does, one recipe each. `make` alone lists them.
.DEFAULT_GOAL := help
SHELL := bash
BIN := .venv/bin
READY := .venv/.synced
TOGETHER := -j2 $(if $(filter output-sync,$(.FEATURES)),-O)
PARTS := check-format check-lint check-types check-strict check-imports
.PHONY: help setup up demo check test prove bench docs lock new-tool $(PARTS)

help: ## List what there is.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Install the locked environment into .venv (and uv itself when it is missing).

# Made again when the lock changes; a second make has nothing to do.
$(READY): requirements.lock scripts/setup.sh scripts/uv.sh
	@scripts/setup.sh
	@touch $@

up: $(READY) ## Start Morello: PostgreSQL, the API and a worker, until Ctrl-C. Prints a sign-in link.
	@MORELLO_HOME="$${MORELLO_HOME:-$(CURDIR)/.morello}" exec $(BIN)/morello up

demo: $(READY) ## Analyse the shipped, synthetic sample; write and verify a report with its receipt.
	@scripts/demo.sh

check: $(READY) ## Format, lint, types, imports, house rules and fast tests (≤ 90 s).
	@$(MAKE) --no-print-directory $(TOGETHER) $(PARTS)
	@$(BIN)/python -m pytest -m "not slow and not prove" -n 2

test: $(READY) ## Everything, with reduced rounds (≤ 15 min).
	@# The tests run in any case and come last, so that one run tells everything.
	@$(MAKE) --no-print-directory -k $(TOGETHER) $(PARTS); parts=$$?; \
		$(BIN)/python -m pytest -m "not prove" -n 2 && exit $$parts

prove: $(READY) ## The long rounds; a skipped test is a failed one. Commit the outcome it writes.
	@$(BIN)/python -m pytest -m prove --fail-on-skip --outcome benchmarks/results/prove.json

bench: $(READY) ## Run every benchmark, one at a time.
	@for each in benchmarks/*.py; do echo "== $$each"; PYTHONPATH=. $(BIN)/python "$$each" || exit 1; done

docs: $(READY) ## Draw docs/reference, the tool manifest and the schemas from the declarations.
	@$(BIN)/python scripts/make_docs.py

lock: ## Resolve the dependencies of pyproject.toml again and write requirements.lock.
	@scripts/uv.sh pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--extra dev --python-version 3.11 pyproject.toml -o requirements.lock

ifeq (new-tool,$(firstword $(MAKECMDGOALS)))
NAME := $(word 2,$(MAKECMDGOALS))
$(eval $(NAME):;@:)
endif

new-tool: $(READY) ## Write a tool that runs at once: make new-tool room.verb
	@$(BIN)/python scripts/new_tool.py "$(NAME)"

check-format: $(READY) # How the code is laid out.
	@$(BIN)/ruff format --quiet --check . || { echo "run: $(BIN)/ruff format ."; exit 1; }

check-lint: $(READY) # What the linter says.
	@$(BIN)/ruff check --quiet .

check-types: $(READY) # What mypy says.
	@$(BIN)/mypy --no-error-summary

check-strict: $(READY) # What pyright says of the kernel, the ledger and the pipeline.
	@$(BIN)/basedpyright --level error | tail -n 20; exit $${PIPESTATUS[0]}

check-imports: $(READY) # Imports go down the floors.
	@$(BIN)/lint-imports --no-cache > /dev/null || $(BIN)/lint-imports --no-cache
