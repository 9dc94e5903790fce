"""The plain narrator: all claims in a fixed order. It needs no model and goes out first."""

from collections.abc import Sequence

from coagent.narrate.arrangement import Arrangement, Line, Paragraph
from coagent.narrate.claim import Claim, Heading

NARRATOR = "deterministic"

ORDER: tuple[Heading, ...] = (
    "Worth", "When", "Why", "What changed", "What had changed", "What did not change", "Where", "Who is affected",
    "Around it", "Cost", "Budget left", "Assumed", "Evidence", "Change", "Risk", "Check first", "Prices",
)  # fmt: skip


def plain_arrangement(claims: Sequence[Claim]) -> Arrangement:
    """What matters most leads; then each heading with all that belongs under it."""
    body = [one for one in claims if one.slot != "next"]
    headline = next(one for one in body if one.title)
    sizes = [one.id for one in body if not one.heading and one.slot == "size"]
    lead = [one for one in body if not one.heading and one.id not in sizes[1:]]
    parts = [("", lead), *((heading, [one for one in body if one.heading == heading]) for heading in ORDER)]
    return Arrangement(
        headline=headline.id,
        paragraphs=[Paragraph([Line(one.id) for one in found], heading) for heading, found in parts if found],
        next=[one.id for one in claims if one.slot == "next"],
    )
