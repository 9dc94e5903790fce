"""What the formats of bodies find, before it is normalized."""

import json

from coagent.domain.rejected import Rejected, Skipped
from coagent.ingest.bodies.exchange import exchange_of
from coagent.ingest.formats import bodies, body_streams
from coagent.ingest.options import DecodeOptions

OPTIONS = DecodeOptions(now_s=1_782_950_000.0, hash_key=b"k", task_attribute="task", tenant_attribute="team")
TIME = 1_782_907_200
"""2026-07-01, 12:00 UTC."""


def read(message, options=OPTIONS):
    """The reading of a message that holds a body."""
    message = json.loads(json.dumps(message))
    return bodies.reading_of(body_streams.whole(exchange_of(body_streams.without_event(message))), options)


def known(message, *names):
    """Some of its fields, in this order."""
    fields = read(message).fields
    return tuple(fields.get(name) for name in names)


def decoded(message, decode=bodies.decode):
    return decode(json.dumps(message).encode(), OPTIONS)


def refused(message, decode=bodies.decode):
    """The reason and the detail of a message's one rejection."""
    [outcome] = decoded(message, decode)
    assert isinstance(outcome, Rejected)
    return outcome.reason, outcome.detail


def skipped(message, decode=bodies.decode):
    """The reason for which a message is skipped."""
    [outcome] = decoded(message, decode)
    assert isinstance(outcome, Skipped)
    return outcome.reason
