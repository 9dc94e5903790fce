"""Readings as decoders hand them over."""

from coagent.domain.request import Request
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

TIME_S = 1_780_300_800.25
OPTIONS = DecodeOptions(now_s=1_780_387_200.0)
LEAST = {"time": TIME_S, "provider": "openai", "request_model": "gpt-4o"}


def outcomes(fields, **about):
    return outcomes_of(Reading(LEAST | fields, **about), OPTIONS, 3)


def read(fields, **about):
    """The request, and the reasons of what is noted of it."""
    request, *notes = outcomes(fields, **about)
    assert isinstance(request, Request), request
    return request, [note.reason for note in notes]
