"""States by account, as a version before kept them, become states by stream: all but detection goes on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

import msgspec

from coagent.count.rollups import Rollups
from coagent.detect.constants import REMEMBERED
from coagent.detect.row_times import Places
from coagent.detect.state.stream import Control
from coagent.domain.segment import Segment
from coagent.steps.stream_state import Kept, UnknownState, unwrap, wrap

NO_DETECTION = 0
"""A version that no detection ever had: whoever reads such a state begins it anew, and says so."""


class _Nothing(msgspec.Struct, array_like=True):
    """Detection that is still to begin."""


def by_stream(accounts: Mapping[Segment, bytes]) -> Iterator[tuple[Segment, bytes]]:
    """A state for each stream of which any account's state can be read.

    Of each source a row at or below what all its accounts had seen drops out: none is lost, and after a clean stop
    none comes twice. A signal is muted until the earliest end that all accounts share: a mute of one tenant alone would
    silence the others.
    """
    streams: dict[Segment, dict[Segment, Kept]] = defaultdict(dict)
    for account, data in accounts.items():
        kept = _kept(data)
        if kept is not None:
            streams[account.stream][account] = kept
    for stream, each in streams.items():
        yield stream, wrap(_merged(stream, each), NO_DETECTION, _Nothing())


def lost_mutes(accounts: Mapping[Segment, bytes], now_s: float) -> list[Segment]:
    """Accounts whose mute is still in force and does not go on, because others of their stream were not muted."""
    kept = {account: one for account, data in accounts.items() if (one := _kept(data))}
    streams: dict[Segment, list[Kept]] = defaultdict(list)
    for account, one in kept.items():
        streams[account.stream].append(one)
    return [
        account
        for account, one in sorted(kept.items(), key=lambda item: item[0].label)
        if any(
            until > now_s and name not in _muted(streams[account.stream])
            for name, until in one.control.muted_until.items()
        )
    ]


def _kept(data: bytes) -> Kept | None:
    try:
        return unwrap(data)[0]
    except UnknownState:
        return None


def _merged(stream: Segment, each: Mapping[Segment, Kept]) -> Kept:
    kept = list(each.values())
    own = each.get(stream)
    obeyed = dict.fromkeys(name for one in kept for name in one.control.obeyed)
    control = Control(obeyed=list(obeyed)[-REMEMBERED:], muted_until=_muted(kept))
    seen = {source for one in kept for source in one.sources}
    sources = {name: min(one.sources[name] for one in kept if name in one.sources) for name in seen}
    if own is None:
        return Kept(sources, Rollups.from_bytes(None, stream).to_bytes(), 0, Places(), control)
    control.reported = own.control.reported
    return Kept(sources, own.rollups, own.rows_seen, own.places, control)


def _muted(kept: list[Kept]) -> dict[str, float]:
    shared = set.intersection(*(set(one.control.muted_until) for one in kept))
    return {name: min(one.control.muted_until[name] for one in kept) for name in sorted(shared)}
