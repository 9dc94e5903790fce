"""What may be said about an opportunity."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from coagent.domain.insight import Fact
from coagent.domain.money import MoneyRange
from coagent.domain.number_format import count, money, number
from coagent.domain.opportunity import Opportunity
from coagent.narrate.segment_facts import segment_facts
from coagent.narrate.telemetry_text import clause, name, quotable, sql_text

EVIDENCE_FIGURES = 12
ASSUMPTIONS = 8
PARTS = 8
ACTION_CHARS = 600
UNITS = {"_usd": "USD", "_s": "s", "_tokens": "tokens", "requests": "requests", "_share": "share"}
"""What an evidence key's name says about its unit."""


def opportunity_facts(opportunity: Opportunity) -> list[Fact]:
    """Segment, savings, assumptions, figures of the evidence, parts, risk, validation and the change to make."""
    return [
        *segment_facts(opportunity.segment),
        Fact("kind", opportunity.kind, role="name"),
        Fact("opportunity", clause(opportunity.title).rstrip(". "), role="action"),
        *_range_facts("savings", opportunity.monthly_savings_usd),
        *_range_facts("alone", opportunity.alone_savings_usd),
        *_assumption_facts(opportunity),
        *_evidence_facts(opportunity.evidence),
        *_part_facts(opportunity),
        *_advice_facts(opportunity),
        Fact("action", _action(opportunity.action), role="action"),
        Fact("price version", name(opportunity.price_version or ""), role="name"),
        Fact("id", name(opportunity.id), role="name"),
        Fact("details", f"select * from insights.opportunities where id = {sql_text(opportunity.id)}", role="command"),  # noqa: S608 - shown to people, never run
    ]


def _range_facts(what: str, amount: MoneyRange | None) -> list[Fact]:
    if amount is None:
        return []
    bounds = ((f"{what} low", amount.low, "bound"), (f"{what} expected", amount.expected, "money"))
    return [
        *(Fact(label, money(usd), "USD", "money" if role == "money" else "bound") for label, usd, role in bounds),
        Fact(f"{what} high", money(amount.high), "USD", "bound"),
    ]


def _assumption_facts(opportunity: Opportunity) -> list[Fact]:
    first = opportunity.assumptions[:ASSUMPTIONS]
    return [Fact(f"assumption {place}", clause(text), role="assumption") for place, text in enumerate(first, 1)]


def _advice_facts(opportunity: Opportunity) -> list[Fact]:
    """What is known of gain beside money, effort, risk, the trial and what would prove it wrong."""
    trial = opportunity.sample_size
    return [
        Fact("benefit", clause(opportunity.benefit or ""), role="judgement"),
        Fact("effort", opportunity.effort, role="judgement"),
        Fact("risk", clause(opportunity.risk), role="judgement"),
        Fact("validation", clause(opportunity.validation), role="step"),
        Fact("sample size", "" if trial is None else count(trial), "requests", "count"),
        Fact("wrong if", clause(opportunity.wrong_if), role="judgement"),
    ]


def _part_facts(opportunity: Opportunity) -> Iterator[Fact]:
    parts = opportunity.parts
    for place, part in enumerate(parts[:PARTS], 1):
        yield Fact(f"{place}. part name", name(part.segment.label), role="name")
        yield Fact(f"{place}. part spend", money(part.monthly_spend_usd), "USD", "money")
        yield Fact(f"{place}. part savings", money(part.monthly_savings_usd), "USD", "money")
    if parts:
        yield Fact("parts", count(len(parts)), "accounts", "count")


def _evidence_facts(evidence: list[dict[str, Any]]) -> list[Fact]:
    figures = [figure for i, row in enumerate(evidence, 1) for figure in _figures(f"evidence {i}", row)]
    return figures[:EVIDENCE_FIGURES]


def _figures(prefix: str, row: dict[str, Any]) -> Iterator[Fact]:
    for key, value in row.items():
        text, field = _figure(value), clause(str(key))
        if text is not None and field:
            yield Fact(f"{prefix} {field}", text, _unit(str(key)), "evidence")


def _unit(key: str) -> str:
    return next((unit for suffix, unit in UNITS.items() if key.endswith(suffix)), "")


def _figure(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return count(value) if isinstance(value, int) else number(float(value))


def _action(action: dict[str, Any]) -> str:
    text = quotable(msgspec.json.encode(action, order="sorted").decode())
    return text if len(text) <= ACTION_CHARS else text[: ACTION_CHARS - 1] + "…"
