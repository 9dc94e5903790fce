"""Usage is read in three places, of bodies, exports and spans: each name means the same in all of them."""

import re

import pytest

from coagent.ingest.content.usage import usage_counts
from coagent.ingest.content.usage_details import FIELDS, usage_of
from coagent.ingest.spans.usage_words import usage_field

TIER = re.compile("priority_|flex_")
BODIES = [
    *("prompt_tokens", "input_tokens", "completion_tokens", "output_tokens", "total_tokens", "reasoning_tokens"),
    *("cached_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens", "cache_creation_input_tokens"),
    "cache_write_tokens",
]


@pytest.mark.parametrize("name", FIELDS)
def test_words_and_table_of_exports_agree(name):
    assert usage_field(TIER.sub("", name)) == FIELDS[name]


@pytest.mark.parametrize("name", BODIES)
def test_bodies_and_exports_agree(name):
    known = {field: value for field, value in usage_counts({name: 7}).items() if value is not None}
    assert known == usage_of({name: 7}).fields == {FIELDS[name]: 7}


@pytest.mark.parametrize(("place", "direction"), [("prompt", "input"), ("completion", "output")])
def test_details_agree_too(place, direction):
    usage = {f"{place}_tokens_details": {"audio_tokens": 7}}
    known = {field: value for field, value in usage_counts(usage).items() if value is not None}
    assert known == usage_of(usage).fields == {f"{direction}_audio_tokens": 7}
