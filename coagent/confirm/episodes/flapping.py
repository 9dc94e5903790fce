"""A change that comes and goes is one shift, opened again each time, and pages once a day at most."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from coagent.confirm.compare.signal_result import Results, SignalResult, moved_signals
from coagent.domain.shift import Cause, Shift, SignalChange

BETWEEN_PAGES = timedelta(days=1)
"""A change that recurs within this time of its page does not page again."""


class Recurrence(msgspec.Struct, frozen=True, kw_only=True):
    """How the latest shift of a stream recurs: `ended` is its last state while it is recovered, without its evidence;
    it came `times`, first at `since`, and paged last at `paged_at`. `recently_paged`: it recurred too soon after that
    to page again.
    """

    ended: Shift | None = None
    times: int = 1
    since: datetime | None = None
    paged_at: datetime | None = None
    recently_paged: bool = False

    def after_end(self, shift: Shift) -> "Recurrence":
        return msgspec.structs.replace(self, ended=msgspec.structs.replace(shift, evidence=None))

    def recurred(self, now: datetime) -> "Recurrence":
        recently = self.paged_at is not None and now - self.paged_at < BETWEEN_PAGES
        return msgspec.structs.replace(self, ended=None, times=self.times + 1, recently_paged=recently)

    def after_report(self, shift: Shift, *, paged_before: bool) -> "Recurrence":
        """`paged_before`: whether this occurrence has paged before."""
        return msgspec.structs.replace(self, paged_at=shift.updated.time) if shift.page and not paged_before else self

    def noted(self, cause: Cause) -> Cause:
        """With a note, where it came more than once."""
        if self.times == 1 or self.since is None:
            return cause
        text = f"recurring: occurrence {self.times} since {self.since:%Y-%m-%d %H:%M} UTC"
        text += ", paged within the last day" if self.recently_paged else ""
        return msgspec.structs.replace(cause, because=[text, *cause.because])


def recurs(results: Results, ended: Shift | None) -> bool:
    """Whether the recovered shift is back: most of what moved went where it had gone then."""
    return ended is not None and most_fit(results, ended, _same)


def most_fit(results: Results, past: Shift, fits: Callable[[SignalChange, SignalResult], bool]) -> bool:
    """Whether at least half of what moved, and something, fits how it had moved in that shift."""
    moved = moved_signals(results)
    then = {change.name: change for change in past.signals if change.moved}
    fitting = [one for one in moved if one.signal.name in then and fits(then[one.signal.name], one)]
    return bool(fitting) and len(fitting) >= len(moved) / 2


def _same(then: SignalChange, now: SignalResult) -> bool:
    """Whether it went the same way, and is nearer to where it had gone than to where it was before."""
    was, had_gone, is_at = then.before.median, then.after.median, now.after.median
    return then.effect.value * now.effect.value > 0 and abs(is_at - had_gone) <= abs(is_at - was)
