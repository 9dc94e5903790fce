# Two commands do everything on a fresh machine with Python >= 3.11 and make: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow test-clients install lint lock picture clean

run: install  ## the main job: a real silent change, found on a real stream
	$(BIN)/coagent up --demo --exit

test: install lint  ## the ordinary tier, under five minutes
	$(BIN)/python -m pytest -m "not slow"

test-slow: install  ## named, seeded and bounded slow tiers: real Kafka, chaos, fuzz
	$(BIN)/python -m pytest -m slow

test-clients: .venv-clients/.installed  ## the producers' side, with the real litellm, openai and OpenTelemetry packages
	.venv-clients/bin/python -m pytest -m clients tests/integration/kafka/clients

install: .venv/.installed

.venv/.installed: pyproject.toml requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps -e .
	touch $@

.venv-clients/.installed: pyproject.toml requirements.lock requirements-clients.lock
	test -x .venv-clients/bin/python || $(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --disable-pip-version-check -q -r requirements.lock -r requirements-clients.lock
	.venv-clients/bin/python -m pip install --disable-pip-version-check -q --no-deps -e .
	touch $@

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

picture: install  ## draws README's picture of a shift from the shipped recording
	rm -rf .picture && $(BIN)/coagent analyze coagent/samples/quantized_swap.jsonl.gz --plots .picture >/dev/null
	mv .picture/shift-*.svg docs/shift.svg && rm -rf .picture
	$(BIN)/python tools/draw_delivery.py

lock:  ## pins names and versions for Python 3.11 to 3.13, nothing else; needs uv
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links pyproject.toml --group dev -o requirements.lock
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --group clients -c requirements.lock -o requirements-clients.lock

clean:
	rm -rf .venv .venv-clients .coagent .mypy_cache .ruff_cache .pytest_cache
