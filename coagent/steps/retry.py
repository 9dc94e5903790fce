"""Which dead letters may be sent again, so that a request still counts once."""

from collections.abc import Mapping
from typing import Literal

from coagent.domain.rejected import DeadLetter
from coagent.ingest.formats.decoders import decode
from coagent.ingest.formats.detect_format import Format
from coagent.ingest.options import DecodeOptions

Obstacle = Literal["no_bytes", "many_requests"]


def obstacle(letter: DeadLetter, formats: Mapping[str, Format]) -> Obstacle | None:
    """Why a letter's message had better not be sent again; None where nothing speaks against it.

    `no_bytes`: the letter carries none. `many_requests`: it is an export batch of which parts may have been accepted,
    and these would count twice. `formats` pins a topic to a format, as for ingest.
    """
    if not letter.payload:
        return "no_bytes"
    parts = decode(letter.payload, DecodeOptions(), formats.get(letter.topic))
    return "many_requests" if len(parts) > 1 else None
