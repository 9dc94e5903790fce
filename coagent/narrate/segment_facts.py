"""Who is affected, by name."""

from coagent.domain.insight import Fact
from coagent.domain.segment import Segment
from coagent.narrate.telemetry_text import in_title, may_stand_bare, name

SEGMENT_NAMES = ("provider", "model", "task", "tenant", "endpoint")


def segment_facts(segment: Segment) -> list[Fact]:
    """One fact for each part of the segment that is known."""
    parts = (segment.provider, segment.request_model, segment.task, segment.tenant, segment.endpoint)
    return [Fact(label, name(part)) for label, part in zip(SEGMENT_NAMES, parts, strict=True) if part]


def label(facts: dict[str, Fact], *, quote: bool) -> str:
    """`openai/gpt-4`, each part quoted as code, or as a title needs it."""
    parts = [facts[part].value for part in ("provider", "model") if part in facts]
    if not quote:
        return "/".join(in_title(part) for part in parts)
    return f"`{'/'.join(parts)}`" if all(map(may_stand_bare, parts)) else "/".join(f"`{part}`" for part in parts)


def affected(facts: dict[str, Fact]) -> str:
    """The task, tenant and endpoint that are known, quoted."""
    known = [f"{part} `{facts[part].value}`" for part in SEGMENT_NAMES[2:] if part in facts]
    return ", ".join(known)
