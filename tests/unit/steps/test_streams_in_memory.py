"""How many streams live in memory changes nothing of what a report says, whatever their logs hold."""

import json

import numpy as np
import pytest

from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.ingest.options import DecodeOptions
from coagent.ports import RawRecord
from coagent.steps.analyze import analyze
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep
from coagent.steps.ingest import IngestStep
from coagent.steps.streams_in_memory import StreamsInMemory
from tests.list_prices import LIST_PRICES

START_S = 1_782_907_200.0
ROWS = 6_000


class Lines:
    def __init__(self, lines):
        self._lines = lines

    def records(self):
        return (RawRecord(line, f"log.jsonl:{number}") for number, line in enumerate(self._lines, 1))


class ByState:
    """As a worker without a memory: each message on the bytes that the one before left."""

    def __init__(self, config):
        self._config, self._states, self._rollups = config, {}, []

    def take(self, message):
        segment = getattr(message, "segment", None) or message.stream
        step = DetectStep(self._config)
        take = step if hasattr(message, "segment") else step.hear
        detected = take(self._states.get(segment), message)
        self._states[segment] = detected.state
        self._rollups += detected.rollups
        return detected.candidates, detected.detectors, detected.evidence, detected.review

    def take_rollups(self):
        found, self._rollups = self._rollups, []
        return found


@pytest.fixture(scope="module")
def log():
    """Two endpoints of one model and two models beside; half-way one model answers in fewer, slower tokens."""
    rng = np.random.default_rng(3)
    return [_line(rng, number) for number in range(ROWS)]


def _line(rng, number):
    model, endpoint = [("gpt-4", "eu"), ("gpt-4", "us"), ("mini", "eu"), ("nano", "eu")][number % 4]
    changed = model == "gpt-4" and number > ROWS / 2
    tokens = int(rng.lognormal(5, 0.5) / (2 if changed else 1))
    first_s = float(rng.lognormal(-1, 0.4)) * (2 if changed else 1)
    row = {
        "request_id": f"r{number}",
        "time": START_S + number / 5,
        "provider": "openai",
        "request_model": model,
        "endpoint": endpoint,
        "task": "ab"[number % 8 // 4],
        "tenant": f"t{number % 3}",
        "input_tokens": int(rng.lognormal(6, 0.7)),
        "output_tokens": tokens,
        "time_to_first_token_s": first_s,
        "duration_s": first_s + tokens / 70,
        "stream": True,
        "status": "error" if rng.random() < 0.02 else "ok",
    }
    return json.dumps(row).encode()


def report(log, streams):
    ingest = IngestStep(
        options=DecodeOptions(), prices=None, flush_rows=2048, flush_age_s=0.5, max_rows=100_000, max_segments=100
    )
    confirm = ConfirmStep(ConfirmConfig())
    return analyze(Lines(log), ingest=ingest, streams=streams, confirm=confirm, prices=LIST_PRICES, at_s=START_S + ROWS)


def in_memory(**options):
    return StreamsInMemory(DetectConfig(), **options)


def test_streams_that_stay_in_memory_say_what_their_states_would(log):
    found = report(log, in_memory())
    assert found.shifts
    assert found.records.accepted == ROWS
    assert found.to_json() == report(log, ByState(DetectConfig())).to_json()


@pytest.mark.parametrize("live_bytes", [0, 1_500_000])
def test_streams_that_find_no_room_are_written_and_go_on(log, live_bytes):
    assert report(log, in_memory(live_bytes=live_bytes)).to_json() == report(log, in_memory()).to_json()
