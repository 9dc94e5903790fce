"""What confirm remembers of one provider: its streams' latest candidates and what was reported of them."""

import zlib
from typing import Self

import msgspec

from coagent.confirm.episodes.flapping import Recurrence
from coagent.domain.segment import Segment
from coagent.domain.shift import CauseKind, Dismissed, Family, Shift

STATE_VERSION = 1
MOST_SEGMENTS = 256
MOST_TEXTS = 64


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """The latest candidate of a stream. `sequence` is the candidate's last; `moved` the signals that moved, without
    covariates. `shift` or `dismissed` was reported last, `closed` is the shift before that this candidate ended.
    `paged`: whether it has paged; `recurrence`: how the latest shift comes and goes.
    """

    segment: Segment
    candidate: str
    sequence: int
    onset_s: float
    moved: list[str]
    family: Family
    kind: CauseKind
    paged: bool = False
    shift: Shift | None = None
    dismissed: Dismissed | None = None
    closed: Shift | None = None
    recurrence: Recurrence = msgspec.field(default_factory=Recurrence)


class ProviderState(msgspec.Struct, frozen=True):
    """Episodes by segment id, the least recently touched first; bounded."""

    episodes: dict[str, Episode]

    @classmethod
    def from_bytes(cls, data: bytes | None) -> Self:
        """From `to_bytes`; None, another version or damaged bytes give an empty state."""
        if data is None:
            return cls({})
        try:
            version, packed = msgspec.msgpack.decode(data, type=tuple[int, msgspec.Raw])
            return cls(_unpack(packed) if version == STATE_VERSION else {})
        except (msgspec.DecodeError, zlib.error):
            return cls({})

    def to_bytes(self) -> bytes:
        """Version and compressed msgpack."""
        return msgspec.msgpack.encode((STATE_VERSION, zlib.compress(msgspec.msgpack.encode(self.episodes), 1)))

    def of(self, segment: Segment) -> Episode | None:
        return self.episodes.get(segment.id)

    def with_episode(self, episode: Episode) -> "ProviderState":
        """With this as the newest. The oldest are dropped, those without an open shift first, and ended shifts and
        dismissals of all but the newest.
        """
        kept = {key: old for key, old in self.episodes.items() if key != episode.segment.id}
        kept[episode.segment.id] = episode
        spare = sorted(kept, key=lambda key: _open(kept[key]))[: max(0, len(kept) - MOST_SEGMENTS)]
        keys = [key for key in kept if key not in spare]
        newest = set(keys[-MOST_TEXTS:])
        return ProviderState({key: kept[key] if key in newest else _shortened(kept[key]) for key in keys})


def _open(episode: Episode) -> bool:
    return episode.shift is not None and episode.shift.status == "open"


def _unpack(packed: msgspec.Raw) -> dict[str, Episode]:
    payload = zlib.decompress(msgspec.msgpack.decode(packed, type=bytes))
    return msgspec.msgpack.decode(payload, type=dict[str, Episode])


def _shortened(episode: Episode) -> Episode:
    """Keeps an open shift only, which may still be updated; its evidence comes with each update."""
    shift = msgspec.structs.replace(episode.shift, evidence=None) if episode.shift and _open(episode) else None
    return msgspec.structs.replace(episode, shift=shift, dismissed=None, closed=None, recurrence=Recurrence())
