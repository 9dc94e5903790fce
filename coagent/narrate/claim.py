"""Claims: whole true statements that code renders from facts. Nothing else is ever published."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import msgspec

from coagent.domain.insight import Fact

Slot = Literal["who", "since", "size", "cause", "held", "next"]
"""What every insight about a change has to say, where there is a claim that says it."""

Heading = Literal[
    "", "When", "Why", "What changed", "What had changed", "What did not change", "Who is affected", "Around it",
    "Cost", "Budget left", "Worth", "Where", "Assumed", "Evidence", "Change", "Risk", "Check first", "Prices", "Next",
]  # fmt: skip
"""Every heading there is."""

Polarity = Literal["changed", "unchanged"]

_SLOT = re.compile(r"\{(\w+)\}")


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`template` filled with `values` is a statement that is true by itself: a clause without its full stop, or, where
    `is_sentence`, sentences as they stand. `facts` names the fact behind a slot.

    `heading` is where it belongs, as an item of a list where `is_item`. `supports` names the claims that it gives a
    reason for. `title` is how it leads a headline, without marks of code; empty: it cannot.
    """

    id: str
    template: str
    values: dict[str, str]
    facts: dict[str, str] = {}
    heading: Heading = ""
    slot: Slot | None = None
    is_item: bool = False
    is_sentence: bool = False
    supports: list[str] = []
    polarity: Polarity | None = None
    title: str = ""

    @property
    def text(self) -> str:
        """As it may be published."""
        return _SLOT.sub(lambda slot: self.values[slot[1]], self.template)

    @property
    def sentence(self) -> str:
        """With a capital and a full stop."""
        return self.text if self.is_sentence else finished(self.text)


Filling = Fact | str | tuple[str, Fact] | None
"""What goes into a slot: a fact as it is written, a text out of a closed list, or a fact in another form."""


def claim(name: str, template: str, slots: Mapping[str, Filling], **rest: Any) -> Claim:
    """The claim `name`; `slots` may hold more than the template has."""
    filled = {slot: _filled(slots[slot]) for slot in _SLOT.findall(template)}
    values = {slot: text for slot, (text, _) in filled.items()}
    facts = {slot: fact.name for slot, (_, fact) in filled.items() if fact is not None}
    return Claim(id=name, template=template, values=values, facts=facts, **rest)


def _filled(filling: Filling) -> tuple[str, Fact | None]:
    if isinstance(filling, tuple):
        return filling
    return (written(filling), filling) if isinstance(filling, Fact) else (filling or "", None)


def written(fact: Fact) -> str:
    """Value and unit."""
    return f"{fact.value} {fact.unit}".rstrip()


def finished(clause: str) -> str:
    """A clause as a sentence. A name in code quotes keeps its letters.

    >>> finished("answers shrank"), finished("`gpt-4` is slow"), finished("is it?")
    ('Answers shrank.', '`gpt-4` is slow.', 'Is it?')
    """
    text = clause[:1].upper() + clause[1:]
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def by_id(claims: Iterable[Claim]) -> dict[str, Claim]:
    return {claim.id: claim for claim in claims}
