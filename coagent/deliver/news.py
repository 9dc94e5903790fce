"""What is new since people were last notified of a finding. Nothing new: nothing is sent."""

from coagent.domain.conversation import Subject
from coagent.domain.notice import Stage

DOUBLED = 2.0
SMALL_SHARE = 0.02
"""A size below this is not compared: twice almost nothing is still nothing. Convention."""
SMALL_USD_PER_DAY = 1.0
CARRIERS = 5


def stage_of(reported: Subject | None, now: Subject) -> Stage | None:
    """The step in the life of the conversation; None where there is no news."""
    if reported is None:
        return now.state if now.state != "open" else "opened"
    if reported.state != now.state:
        return "reopened" if now.state == "open" else now.state
    return "updated" if now.state == "open" and news(reported, now) else None


def news(reported: Subject, now: Subject) -> list[str]:
    """One line for each: now pages, another cause, size or cost doubled, spread further."""
    found = [
        _pages(reported, now),
        _cause(reported, now),
        *_doubled(reported, now),
        _cost(reported, now),
        _spread(reported, now),
    ]
    return [line for line in found if line]


def _pages(reported: Subject, now: Subject) -> str:
    return "It pages now; it did not before." if now.page and not reported.page else ""


def _cause(reported: Subject, now: Subject) -> str:
    if reported.cause == now.cause or now.cause is None:
        return ""
    return f"Most likely cause changed: {_words(reported.cause)} → {_words(now.cause)}."


def _words(cause: str | None) -> str:
    return (cause or "unknown").replace("_", " ")


def _doubled(reported: Subject, now: Subject) -> list[str]:
    pairs = [(name, reported.sizes[name], size) for name, size in now.sizes.items() if name in reported.sizes]
    grown = [one for one in pairs if one[2] >= max(SMALL_SHARE, DOUBLED * one[1])]
    return [
        f"Size doubled: {name.replace('_', ' ')} changed by {_percent(before)} before, {_percent(after)} now."
        for name, before, after in grown[:CARRIERS]
    ]


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _cost(reported: Subject, now: Subject) -> str:
    before, after = reported.usd_per_day, now.usd_per_day
    if after is None or abs(after) < SMALL_USD_PER_DAY:
        return ""
    if before is None or abs(after) >= DOUBLED * max(abs(before), SMALL_USD_PER_DAY / DOUBLED):
        return f"Cost changed: {_usd(before)} → {_usd(after)}."
    return ""


def _usd(amount: float | None) -> str:
    return "unknown" if amount is None else f"{amount:+,.0f} USD per day"


def _spread(reported: Subject, now: Subject) -> str:
    new = sorted(set(now.carriers) - set(reported.carriers))
    if not new or not reported.carriers:
        return ""
    more = f" and {len(new) - CARRIERS} more" if len(new) > CARRIERS else ""
    return f"Spread to {', '.join(new[:CARRIERS])}{more}."
