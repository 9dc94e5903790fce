"""A segment's state as bytes: what has to outlive every version of detection, and around it detection's own.

Offsets, open minutes, the number of rows and what people decided stay readable where detection was written by another
version and has to begin anew: no row is counted twice or lost by an upgrade, and no id comes a second time.
"""

import msgspec
import zstandard

from coagent.detect.row_times import Places
from coagent.detect.state.stream import Control

FORMAT = 16
"""First byte, of this layout."""
LEVEL = 1
LARGEST = 8 << 20
"""No state unpacks to more: what claims to is not one."""


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


def wrap(kept: Kept, version: int, detection: msgspec.Struct) -> bytes:
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


def begin_new_log(data: bytes, no_rollups: bytes) -> bytes:
    """The same state for a log whose offsets begin anew: no row of it was seen yet, and its minutes and days open new
    parts, so that those of the old log stay as they were. What is no state of this layout stays as it is.
    """
    try:
        kept, version, detection = unwrap(data)
    except UnknownState:
        return data
    kept = msgspec.structs.replace(kept, sources={}, rollups=no_rollups, review=b"")
    plain = msgspec.msgpack.encode((kept, version, detection))
    return bytes([FORMAT]) + zstandard.ZstdCompressor(level=LEVEL).compress(plain)
