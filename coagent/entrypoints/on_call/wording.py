"""Words for a shift's state in one line."""

from datetime import UTC, datetime, timedelta

from coagent.domain.shift import Direction, Hold, SignalChange
from coagent.entrypoints.terminal.figures import figure
from coagent.entrypoints.terminal.wording import plain, unit_of, words

HOLDS: dict[Hold, str] = {
    "muted": "muted",
    "too_small": "too small to matter",
    "not_worse": "nothing got worse",
    "cause_unknown": "cause unknown",
    "traffic": "the request mix changed",
    "own_deploy": "our own deploy",
    "mix_leaning": "probably the request mix",
    "already_paged": "already paged",
    "recently_paged": "paged recently",
    "waiting_for_rows": "waiting for more requests",
    "ended": "it ended first",
}
DIRECTIONS: dict[Direction, str] = {
    "worse": "worse",
    "better": "better",
    "neither": "different",
    "mixed": "partly worse, partly better",
}
SHARES = frozenset({"share", "0..1"})
SPANS = ((timedelta(days=2), "d", 86400), (timedelta(hours=2), "h", 3600), (timedelta(minutes=2), "min", 60))


def paged(page: bool, held_because: list[Hold]) -> str:
    """Whether people were paged, or why not.

    >>> paged(False, ["not_worse"])
    'not paged: nothing got worse'
    """
    if page:
        return "paged"
    why = ", ".join(HOLDS.get(one, plain(one)) for one in held_because)
    return f"not paged: {why}" if why else "not paged"


def size(change: SignalChange) -> str:
    """From before to after, with the relative change where there is one.

    >>> from coagent.domain.shift import Effect, Summary
    >>> effect = Effect("cliffs_delta", -0.9, -1.0, -0.8)
    >>> size(SignalChange(name="output_tokens", unit="tokens", before=Summary(9, 181.0), after=Summary(9, 3.0),
    ...                   effect=effect, p_value=None, q_value=None))
    'output tokens from 181 to 3 tokens (-98 %)'
    """
    unit = change.unit or unit_of(change.name)
    before = figure(change.before.median, unit if unit in SHARES else "")
    after = figure(change.after.median, unit)
    return f"{words(change.name)} from {before} to {after}{_relative(change, unit)}"


def _relative(change: SignalChange, unit: str) -> str:
    before, after = change.before.median, change.after.median
    if unit in SHARES or not before > 0 or not after >= 0:
        return ""
    return f" ({round((after / before - 1) * 100):+,} %)"


def span(length: timedelta) -> str:
    """About how long.

    >>> span(timedelta(hours=3, minutes=5)), span(timedelta(seconds=40))
    ('3 h', '40 s')
    """
    for least, unit, seconds in SPANS:
        if length >= least:
            return f"{length.total_seconds() / seconds:.0f} {unit}"
    return f"{max(length.total_seconds(), 0):.0f} s"


def minute(time: datetime) -> str:
    """To the minute.

    >>> minute(datetime(2026, 7, 1, 12, tzinfo=UTC))
    '2026-07-01 12:00 UTC'
    """
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
