"""What may be said about an opportunity."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, money, number
from coagent.domain.opportunity import Opportunity
from coagent.narrate.segment_facts import segment_facts
from coagent.narrate.telemetry_text import name, sentence, sql_text

EVIDENCE_FIGURES = 12
ASSUMPTIONS = 8
ACTION_CHARS = 600
UNITS = {"_usd": "USD", "_s": "s", "_tokens": "tokens", "requests": "requests", "_share": "share"}
"""What an evidence key's name says about its unit."""


def opportunity_facts(opportunity: Opportunity) -> list[Fact]:
    """Segment, savings, assumptions, figures of the evidence, risk, validation and the change to make."""
    savings = opportunity.monthly_savings_usd
    return [
        *segment_facts(opportunity.segment),
        Fact("kind", opportunity.kind),
        Fact("opportunity", sentence(opportunity.title)),
        Fact("savings low", money(savings.low), "USD"),
        Fact("savings expected", money(savings.expected), "USD"),
        Fact("savings high", money(savings.high), "USD"),
        *(Fact(f"assumption {i}", sentence(text)) for i, text in enumerate(opportunity.assumptions[:ASSUMPTIONS], 1)),
        *_evidence_facts(opportunity.evidence),
        Fact("risk", sentence(opportunity.risk)),
        Fact("validation", sentence(opportunity.validation)),
        Fact("action", _action(opportunity.action)),
        *([Fact("price version", name(opportunity.price_version))] if opportunity.price_version else []),
        Fact("id", name(opportunity.id)),
        Fact("details", f"select * from insights.opportunities where id = {sql_text(opportunity.id)}"),  # noqa: S608 - shown to people, never run
    ]


def _evidence_facts(evidence: list[dict[str, Any]]) -> list[Fact]:
    figures = [figure for i, row in enumerate(evidence, 1) for figure in _figures(f"evidence {i}", row)]
    return figures[:EVIDENCE_FIGURES]


def _figures(prefix: str, row: dict[str, Any]) -> Iterator[Fact]:
    for key, value in row.items():
        text = _figure(value)
        if text is not None:
            yield Fact(f"{prefix} {name(str(key))}", text, _unit(str(key)))


def _unit(key: str) -> str:
    return next((unit for suffix, unit in UNITS.items() if key.endswith(suffix)), "")


def _figure(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return count(value) if isinstance(value, int) else number(float(value))


def _action(action: dict[str, Any]) -> str:
    text = msgspec.json.encode(action, order="sorted").decode().replace("`", "'")
    return text if len(text) <= ACTION_CHARS else text[: ACTION_CHARS - 1] + "…"
