"""One span through either encoding of OTLP."""

import pytest

from coagent.domain.rejected import Noted
from coagent.ingest.formats import otlp_json, otlp_proto
from coagent.ingest.options import DecodeOptions
from tests.unit.ingest.otlp_messages import json_, proto, span

OPTIONS = DecodeOptions()
BOTH = [(proto, otlp_proto.decode), (json_, otlp_json.decode)]
ENCODINGS = pytest.mark.parametrize(("encode", "decode"), BOTH, ids=["proto", "json"])


def outcomes_of(attributes, *, scope="", resource=None, **of_span):
    """The outcomes of a span, the same from both encodings."""
    found = [decode(encode([span(attributes, **of_span)], resource, scope), OPTIONS) for encode, decode in BOTH]
    assert found[0] == found[1]
    return found[0]


def request_of(attributes, **more):
    """The one request of a span; what is noted of it does not matter."""
    request, *notes = outcomes_of(attributes, **more)
    assert all(isinstance(one, Noted) for one in notes)
    return request
