"""What it cost, and what was saved. An unknown amount is said to be unknown."""

from datetime import datetime, timedelta
from decimal import Decimal

from coagent.brief.inert import plain
from coagent.domain.brief import BriefChange, BriefFacts, BriefSaving, BriefTraffic
from coagent.domain.number_format import count, dollars, requests, rough_money

DAY = timedelta(days=1)


def cost_lines(facts: BriefFacts) -> list[str]:
    """Changes first: they are what one can act on; then the whole, beside the same span before."""
    return [*_changes(facts), *_spent(facts)]


def saving_lines(facts: BriefFacts) -> list[str]:
    """The largest first; unknown ones last."""
    known = sorted(facts.savings, key=lambda one: (one.realised_usd is None, -(one.realised_usd or 0)))
    return [_saving(one) for one in known]


def _changes(facts: BriefFacts) -> list[str]:
    """Over the days of the span in which each was there."""
    known = [(one.usd_per_day, _days(one, facts)) for one in facts.changes if one.usd_per_day is not None]
    cost = sum(usd * days for usd, days in known if usd > 0)
    saved = -sum(usd * days for usd, days in known if usd < 0)
    lines = [f"Changes cost about ${rough_money(cost)}"] if cost else []
    return lines + ([f"Changes saved about ${rough_money(saved)}"] if saved else [])


def _days(change: BriefChange, facts: BriefFacts) -> float:
    begin: datetime = max(change.onset_at, facts.since)
    end = min(change.ended_at or facts.until, facts.until)
    return max(0.0, (end - begin) / DAY)


def _spent(facts: BriefFacts) -> list[str]:
    now, before = facts.traffic, facts.before
    if not now.requests:
        return []
    if now.usd is None:
        return [f"Cost unknown: none of {requests(now.requests)} has a price"]
    return [f"In all {dollars(now.usd)} for {requests(now.requests)}{_unpriced(now)}{_compared(now, before)}"]


def _unpriced(traffic: BriefTraffic) -> str:
    return f", {count(traffic.unpriced)} of them of unknown cost" if traffic.unpriced else ""


def _compared(now: BriefTraffic, before: BriefTraffic) -> str:
    """Costs of days with other shares of unpriced requests do not compare."""
    if not before.usd or now.usd is None or now.unpriced or before.unpriced:
        return ""
    change = (now.usd - before.usd) / before.usd * 100
    per_request = (now.usd / now.requests) / (before.usd / before.requests) - 1
    return f"; {_percent(change)} against the time before, {_percent(per_request * 100)} a request"


def _percent(value: Decimal) -> str:
    return f"{value:+.0f} %".replace("-", "\N{MINUS SIGN}")


def _saving(saving: BriefSaving) -> str:
    promised = "" if saving.promised_usd is None else f", {dollars(saving.promised_usd)} promised"
    realised = "not measured yet" if saving.realised_usd is None else f"{dollars(saving.realised_usd)} saved"
    return f"{plain(saving.title)}: {realised}{promised}"
