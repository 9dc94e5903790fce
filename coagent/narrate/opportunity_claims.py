"""What can be said about an opportunity: whatever it has fields for."""

from collections.abc import Iterator, Mapping

from coagent.domain.insight import Fact
from coagent.domain.opportunity import Opportunity
from coagent.narrate.claim import Claim, Filling, claim
from coagent.narrate.render import TITLE_CHARS
from coagent.narrate.segment_facts import affected_parts, service

RANGE = "{expected} USD ({low} to {high}) a month"


def opportunity_claims(_: Opportunity, facts: Mapping[str, Fact]) -> list[Claim]:
    """What to change, what it saves, on which assumptions, at what risk, how to check it."""
    return [
        *_what(facts),
        *_worth(facts),
        *_where(facts),
        *_numbered("assumption", "Assumed", facts),
        *_evidence(facts),
        claim("change", "the change is `{action}`", facts, heading="Change", slot="cause"),
        *_simple(facts),
        *_check(facts),
    ]


def _what(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if "opportunity" in facts:
        what = facts["opportunity"]
        title = f"{what.value}, worth {facts['savings expected'].value} USD a month"
        yield claim("what", "{what}", {"what": what}, title=title if len(title) <= TITLE_CHARS else "")


def _worth(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    worth = f"worth {facts['savings expected'].value} USD a month"
    titles = [f"{service(facts, quote=False)}: a saving, {worth}", f"A saving {worth}"]
    title = next(one for one in titles if len(one) <= TITLE_CHARS)
    yield claim("worth", f"it saves {RANGE}", _range("savings", facts), heading="Worth", slot="size", title=title)
    if "alone expected" in facts and facts["alone expected"].value != facts["savings expected"].value:
        yield claim("alone", f"as the only change it saves {RANGE}", _range("alone", facts), heading="Worth")
    if "benefit" in facts:
        yield claim("benefit", "beside money: {benefit}", facts, heading="Worth")


def _range(what: str, facts: Mapping[str, Fact]) -> dict[str, Filling]:
    low, expected, high = (facts[f"{what} {bound}"] for bound in ("low", "expected", "high"))
    return {"low": (low.value, low), "expected": (expected.value, expected), "high": high}


def _where(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    where, slots = affected_parts(facts)
    template = "it concerns `{service}`" + (f", {where}" if where else "")
    yield claim("where", template, {"service": facts["service"], **slots}, heading="Where", slot="who")
    place = 1
    while f"{place}. part name" in facts:
        part: dict[str, Filling] = {slot: facts[f"{place}. part {slot}"] for slot in ("name", "spend", "savings")}
        template = "`{name}` spends {spend} a month and would save {savings} of it"
        yield claim(f"part.{place}", template, part, heading="Where", is_item=True)
        place += 1


def _numbered(prefix: str, heading: str, facts: Mapping[str, Fact]) -> Iterator[Claim]:
    for name, fact in facts.items():
        if name.startswith(f"{prefix} "):
            number = name.removeprefix(f"{prefix} ")
            rest = {"heading": heading, "is_item": True, "supports": ["worth"]}
            yield claim(f"{prefix}.{number}", "{text}", {"text": fact}, **rest)


def _evidence(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    """Figures by the name of their field, which code gave."""
    figures = [fact for name, fact in facts.items() if name.startswith("evidence ")]
    for place, fact in enumerate(figures, 1):
        field = fact.name.split(" ", 2)[2].replace("_", " ")
        slots: dict[str, Filling] = {"field": field, "value": (fact.value, fact)}
        yield claim(f"figure.{place}", "{field}: {value}", slots, heading="Evidence", is_item=True)


def _simple(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if "effort" in facts:
        yield claim("effort", "the effort is {effort}", facts, heading="Change")
    if "risk" in facts:
        yield claim("risk", "{risk}", facts, heading="Risk", slot="held")
    if "wrong if" in facts:
        wrong = {"wrong": facts["wrong if"]}
        yield claim("wrong", "what would prove it wrong: {wrong}", wrong, heading="Risk")
    if "price version" in facts:
        yield claim("prices", "prices are those of `{version}`", {"version": facts["price version"]}, heading="Prices")


def _check(facts: Mapping[str, Fact]) -> Iterator[Claim]:
    if "validation" in facts:
        rest = {"heading": "Check first", "slot": "next", "is_sentence": True}
        yield claim("step.1", "{step}", {"step": facts["validation"]}, **rest)
    if "sample size" in facts:
        template = "each side of the comparison needs {count}"
        yield claim("sample", template, {"count": facts["sample size"]}, heading="Check first")
