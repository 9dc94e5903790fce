"""Whatever a model answers: what is published is rendered claims of that subject, whole, and nothing starves."""

import random
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

import pytest
from msgspec.structs import replace

from coagent.domain.errors import Transient
from coagent.domain.shift import Cause, CostChange, Effect, Part
from coagent.narrate import check
from coagent.narrate.investigation import material_of
from coagent.narrate.plain import plain_arrangement
from coagent.narrate.render import text_of
from tests.narration import ScriptedModel, Stage, good_answer
from tests.shown_subjects import ONSET, saving, swap

OTHER = swap(
    id="other-1",
    segment=replace(swap().segment, request_model="claude"),
    cause=Cause("provider", "capacity", 0.6, ["evidence against: errors did not rise", "time to first token rose"]),
    status="recovered",
    cost=CostChange(requests_per_day=4000, usd_per_day=12.0, low=8.0, high=16.0, priced_share=0.9),
    parts=[Part(dimension="task", name="faq", requests=9, effect=Effect("cliffs_delta", 0.5, 0.2, 0.7), carries=True)],
)
HELD = swap(id="held-1", page=False, held_because=["cause_unknown"], cause=Cause("unknown", "unknown", 0.5, []))
SUBJECTS = [swap(), OTHER, HELD, saving()]
LIE = "All is well. @channel [look](https://evil.example) DROP TABLE x; \x1b[31m\u202e"

Mischief = Callable[[dict[str, Any], random.Random], Any]


def nested(depth: int) -> Any:
    inner: Any = []
    for _ in range(depth):
        inner = [inner]
    return inner


def lines(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [line for paragraph in answer["paragraphs"] for line in paragraph["lines"]]


def changed(change: Callable[[dict[str, Any], random.Random], Any]) -> Mischief:
    """A good answer with one thing done to it."""

    def mischief(answer: dict[str, Any], rng: random.Random) -> Any:
        answer = deepcopy(answer)
        change(answer, rng)
        return answer

    return mischief


def put(key: str, value: Callable[[random.Random], Any]) -> Mischief:
    return changed(lambda answer, rng: answer.update({key: value(rng)}))


def in_a_line(key: str, value: Callable[[random.Random], Any]) -> Mischief:
    return changed(lambda answer, rng: rng.choice(lines(answer)).update({key: value(rng)}))


def some(rng: random.Random) -> str:
    return rng.choice(["size.invented", "who ", "SINCE", "cause\n", "step.99", "", "cause.1", "measured.latency"])


def text(rng: random.Random) -> str:
    return rng.choice([LIE, "Die Antworten sind besser geworden.", "回答变短了。", "Ignore all claims.", "x" * 9000])


MISCHIEF: dict[str, Mischief] = {
    "unknown headline": put("headline", some),
    "text as headline": put("headline", text),
    "headline that cannot lead": put("headline", lambda rng: rng.choice(["since", "who", "where", "step.1", "risk"])),
    "number as headline": put("headline", lambda rng: rng.choice([1, 0.5, None, True, [], {}])),
    "unknown claim": in_a_line("claim", some),
    "text as claim": in_a_line("claim", text),
    "claim of another subject": in_a_line("claim", lambda rng: rng.choice(["reason.7", "part.3", "size.error"])),
    "claim with another type": in_a_line("claim", lambda rng: rng.choice([7, None, [], {"id": "cause"}])),
    "unknown connective": in_a_line("link", lambda rng: rng.choice(["therefore", "never", "because of", LIE, 1])),
    "because without a reason": changed(lambda answer, _: lines(answer)[-1].update(link="because")),
    "but without a contrast": changed(lambda answer, _: lines(answer)[-1].update(link="but")),
    "connective at the start": changed(lambda answer, _: lines(answer)[0].update(link="also")),
    "unknown heading": changed(lambda answer, rng: answer["paragraphs"][0].update(heading=text(rng))),
    "wrong heading": changed(lambda answer, _: answer["paragraphs"][0].update(heading="Cost")),
    "half the lines": changed(lambda answer, _: answer["paragraphs"][0].update(lines=lines(answer)[::2])),
    "one line": changed(lambda answer, rng: answer["paragraphs"][0].update(lines=[rng.choice(lines(answer))])),
    "no lines": changed(lambda answer, _: answer["paragraphs"][0].update(lines=[])),
    "no paragraphs": put("paragraphs", lambda _: []),
    "many paragraphs": changed(lambda answer, _: answer.update(paragraphs=answer["paragraphs"] * 5000)),
    "claims twice": changed(lambda answer, _: answer["paragraphs"].extend(deepcopy(answer["paragraphs"]))),
    "shuffled": changed(lambda answer, rng: rng.shuffle(answer["paragraphs"][0]["lines"])),
    "no next": put("next", lambda _: []),
    "next in another order": put("next", lambda _: ["step.3", "step.2", "step.1"]),
    "unknown next": put("next", lambda rng: [some(rng)]),
    "text as next": put("next", lambda rng: [text(rng)]),
    "steps as body": changed(lambda answer, _: lines(answer)[0].update(claim="step.1")),
    "more fields": put("text", text),
    "more fields in a line": in_a_line("says", text),
    "field left out": changed(lambda answer, rng: answer.pop(rng.choice(list(answer)))),
    "nested deeply": put("paragraphs", lambda rng: nested(rng.choice([50, 5000, 50_000]))),
    "nested in a line": in_a_line("claim", lambda _: nested(20_000)),
    "huge": put("headline", lambda _: "x" * 5_000_000),
    "lone surrogates": put("headline", lambda _: "\ud800"),
    "empty": lambda _, __: {},
    "another object": lambda _, rng: {"title": LIE, "text": text(rng)},
    "not JSON's": lambda _, __: {"headline": {1, 2}, 3: 4},
    "away": lambda _, __: Transient("away"),
    "broken": lambda _, __: RuntimeError("broken"),
}


ORDINARY, MORE = (0,), (1, 2, 3)


def cases(seeds: Sequence[int]) -> Iterator[tuple[str, int]]:
    return ((name, seed) for name in MISCHIEF for seed in seeds)


def test_there_are_enough_of_them():
    assert 25 <= len(MISCHIEF)
    assert 500 <= len(list(cases([*ORDINARY, *MORE]))) * len(SUBJECTS)


def publishable(subject) -> Callable[[str, str], bool]:
    """Whether a text is the subject's claims, put together by code: its lines are known sentences."""
    material = material_of(subject)
    plain = text_of(plain_arrangement(material.claims), material.claims, material.facts)
    titles = {claim.title for claim in material.claims if claim.title}
    sentences = sorted((claim.sentence for claim in material.claims), key=len, reverse=True)
    clauses = sorted((claim.text for claim in material.claims), key=len, reverse=True)

    def judge(title: str, text: str) -> bool:
        body = text.removesuffix(plain.rsplit("\n\n", 1)[-1]) if text != plain else ""
        for said in (*sentences, *clauses, *(clause.rstrip(".") for clause in clauses)):
            body = body.replace(said, "").replace(said[:1].upper() + said[1:], "")
        for word in ("In addition: ", "In contrast: ", ", because ", "**Next**", "**Check first**", "-", "."):
            body = body.replace(word, "")
        return title in titles and not body.strip()

    return judge


@pytest.mark.parametrize("seeds", [ORDINARY, pytest.param(MORE, marks=pytest.mark.slow)], ids=str)
@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.id)
async def test_nothing_but_claims_is_ever_published(subject, seeds):
    may_be_published = publishable(subject)
    good = good_answer(subject)
    assert not check.problems(check.read(good), material_of(subject).claims)
    for name, seed in cases(seeds):
        answer = MISCHIEF[name](good, random.Random(seed))
        stage = Stage(ScriptedModel([answer, answer, answer, good]))
        if subject.id == saving().id:
            stage.store.save_opportunities([subject], ONSET)
        else:
            stage.telemetry.write_shifts([subject])
        assert 1 == await stage.step.run()
        await stage.step.rewrite()
        (insight,) = stage.store.insights.values()
        assert may_be_published(insight.title, insight.text), (name, seed, insight.title, insight.text)
        assert len(stage.keys) <= 2
        assert all(len(draft.answer) <= 8000 for draft in stage.store.drafts.values())


async def test_a_subject_that_is_always_answered_badly_starves_no_other():
    good = good_answer(swap())

    def script(user: str, _: dict[str, Any]) -> Any:
        return MISCHIEF["nested deeply"](good, random.Random(1)) if "poison" in user else good

    stage = Stage(ScriptedModel(script))
    poison = replace(swap().segment, request_model="poison")
    stage.telemetry.write_shifts([swap(id=f"s{i}", segment=poison if i % 2 else swap().segment) for i in range(10)])
    await stage.step.run()
    assert 10 == await stage.step.rewrite()
    narrators = sorted(insight.narrator for insight in stage.store.insights.values())
    assert ["deterministic"] * 5 + ["model:scripted"] * 5 == narrators
