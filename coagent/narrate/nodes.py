"""The nodes of the graph, one function each."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from langgraph.types import interrupt
from msgspec.structs import replace

from coagent.domain.draft_record import ANSWER_CHARS, DraftRecord
from coagent.domain.insight import Insight, OutboxMessage, Provenance
from coagent.domain.notice import Word
from coagent.domain.opportunity import Opportunity
from coagent.narrate import check, prompts
from coagent.narrate.insights import compose, insight_id
from coagent.narrate.investigation import Limits, ask_by_cause, ask_by_model, material_of
from coagent.narrate.plain import plain_arrangement
from coagent.narrate.schema import schema_for
from coagent.narrate.state import Answers, Choice, State
from coagent.ports import AfterEffects, ChatAnswer, ChatModel, Clock, InsightStore, Investigator

DRAFTS = 3
"""The first one and two more."""

Update = dict[str, Any]


class World(msgspec.Struct, frozen=True):
    """What the nodes ask of the outside. `messages`: what an insight owes to the outside."""

    store: InsightStore
    clock: Clock
    messages: Callable[[Insight], Sequence[OutboxMessage]]
    model: ChatModel | None = None
    investigator: Investigator | None = None
    effects: AfterEffects | None = None
    limits: Limits = Limits()


class Nodes:
    """Each may run again after a crash: what it does outside happens once."""

    def __init__(self, world: World) -> None:
        self._world = world

    def gather(self, state: State) -> Update:
        """What the subject itself allows to say."""
        return {"material": material_of(state["subject"]), "answers": Answers(), "choice": Choice()}

    async def investigate(self, state: State) -> Update:
        """What code asks by the cause, then what the model asks beside it."""
        subject, world = state["subject"], self._world
        if world.investigator is None:
            return {}
        material = await ask_by_cause(subject, state["job"].at, world.investigator, world.limits)
        if not self._asks_model(state) or world.model is None:
            return {"material": material}
        material, answers = await ask_by_model(material, subject, world.investigator, world.model, world.limits)
        return {"material": material, "answers": _counted(state["answers"], answers)}

    async def choose(self, state: State) -> Update:
        """The model's next arrangement; falls back when time is up. Raises Transient where the model is away."""
        model, claims, choice = self._world.model, state["material"].claims, state["choice"]
        left_s = self.seconds_left(state)
        if model is None or left_s <= 0:
            return {"choice": replace(choice, fell_back="out of time")}
        user = prompts.arrange_again(claims, choice) if choice.problems else prompts.arrange(claims)
        try:
            async with asyncio.timeout(left_s):
                answer = await model.answer(prompts.ARRANGE, user, schema_for(claims))
        except TimeoutError:
            return {"choice": replace(choice, fell_back="out of time")}
        read = check.read(answer.value)
        arrangement, wrong = (None, [read]) if isinstance(read, str) else (read, [])
        written = Choice(arrangement=arrangement, answer=_written(answer.value), problems=wrong)
        return {"choice": written, "answers": _counted(state["answers"], [answer])}

    def check(self, state: State) -> Update:
        """Judges the newest arrangement and keeps it as a draft."""
        choice, answers = state["choice"], state["answers"]
        if choice.arrangement is not None:
            choice = replace(choice, problems=check.problems(choice.arrangement, state["material"].claims))
        if choice.problems and len(answers.drafts) + 1 >= DRAFTS:
            choice = replace(choice, fell_back=f"{DRAFTS} answers were refused")
        draft = self._draft(state, choice, len(answers.drafts) + 1)
        return {"choice": choice, "answers": replace(answers, drafts=[*answers.drafts, draft])}

    def arrange_plainly(self, state: State) -> Update:
        """In the fixed order."""
        plain = plain_arrangement(state["material"].claims)
        return {"choice": replace(state["choice"], arrangement=plain, problems=[])}

    async def persist(self, state: State) -> Update:
        """Insight, messages and drafts in one transaction. What changes no word owes no message."""
        insight = self._insight(state)
        before = await asyncio.to_thread(self._world.store.insight, insight.id)
        same = before is not None and (before.title, before.text) == (insight.title, insight.text)
        messages = [] if insight.edition and same else self._world.messages(insight)
        await asyncio.to_thread(self._world.store.save_insight, insight, messages, state["answers"].drafts)
        return {"insight": insight}

    def approve(self, state: State) -> Update:
        """Waits for a word of people. Nothing happens outside before it."""
        said = interrupt({"waits_for": "approve, reject or snooze", "subject": state["subject"].id})
        word = msgspec.convert(said, Word)
        return {"word": word, "taken_up": [*state.get("taken_up", []), word.id]}

    async def apply(self, state: State) -> Update:
        """What follows a decision."""
        subject, word = state["subject"], state["word"]
        if self._world.effects is not None and isinstance(subject, Opportunity) and word is not None:
            await self._world.effects.apply(subject, word)
        return {}

    def seconds_left(self, state: State) -> float:
        """Of the one deadline for all that the model does."""
        used = self._world.clock.now() - state["job"].at
        return self._world.limits.rewrite_s - used.total_seconds()

    def _asks_model(self, state: State) -> bool:
        return state["job"].edition > 0 and self._world.model is not None

    def _draft(self, state: State, choice: Choice, number: int) -> DraftRecord:
        return DraftRecord(
            insight_id=insight_id(state["subject"]),
            sequence=state["job"].sequence,
            number=number,
            model=self._world.model.name if self._world.model else "",
            answer=choice.answer,
            problems=choice.problems,
            accepted=not choice.problems,
            at=self._world.clock.now(),
        )

    def _insight(self, state: State) -> Insight:
        job, material, choice = state["job"], state["material"], state["choice"]
        assert choice.arrangement is not None
        return compose(
            state["subject"],
            job.sequence,
            job.at,
            facts=material.facts,
            claims=material.claims,
            arrangement=choice.arrangement,
            edition=job.edition,
            provenance=self._provenance(state, check.passed(choice.arrangement, material.claims)),
        )

    def _provenance(self, state: State, checks: list[str]) -> Provenance:
        answers, choice, queries = state["answers"], state["choice"], [one.kind for one in state["material"].found]
        if not self._asks_model(state):
            return Provenance(checks=checks, queries=list(queries))
        return Provenance(
            model=None if choice.fell_back or self._world.model is None else self._world.model.name,
            revisions=max(len(answers.drafts) - 1, 0),
            checks=checks,
            queries=list(queries),
            fell_back=choice.fell_back,
            input_tokens=answers.input_tokens,
            output_tokens=answers.output_tokens,
        )


def _counted(answers: Answers, new: Sequence[ChatAnswer]) -> Answers:
    """With the tokens of the new ones; unknown where one of them is."""

    def total(so_far: int | None, more: Sequence[int | None]) -> int | None:
        known = [one for one in (so_far, *more) if one is not None]
        return sum(known) if len(known) == len(more) + 1 else None

    return replace(
        answers,
        input_tokens=total(answers.input_tokens, [one.input_tokens for one in new]),
        output_tokens=total(answers.output_tokens, [one.output_tokens for one in new]),
    )


def _written(answer: dict[str, Any]) -> str:
    """As JSON, cut."""
    try:
        return msgspec.json.encode(answer).decode()[:ANSWER_CHARS]
    except (RecursionError, TypeError, UnicodeEncodeError):
        return "(cannot be written as JSON)"
