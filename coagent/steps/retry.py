"""Which dead letters may be sent again, so that a request still counts once."""

from collections.abc import Mapping
from typing import Literal

from coagent.domain.rejected import DeadLetter, Noted
from coagent.domain.telemetry_format import Format
from coagent.ingest.formats.mapping import Mapped
from coagent.ingest.formats.topic_decoder import TopicDecoder
from coagent.ingest.options import DecodeOptions

Obstacle = Literal["no_bytes", "many_requests"]


def obstacle(
    letter: DeadLetter, formats: Mapping[str, Format], mappings: Mapping[str, Mapped] | None = None
) -> Obstacle | None:
    """Why a letter's message had better not be sent again; None where nothing speaks against it.

    `no_bytes`: the letter carries none. `many_requests`: it is an export batch of which parts may have been accepted,
    and these would count twice. `formats` pins a topic to a format and `mappings` reads one by a file, as for ingest.
    """
    if not letter.payload:
        return "no_bytes"
    mapped = (mappings or {}).get(letter.topic)
    decoder = TopicDecoder(formats.get(letter.topic), mapped.decode if mapped else None)
    parts = [part for part in decoder.decode(letter.payload, DecodeOptions()) if not isinstance(part, Noted)]
    return "many_requests" if len(parts) > 1 else None
