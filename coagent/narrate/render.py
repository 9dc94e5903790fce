"""An arrangement of claims as text: the only place where words are put together."""

from collections.abc import Mapping, Sequence

from coagent.domain.insight import Fact
from coagent.narrate.arrangement import Arrangement, Line, Link, Paragraph
from coagent.narrate.claim import Claim, by_id, finished
from coagent.narrate.commands import commands

TITLE_CHARS = 150
OPENINGS: Mapping[Link, str] = {"": "", "because": "", "also": "In addition: ", "but": "In contrast: "}
"""How a sentence begins that is joined to the one before it."""


def text_of(arrangement: Arrangement, claims: Sequence[Claim], facts: Sequence[Fact]) -> str:
    """Paragraphs in their order, the next steps and the commands."""
    known = by_id(claims)
    parts = [_paragraph(one, known) for one in [*arrangement.paragraphs, *_steps(arrangement, known)]]
    return "\n\n".join([*parts, *filter(None, [commands(facts)])])


def _steps(arrangement: Arrangement, claims: Mapping[str, Claim]) -> list[Paragraph]:
    """The last paragraph; none where nothing is to be done."""
    steps = [Line(step) for step in arrangement.next]
    return [Paragraph(steps, heading=claims[steps[0].claim].heading)] if steps else []


def _paragraph(paragraph: Paragraph, claims: Mapping[str, Claim]) -> str:
    """Items of a list only below a heading; everything else is prose."""
    items = [line for line in paragraph.lines if paragraph.heading and claims[line.claim].is_item]
    prose = _prose([line for line in paragraph.lines if line not in items], claims)
    heading = f"**{paragraph.heading}**" if paragraph.heading else ""
    first = " ".join(part for part in (heading, prose) if part)
    return "\n".join([first, *(f"- {claims[line.claim].text}" for line in items)])


def _prose(lines: Sequence[Line], claims: Mapping[str, Claim]) -> str:
    sentences: list[str] = []
    for line in lines:
        claim = claims[line.claim]
        if line.link == "because" and sentences:
            sentences[-1] = finished(f"{sentences[-1].removesuffix('.')}, because {claim.text}")
        else:
            sentences.append(f"{OPENINGS[line.link]}{claim.sentence}")
    return " ".join(sentences)
