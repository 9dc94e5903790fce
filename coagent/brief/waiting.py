"""What waits for a person: open pages, savings that nobody decided on, messages that could not be sent."""

from coagent.brief.inert import plain
from coagent.domain.brief import BriefChange, BriefFacts, BriefOpportunity
from coagent.domain.number_format import count, dollars, minute


def waiting_lines(facts: BriefFacts) -> list[str]:
    """Pages first, then savings by their size."""
    pages = [one for one in facts.changes if one.status == "open" and one.page]
    savings = sorted(facts.opportunities, key=lambda one: one.monthly_savings_usd, reverse=True)
    old = [one for one in facts.changes if one.status == "open" and not one.page and one.reported_at < facts.since]
    return [
        *(_page(one) for one in sorted(pages, key=lambda one: one.onset_at)),
        *map(_saving, savings),
        *(_open(one) for one in sorted(old, key=lambda one: one.onset_at)),
        *_parked(facts.parked_messages),
    ]


def _page(change: BriefChange) -> str:
    since, command = minute(change.onset_at), f"coagent accept {plain(change.id, 60)}"
    return f"**Page open** since {since}, {plain(change.service)}: `{command}` if it is the new normal"


def _open(change: BriefChange) -> str:
    return f"Open since {minute(change.onset_at)}: {plain(change.headline)}"


def _saving(one: BriefOpportunity) -> str:
    saves = f"about {dollars(one.monthly_savings_usd)} a month, " if one.monthly_savings_usd else ""
    return f"{plain(one.title)}: {saves}undecided since {minute(one.found_at)}"


def _parked(messages: int) -> list[str]:
    if not messages:
        return []
    return [f"{count(messages)} message{'' if messages == 1 else 's'} could not be sent: `coagent outbox list`"]
