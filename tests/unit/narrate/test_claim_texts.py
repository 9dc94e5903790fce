"""What can be said is true by itself, says no more than its facts, and is the same on every screen."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coagent.domain.headline import size_words
from coagent.domain.inquiry import COMPARED, INQUIRIES, Found
from coagent.domain.quality_change import QualityChange, RateOfDays, ShiftThen
from coagent.domain.segment import Segment
from coagent.domain.shift import CostChange, Shift
from coagent.domain.shift_words import cost_words
from coagent.domain.silence import Silence
from coagent.domain.vocabulary import CAUSE, DIRECTION
from coagent.narrate.arrangement import Line, Paragraph
from coagent.narrate.claim import finished
from coagent.narrate.commands import commands
from coagent.narrate.investigation import material_of
from coagent.narrate.plain import plain_arrangement
from coagent.narrate.render import TITLE_CHARS, text_of
from coagent.narrate.shift_facts import listed
from tests.shown_subjects import ONSET, names, savings, shifts, swap

NUMBER = re.compile(r"[+\-\N{MINUS SIGN}$]*\d[\d,]*(?:\.\d+)?")


SLOT = re.compile(r"\{(\w+)\}")


def parsed(claim):
    """The facts' texts as they are read back out of the rendered text; None where it cannot be read."""
    words = {slot: text for slot, text in claim.values.items() if slot not in claim.facts}
    template = SLOT.sub(lambda slot: words.get(slot[1], slot[0]), claim.template)
    pattern = "".join(
        f"(?P<{part}>{'[^`]*' if f'`{{{part}}}`' in template else '.+?'})" if place % 2 else re.escape(part)
        for place, part in enumerate(SLOT.split(template))
    )
    match = re.fullmatch(pattern, claim.text, re.DOTALL)
    return match.groupdict() if match else None


@st.composite
def silences(draw):
    returned = draw(st.none() | st.just(ONSET))
    return Silence(
        id="c0ffee",
        sequence=1,
        segment=draw(shifts()).segment,
        status="silent" if returned is None else "returned",
        last=ONSET,
        noticed=ONSET,
        returned=returned,
        pauses=draw(st.integers(0, 10**6)),
        longest_s=draw(st.floats(0, 1e6)),
        about=draw(st.sampled_from(["segment", "coagent"])),
        waiting=draw(st.none() | st.integers(0, 10**9)),
    )


@st.composite
def rates(draw):
    low, rate, high = sorted(one / 1e6 for one in draw(st.tuples(*[st.integers(0, 10**6)] * 3)))
    days = timedelta(days=draw(st.integers(0, 6)))
    return RateOfDays(
        first=ONSET, last=ONSET + days, rate=rate, low=low, high=high, labelled=draw(st.integers(1, 10**6))
    )


@st.composite
def quality_changes(draw):
    status = draw(st.sampled_from(["open", "recovered", "accepted"]))
    cause, direction = st.sampled_from(sorted(CAUSE)), st.sampled_from(sorted(DIRECTION))
    then = st.builds(ShiftThen, id=st.just("0f3a-12"), cause=cause, direction=direction, since=st.just(ONSET))
    change = draw(st.sampled_from(["worse", "better"]))
    return QualityChange(
        id="c0ffee",
        sequence=1,
        segment=Segment(draw(names), draw(names), draw(st.none() | names)),
        status=status,
        change=change,
        page=change == "worse",
        found_on=ONSET,
        since=ONSET,
        before=draw(rates()),
        after=draw(rates()),
        now=draw(rates()) if status == "recovered" else None,
        reviewers=draw(st.integers(0, 10**4)),
        shifts=draw(st.lists(then, max_size=3)),
        ended_at=None if status == "open" else ONSET,
        accepted_by=draw(names) if status == "accepted" else None,
    )


@st.composite
def decompositions(draw, measure):
    known = {one: draw(st.none() | st.floats(0, 1e6)) for one in ("before", "after")}
    parts = {one: draw(st.floats(-1e6, 1e6)) for one in ("mix", "within")}
    counts = {f"requests_{side}": draw(st.integers(0, 10**6)) for side in ("before", "after")}
    return {"name": measure, **known, **parts, **counts}


@st.composite
def answers(draw):
    kind = draw(st.sampled_from(INQUIRIES))
    if kind == "decompose":
        return Found(kind, [draw(decompositions(one)) for one in ("cost_usd", "duration_s")])
    if kind not in COMPARED and kind != "by_hour":
        row = {"id": draw(names), "at": ONSET, "status": draw(st.sampled_from(["open", "recovered"]))}
        return Found(kind, [{**row, "ended_at": draw(st.none() | st.just(ONSET)), "by": draw(st.none() | names)}])
    values = {
        f"{signal}_{side}": draw(st.none() | st.floats(0, 1e6))
        for side in ("before", "after")
        for signal in (
            "duration_s",
            "time_to_first_token_s",
            "output_tokens",
            "error",
            "refusal",
            "truncation",
            "cost_usd",
        )
    }
    counts = {f"requests_{side}": draw(st.integers(0, 10**6)) for side in ("before", "after")}
    return Found(kind, [{"name": draw(names), "at": ONSET, **values, **counts}])


subjects = st.one_of(shifts(), savings(), silences(), quality_changes())


def check_material(subject, found=()):
    """Every claim parses back to its values, and each value is that of the fact behind it."""
    material = material_of(subject, found)
    facts = {fact.name: fact for fact in material.facts}
    assert len(facts) == len(material.facts), "names of facts are unique"
    assert len({claim.id for claim in material.claims}) == len(material.claims), "ids of claims are unique"
    for claim in material.claims:
        assert parsed(claim) == {slot: claim.values[slot] for slot in claim.facts}
        for slot, name in claim.facts.items():
            fact = facts[name]
            said = claim.values[slot]
            assert fact.value in said, (claim.id, slot, said, fact)
            rest = said.replace(fact.value, "", 1).strip()
            assert rest in {"", "$", "at most", "=", fact.unit, "request"}, (claim.id, said, fact)
        bare = set(claim.values) - set(claim.facts)
        assert not any(NUMBER.search(claim.values[slot]) for slot in bare), "every figure is a fact's"
        assert not NUMBER.search(re.sub(r"\{\w+\}", "", claim.template).replace("90 days", "")), claim.template
    return material


@given(subjects)
def test_a_claim_parses_back_to_exactly_its_facts(subject):
    check_material(subject)


@given(shifts(), st.lists(answers(), max_size=3, unique_by=lambda one: one.kind))
def test_so_does_what_was_looked_up(shift, found):
    check_material(shift, found)


@given(savings(), st.lists(answers(), max_size=3, unique_by=lambda one: one.kind))
def test_so_does_what_was_looked_up_about_a_saving(saving, found):
    check_material(saving, found)


def rest_of(text, arrangement, claims):
    """What is left of a text when the claims of an arrangement are taken off it in their order."""
    known = {claim.id: claim for claim in claims}
    for paragraph in [*arrangement.paragraphs, Paragraph([Line(step) for step in arrangement.next])]:
        lines = [known[line.claim] for line in paragraph.lines]
        for claim in sorted(lines, key=lambda one: one.is_item and bool(one.heading)):
            text = re.sub(r"^\s*(?:\*\*[A-Z][a-z ]+\*\*)?\s*(?:- )?", "", text)
            said = claim.sentence if text.startswith(claim.sentence) else claim.text
            assert text.startswith(said)
            text = text[len(said) :]
    return text


@given(subjects)
def test_the_plain_text_is_made_of_claims_alone(subject):
    material = material_of(subject)
    arrangement = plain_arrangement(material.claims)
    text = text_of(arrangement, material.claims, material.facts)
    assert commands(material.facts) == rest_of(text, arrangement, material.claims).strip()
    titles = {claim.title for claim in material.claims if claim.title}
    assert titles
    assert all(len(title) <= TITLE_CHARS for title in titles)


@given(shifts())
def test_directions_are_those_of_the_figures(shift: Shift):
    material = material_of(shift)
    known = {claim.id: claim for claim in material.claims}
    for change in listed(shift):
        if change.moved:
            assert size_words(change) == known[f"size.{change.name}"].text
        else:
            assert f"size.{change.name}" not in known


@pytest.mark.parametrize(
    ("usd", "low", "high"), [(12.2, 8.0, 16.0), (-3.0, -5.0, -1.0), (1.0, -2.0, 4.0), (5.0, None, None)]
)
@pytest.mark.parametrize("priced", [1.0, 0.5])
def test_the_cost_has_the_words_of_every_screen(usd, low, high, priced):
    cost = CostChange(requests_per_day=4000, usd_per_day=usd, low=low, high=high, priced_share=priced)
    (claim,) = [one for one in material_of(swap(cost=cost)).claims if one.id == "cost"]
    assert claim.text.removeprefix("it costs ").removeprefix("it makes ") == cost_words(cost)


@given(st.text(min_size=1))
def test_a_sentence_ends_as_one(text):
    assert finished(text)[-1] in ".!?…"
