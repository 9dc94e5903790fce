"""What changed: shifts, budgets that burn, success rates by people's labels, accounts that stopped."""

from datetime import datetime

from coagent.brief.inert import plain
from coagent.domain.brief import BriefBurn, BriefChange, BriefFacts, BriefQuality, BriefSilence
from coagent.domain.number_format import minute, moment, percent, rough_money

STATE = {"open": "open", "recovered": "recovered", "accepted": "accepted"}


def change_lines(facts: BriefFacts) -> list[str]:
    """Pages first, then budgets, then by what it costs a day; what is open before what has ended."""
    news = [one for one in facts.changes if _is_news(one, facts)]
    paged = [_change(one) for one in sorted(news, key=_rank) if one.page]
    others = [_change(one) for one in sorted(news, key=_rank) if not one.page]
    return [*paged, *map(_burn, facts.burns), *map(_quality, facts.qualities), *others, *map(_silence, facts.silences)]


def _is_news(change: BriefChange, facts: BriefFacts) -> bool:
    """One that was open before and still is waits; it is no news."""
    return change.reported_at >= facts.since or change.ended_at is not None


def _rank(change: BriefChange) -> tuple[bool, float, datetime]:
    return change.status != "open", -abs(change.usd_per_day or 0.0), change.onset_at


def _change(change: BriefChange) -> str:
    marks = ["**paged**"] if change.page else []
    state = STATE.get(change.status, change.status)
    if change.accepted_by:
        state = f"accepted by {plain(change.accepted_by, 60)}"
    end = "" if change.ended_at is None else f" {minute(change.ended_at)}"
    marks += [f"since {minute(change.onset_at)}", f"{state}{end}", *_cost(change)]
    return f"{plain(change.headline)} ({', '.join(marks)}): `coagent explain {plain(change.id, 60)}`"


def _cost(change: BriefChange) -> list[str]:
    if not change.usd_per_day:
        return []
    return [f"{'costs' if change.usd_per_day > 0 else 'saves'} ${rough_money(change.usd_per_day)} a day"]


def _burn(burn: BriefBurn) -> str:
    left = "" if burn.budget_left is None else f", {percent(burn.budget_left)} of it left"
    since = "" if burn.since is None else f" since {minute(burn.since)}"
    return f"Error budget of {plain(burn.name)} burns too fast{since}{left}"


def _quality(change: BriefQuality) -> str:
    marks = ["**paged**"] if change.page else []
    end = "" if change.ended_at is None else f" {minute(change.ended_at)}"
    marks += [f"since about {moment(change.since)[:10]}", f"{STATE.get(change.status, change.status)}{end}"]
    return f"{plain(change.headline)} ({', '.join(marks)}): `coagent explain {plain(change.id, 60)}`"


def _silence(silence: BriefSilence) -> str:
    end = "still silent" if silence.returned_at is None else f"back since {minute(silence.returned_at)}"
    return f"{plain(silence.headline)} (noticed {minute(silence.noticed_at)}, {end})"
