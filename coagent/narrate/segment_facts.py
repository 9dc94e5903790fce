"""Who is affected, by name."""

from collections.abc import Sequence

from coagent.domain.insight import Fact
from coagent.domain.segment import Segment
from coagent.narrate.telemetry_text import in_title, name

CARRIERS = 5
"""Carriers named."""
SEGMENT_NAMES = ("provider", "model", "task", "tenant", "endpoint")


def segment_facts(segment: Segment) -> list[Fact]:
    """One fact for each part of the segment that is known, and `service`: provider and model in one."""
    parts = (segment.provider, segment.request_model, segment.task, segment.tenant, segment.endpoint)
    known = [Fact(what, name(part)) for what, part in zip(SEGMENT_NAMES, parts, strict=True) if part]
    return [Fact("service", f"{name(segment.provider)}/{name(segment.request_model)}"), *known]


def carrier_facts(carriers: Sequence[Segment]) -> list[Fact]:
    """How many segments carry a change that was seen in many together, and the first of them by name."""
    if not carriers:
        return []
    named = [Fact(f"carrier {place}", name(_rest(one))) for place, one in enumerate(carriers[:CARRIERS], 1)]
    more = len(carriers) - len(named)
    return [Fact("carriers", str(len(carriers)), "segments"), *named] + (
        [Fact("more carriers", str(more), "segments")] if more else []
    )


def _rest(segment: Segment) -> str:
    """What distinguishes it from others of its provider and model."""
    return " · ".join(part for part in (segment.task, segment.tenant, segment.endpoint) if part) or "no tenant"


def carried_by(facts: dict[str, Fact]) -> str:
    """Empty where no carriers are known."""
    named = [f"`{fact.value}`" for label, fact in facts.items() if label.startswith("carrier ")]
    if not named:
        return ""
    more = facts.get("more carriers")
    rest = f" and {more.value} more" if more else ""
    return f"{facts['carriers'].value} segments carry it: {', '.join(named)}{rest}."


def service(facts: dict[str, Fact], *, quote: bool) -> str:
    """`openai/gpt-4` quoted as code, or as a title needs it."""
    value = facts["service"].value
    return f"`{value}`" if quote else in_title(value)


def affected(facts: dict[str, Fact]) -> str:
    """The task, tenant and endpoint that are known, quoted."""
    known = [f"{part} `{facts[part].value}`" for part in SEGMENT_NAMES[2:] if part in facts]
    return ", ".join(known)
