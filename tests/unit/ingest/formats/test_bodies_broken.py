"""Whatever stands in any place of a body, the message ends as a request, a skip or a rejection, and is detected."""

import json
import random
from collections import Counter
from copy import deepcopy

import pytest

from coagent.domain.rejected import Noted, Rejected, Skipped
from coagent.domain.request import Request
from coagent.ingest.formats.decoders import DECODERS, decode
from coagent.ingest.formats.detect_format import detect_format
from coagent.ingest.options import DecodeOptions

from ..test_fuzz import JUNK, mutated_bytes  # noqa: TID252  # the fuzz of all formats breaks them alike
from .body_seeds import SEEDS
from .readings import OPTIONS

FORMATS = {
    "chat": "openai", "chunk": "openai", "chunks": "openai", "pair": "openai", "http": "openai",
    "embeddings": "openai", "batch": "openai", "failed": "openai", "responses": "openai_responses",
    "responses_event": "openai_responses", "anthropic": "anthropic", "anthropic_batch": "anthropic",
    "gemini": "gemini", "vertex_batch": "gemini", "converse": "bedrock", "bedrock_log": "bedrock_log",
    "bedrock_stream": "bedrock_log", "cloudwatch": "log_entry", "cloud_logging": "log_entry", "ollama": "ollama",
    "generation": "openrouter", "generations": "openrouter", "azure": "azure_log", "azure_batch": "azure_log",
    "anthropic_events": "openai",
}  # fmt: skip
BODIES = ("openai", "openai_responses", "anthropic", "gemini", "bedrock", "ollama")


@pytest.mark.parametrize("name", SEEDS)
def test_each_kind_is_detected_and_read(name):
    value = json.dumps(SEEDS[name]).encode()
    assert detect_format(value) == FORMATS[name]
    outcomes = decode(value, OPTIONS)
    assert isinstance(outcomes[0], Request)
    assert {type(outcome) for outcome in outcomes} <= {Request, Noted}


def places(found, path=()):
    """Every place within a value."""
    children = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def with_junk(found, path, junk):
    changed = deepcopy(found)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = deepcopy(junk)
    return changed


def checked(value, pinned):
    outcomes = decode(value, OPTIONS, pinned)
    assert outcomes
    assert {type(outcome) for outcome in outcomes} <= {Request, Rejected, Skipped, Noted}
    assert all(len(outcome.reason) < 80 for outcome in outcomes if not isinstance(outcome, Request))
    return Counter(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.parametrize("name", SEEDS)
def test_no_value_in_any_place_breaks_the_decoder(name):
    rng = random.Random(name)
    for path in places(SEEDS[name]):
        for junk in rng.sample(JUNK, 6):
            value = json.dumps(with_junk(SEEDS[name], path, junk)).encode("utf-8", "surrogatepass")
            checked(value, FORMATS[name])
            checked(value, None)


@pytest.mark.parametrize("name", SEEDS)
def test_no_broken_byte_breaks_the_decoder(name):
    rng = random.Random(name)
    value = json.dumps(SEEDS[name]).encode()
    counts = Counter()
    for _ in range(150):
        counts += checked(mutated_bytes(value, rng), FORMATS[name])
    assert counts["Rejected"] > 0


@pytest.mark.parametrize("pinned", sorted(DECODERS.keys() - {"otlp_proto"}))
def test_another_format_s_pin_rejects_or_reads_and_never_breaks(pinned):
    for name, seed in SEEDS.items():
        outcomes = decode(json.dumps(seed).encode(), DecodeOptions(), pinned)
        assert outcomes
        if pinned in BODIES and FORMATS[name] in BODIES:
            assert isinstance(outcomes[0], Request)
