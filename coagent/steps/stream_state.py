"""A stream's state as bytes: what has to outlive every version of detection, and detection's own.

Offsets, open minutes, the number of rows and what people decided stay readable where detection was written by another
version and has to begin anew: no row is counted twice or lost by an upgrade, and no id comes a second time.
"""

import logging

import msgspec
import zstandard

from coagent.count.rollups import Rollups
from coagent.detect.row_times import Places
from coagent.detect.state.codec import VERSION, begun_anew, restored, stored
from coagent.detect.state.stream import Control, Watch
from coagent.domain.segment import Segment

FORMAT = 16
"""First byte, of this layout."""
LEVEL = 1
LARGEST = 8 << 20
"""No state unpacks to more: what claims to is not one."""

log = logging.getLogger(__name__)


class Kept(msgspec.Struct, array_like=True):
    """The highest (offset, index) seen of each source, the rollups' own bytes, of the watch what its ids and counts
    hang on, and the own bytes of whoever samples requests for review.
    """

    sources: dict[str, tuple[int, int]]
    rollups: bytes
    rows_seen: int
    places: Places
    control: Control
    review: bytes = b""


class UnknownState(ValueError):
    """Bytes of another layout, or no state at all."""


def encode(watch: Watch, sources: dict[str, tuple[int, int]], rollups: bytes) -> bytes:
    kept = Kept(sources, rollups, watch.rows_seen, watch.places, watch.control, watch.review)
    return wrap(kept, VERSION, stored(watch))


def decode(data: bytes, segment: Segment) -> tuple[Watch, dict[str, tuple[int, int]], bytes]:
    """Inverse of `encode`: watch, sources, rollups. Where detection was written by another version it begins anew, and
    the rest goes on. Raises UnknownState.
    """
    kept, version, detection = unwrap(data)
    watch = Watch(segment, kept.rows_seen, places=kept.places, control=kept.control, review=kept.review)
    try:
        watch = restored(version, detection, watch)
    except (ValueError, IndexError, TypeError) as error:
        log.warning("detection of %s cannot be read (%s): it begins anew, its counts go on", segment.label, error)
        watch = begun_anew(watch)
    return watch, kept.sources, kept.rollups


def wrap(kept: Kept, version: int, detection: msgspec.Struct | msgspec.Raw) -> bytes:
    """`version` is detection's."""
    plain = msgspec.msgpack.encode((kept, version, detection))
    return bytes([FORMAT]) + zstandard.ZstdCompressor(level=LEVEL).compress(plain)


def unwrap(data: bytes) -> tuple[Kept, int, msgspec.Raw]:
    """Inverse of `wrap`, detection still as msgpack; raises UnknownState."""
    if not data or data[0] != FORMAT:
        raise UnknownState(f"layout {data[0] if data else 'none'}")
    try:
        plain = zstandard.ZstdDecompressor().decompress(data[1:], max_output_size=LARGEST)
        return msgspec.msgpack.decode(plain, type=tuple[Kept, int, msgspec.Raw])
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise UnknownState(str(error)) from error


def begin_new_log(data: bytes, segment: Segment) -> bytes:
    """The same state for a log whose offsets begin anew: no row of it was seen yet, and its minutes and days open new
    parts, so that those of the old log stay as they were. What is no state of this layout stays as it is.
    """
    try:
        kept, version, detection = unwrap(data)
    except UnknownState:
        return data
    no_rollups = Rollups(segment, []).to_bytes()
    return wrap(msgspec.structs.replace(kept, sources={}, rollups=no_rollups, review=b""), version, detection)
