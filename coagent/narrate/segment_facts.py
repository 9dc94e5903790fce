"""Who is affected, by name."""

from coagent.domain.insight import Fact
from coagent.domain.segment import Segment
from coagent.narrate.telemetry_text import in_title, name

SEGMENT_NAMES = ("provider", "model", "task", "tenant", "endpoint")


def segment_facts(segment: Segment) -> list[Fact]:
    """One fact for each part of the segment that is known, and `service`: provider and model in one."""
    parts = (segment.provider, segment.request_model, segment.task, segment.tenant, segment.endpoint)
    known = [Fact(what, name(part)) for what, part in zip(SEGMENT_NAMES, parts, strict=True) if part]
    return [Fact("service", f"{name(segment.provider)}/{name(segment.request_model)}"), *known]


def service(facts: dict[str, Fact], *, quote: bool) -> str:
    """`openai/gpt-4` quoted as code, or as a title needs it."""
    value = facts["service"].value
    return f"`{value}`" if quote else in_title(value)


def affected(facts: dict[str, Fact]) -> str:
    """The task, tenant and endpoint that are known, quoted."""
    known = [f"{part} `{facts[part].value}`" for part in SEGMENT_NAMES[2:] if part in facts]
    return ", ".join(known)
