# Two commands matter: `make demo` and `make test`. Both work from a bare clone.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: demo test bench crash pictures lint types contracts check setup packages peers clean

demo: $(BIN)/backline            ## Meridian, a demonstration organisation; ARGS=--once plays its stories
	@$(BIN)/backline demo $(ARGS)

test: $(BIN)/backline packages lint types contracts   ## everything that has to hold
	$(BIN)/pytest tests/engine tests/rooms tests/contract -n 2 -q
	@echo "== the same on PostgreSQL"
	@$(BIN)/python tests/postgresql.py $(BIN)/pytest tests/rooms tests/contract -n 2 -q; \
	  status=$$?; [ $$status -eq 77 ] || [ $$status -eq 0 ] || exit $$status
	@echo "== journeys, in a browser"
	$(BIN)/pytest tests/journeys -q -rs

bench: $(BIN)/backline           ## side by side with peers; ARGS="NAME --json" for one
	@$(BIN)/python -m bench $(ARGS)

crash: $(BIN)/backline           ## kill -9 under load, then count; ARGS="--kills N --seed S --database sqlite|postgresql --json"
	@$(BIN)/python -m tests.crash $(ARGS)

pictures: $(BIN)/backline packages   ## renew the pictures of the README
	BACKLINE_PICTURES=docs/pictures $(BIN)/pytest tests/journeys -q -k "readme"

lint: $(BIN)/backline
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(BIN)/backline
	$(BIN)/mypy

contracts: $(BIN)/backline
	$(BIN)/lint-imports

setup: $(BIN)/backline

$(BIN)/backline: requirements.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

packages:                        ## the browser, PostgreSQL and Tesseract that the tests use, from Debian's packages
	@tools/packages

peers: $(BIN)/backline           ## a Tryton server under var/peers, for the tests of its connector, which make it themselves where they can
	@$(BIN)/python -m tests.peers.tryton

lock:                            ## renew requirements.txt from pyproject.toml
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		  --extra dev --extra bench pyproject.toml -o requirements.txt

clean:
	rm -rf .venv var build
