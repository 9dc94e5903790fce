"""A change that comes and goes is one shift, opened again each time, and wakes people once a day at most."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from coagent.confirm.compare.signal_result import Reading
from coagent.domain.shift import Cause, Shift, SignalChange

QUIET = timedelta(days=1)
"""So long after people were woken by it a change that comes back does not wake them again."""


class Comings(msgspec.Struct, frozen=True, kw_only=True):
    """How the latest shift of a segment comes and goes: `gone` while it is recovered, without its evidence; it came
    `times`, the first time at `since`; it woke people last at `woke`, and is `quiet` where it would wake them again too
    soon.
    """

    gone: Shift | None = None
    times: int = 1
    since: datetime | None = None
    woke: datetime | None = None
    quiet: bool = False

    def left(self, shift: Shift) -> "Comings":
        """After its recovery."""
        return msgspec.structs.replace(self, gone=msgspec.structs.replace(shift, evidence=None))

    def back(self, now: datetime) -> "Comings":
        """After it came again."""
        quiet = self.woke is not None and now - self.woke < QUIET
        return msgspec.structs.replace(self, gone=None, times=self.times + 1, quiet=quiet)

    def told(self, shift: Shift, *, paged: bool) -> "Comings":
        """After it was told open; `paged`: whether people were woken by this coming before."""
        return msgspec.structs.replace(self, woke=shift.updated.time) if shift.page and not paged else self

    def remarked(self, cause: Cause) -> Cause:
        """With a word about it, where it came more than once."""
        if self.times == 1 or self.since is None:
            return cause
        text = f"it comes and goes: this is time {self.times} since {self.since:%Y-%m-%d %H:%M} UTC"
        text += ", and within a day of the last page nobody is woken again" if self.quiet else ""
        return msgspec.structs.replace(cause, because=[text, *cause.because])


def again(read: Mapping[str, Reading], gone: Shift | None) -> Shift | None:
    """The recovered shift that this is once more: at least half of what moved went where it had gone then."""
    if gone is None:
        return None
    moved = [name for name, one in read.items() if one.moved and one.signal.owner != "client"]
    then = {change.name: change for change in gone.signals}
    same = [name for name in moved if name in then and _same(then[name], read[name])]
    return gone if same and len(same) >= len(moved) / 2 else None


def _same(then: SignalChange, now: Reading) -> bool:
    """Whether it went the same way, and is nearer to where it had gone than to where it was before."""
    was, had_gone, is_at = then.before.median, then.after.median, now.after.median
    return then.effect.value * now.effect.value > 0 and abs(is_at - had_gone) <= abs(is_at - was)
