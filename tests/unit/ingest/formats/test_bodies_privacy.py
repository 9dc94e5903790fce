"""Nothing of what people wrote gets past the decoders of bodies: each text of a message is replaced by a secret one."""

import json
from copy import deepcopy

import msgspec
import pytest

from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode

from .body_seeds import SEEDS
from .readings import OPTIONS
from .test_bodies_broken import FORMATS, places

SECRET = "Patient Zero, jane.doe@example.com, sk-live-0123456789abcdef"  # what must not get out
CONTENT = {"content", "text", "arguments", "thinking", "message", "input", "system", "instructions", "delta"}
"""Keys of texts that people or models wrote."""


@pytest.mark.parametrize("name", SEEDS)
def test_nothing_of_content_gets_past_the_decoder(name):
    message = deepcopy(SEEDS[name])
    for path in places(SEEDS[name]):
        place = message
        for key in path[:-1]:
            place = place[key]
        if isinstance(place[path[-1]], str) and path[-1] in CONTENT:
            place[path[-1]] = SECRET
    for outcome in decode(json.dumps(message).encode(), OPTIONS, FORMATS[name]):
        assert not any(part in msgspec.json.encode(outcome).decode() for part in ("Patient", "jane", "sk-live"))


@pytest.mark.parametrize("name", SEEDS)
def test_no_rejection_repeats_what_it_rejects(name):
    for path in places(SEEDS[name]):
        message = deepcopy(SEEDS[name])
        place = message
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = SECRET
        for outcome in decode(json.dumps(message).encode(), OPTIONS, FORMATS[name]):
            if not isinstance(outcome, Request):
                assert "Patient" not in f"{outcome.reason} {outcome.detail if hasattr(outcome, 'detail') else ''}"
