"""Who is affected, by name."""

from collections.abc import Mapping

from coagent.domain.insight import Fact
from coagent.domain.segment import Segment
from coagent.narrate.claim import Filling
from coagent.narrate.telemetry_text import in_title, name

SEGMENT_NAMES = ("provider", "model", "task", "tenant", "endpoint")


def segment_facts(segment: Segment) -> list[Fact]:
    """One fact for each part of the segment that is known, and `service`: provider and model in one."""
    parts = (segment.provider, segment.request_model, segment.task, segment.tenant, segment.endpoint)
    known = [Fact(what, name(part), role="name") for what, part in zip(SEGMENT_NAMES, parts, strict=True) if part]
    return [Fact("service", f"{name(segment.provider)}/{name(segment.request_model)}", role="name"), *known]


def service(facts: Mapping[str, Fact], *, quote: bool) -> str:
    """`openai/gpt-4` quoted as code, or as a title needs it."""
    value = facts["service"].value
    return f"`{value}`" if quote else in_title(value)


def affected_parts(facts: Mapping[str, Fact]) -> tuple[str, dict[str, Filling]]:
    """A template for the task, tenant and endpoint that are known, and what fills it."""
    known = {part: facts[part] for part in SEGMENT_NAMES[2:] if part in facts}
    return ", ".join(f"{part} `{{{part}}}`" for part in known), dict(known)
