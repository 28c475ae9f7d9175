# Every target sets up what it needs. `make demo` and `make test` are all a newcomer has to know.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

# Tests start the program many times: compiled once it starts in half the time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test proofs check lint types contracts bench engines pictures fuzz crash reference chaos messages docs goldens clean
.DEFAULT_GOAL := demo

demo: $(READY)          ## make the demo's records and its digest of 1-15 June 2026
	@$(BIN)/svodka demo

test: $(READY)          ## the stories: all that runs in one process
	@$(BIN)/pytest -m "not proof" -n 2 --dist loadfile --no-loadscope-reorder

proofs: $(READY)        ## the rest: processes that are killed, servers, browsers, the demo, random centres (four minutes)
	@$(BIN)/pytest -m proof -n 4 --dist loadfile --no-loadscope-reorder

check: lint types contracts test proofs   ## everything that CI asks for

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(READY)
	@$(BIN)/mypy

contracts: $(READY)
	@$(BIN)/lint-imports

bench: $(READY)         ## speed, as medians and ratios within one run; SCALE=100m and ONLY=growth,import for more, or less
	@$(BIN)/python -m tests.bench $(if $(SCALE),--scale $(SCALE)) $(if $(ONLY),--only $(ONLY)) $(if $(KEEP),--keep $(KEEP))

engines: $(VENV)/.engines   ## the same numbers on every engine that can run here (eight minutes)
	@SVODKA_ENGINES=1 $(BIN)/pytest tests/engines
	@SVODKA_ENGINES=1 $(BIN)/pytest -n 2 --dist loadfile tests/soundness

pictures: $(READY)      ## every picture of every report over seven spans of the demo, in both languages (five minutes)
	@SVODKA_PICTURES=1 $(BIN)/pytest -n 2 tests/bot/test_demo_pictures.py

fuzz: $(READY)          ## 10 000 files of nonsense to every way in (half an hour)
	@SVODKA_EXAMPLES=10000 $(BIN)/pytest -n 2 --dist worksteal tests/fuzz

crash: $(READY)         ## kill 200 imports and 200 pulls of a CRM, and a pull at every step, and look at what is left (10 minutes)
	@SVODKA_KILLS=200 $(BIN)/pytest tests/warehouse/test_crash_program.py tests/warehouse/test_pull.py tests/crm/test_pull.py -k killed_at

reference: $(READY)     ## figures of 200 random small centres against the definitions in plain Python (a minute)
	@SVODKA_SEEDS=200 $(BIN)/pytest tests/operations/test_reference*.py tests/sales/test_reference*.py

chaos: $(READY)         ## kill a process that posts at every occasion, twice, with faults on both platforms (10 minutes)
	@SVODKA_CHAOS=1 $(BIN)/pytest -n 2 tests/delivery/test_chaos.py

messages: $(READY)      ## collect the interface's strings and compile the catalogues
	@$(BIN)/python -m tests.messages

docs: $(READY)          ## pages generated from the code
	@$(BIN)/python -m tests.reference

goldens: $(READY)       ## accept the texts the digest prints now
	@$(BIN)/pytest tests/bot/test_demo.py --update-goldens

$(VENV)/.engines: $(READY)
	@echo "Installing ClickHouse and Spark for the tests (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group engines
	@touch $@

clean:
	rm -rf $(VENV) demo

$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Svodka needs Python 3.11 or newer: install python3 and python3-venv, then run make again." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Svodka needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) -V 2>&1): install a newer one and run make PYTHON=python3.12." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Svodka needs Python's venv module: install the package python3-venv, then run make again." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once)..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --group dev --editable .
	@$(BIN)/python -m compileall -q bot charts digests metrics warehouse
	@touch $@
