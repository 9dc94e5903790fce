"""A narrator on stores in memory, with a scripted model, and answers that fit."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from langgraph.checkpoint.memory import MemorySaver

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.silence_store import MemorySilenceStore
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.inquiry import Inquiry
from coagent.domain.subject import AnySubject
from coagent.narrate.codec import StateSerializer
from coagent.narrate.investigation import Limits, material_of
from coagent.narrate.narrator import Narrator
from coagent.narrate.nodes import World
from coagent.ports import AfterEffects, ChatAnswer, ChatModel, Investigator
from coagent.steps.narrate import NarrateStep
from tests.shown_subjects import ONSET

Script = Sequence[Any] | Callable[[str, dict[str, Any]], Any]


class ScriptedModel:
    """Answers what it is given, in order, or what a function makes of the question; an exception is raised. It looks
    nothing up.
    """

    name = "scripted"

    def __init__(self, script: Script) -> None:
        self._script = script if callable(script) else iter(list(script))
        self.asked: list[str] = []

    async def answer(self, system: str, user: str, schema: dict[str, Any]) -> ChatAnswer:
        if "look_up" in schema["properties"]:
            return ChatAnswer({"look_up": []}, 10, 1)
        self.asked.append(user)
        answer = self._script(user, schema) if callable(self._script) else next(self._script)
        if isinstance(answer, BaseException):
            raise answer
        return ChatAnswer(answer, 900, 100)


class ScriptedInvestigator:
    """`rows` by the kind of question."""

    def __init__(self, rows: dict[str, Any]) -> None:
        self._rows = rows
        self.asked: list[str] = []

    async def look_up(self, inquiry: Inquiry) -> list[dict[str, Any]]:
        self.asked.append(inquiry.kind)
        rows = self._rows.get(inquiry.kind, [])
        if isinstance(rows, BaseException):
            raise rows
        return rows


class Stage:
    """Stores, step and narrator."""

    def __init__(
        self,
        model: ChatModel | None = None,
        *,
        investigator: Investigator | None = None,
        effects: AfterEffects | None = None,
        at: datetime = ONSET,
        limits: Limits = Limits(),  # noqa: B008  frozen
    ) -> None:
        self.telemetry, self.outbox = MemoryTelemetryStore(), MemoryOutbox()
        self.store = MemoryInsightStore(self.telemetry, self.outbox)
        self.silences = MemorySilenceStore(self.telemetry, self.store)
        self.clock, self.saver = FixedClock(at), MemorySaver(serde=StateSerializer())
        self.world = World(
            store=self.store,
            clock=self.clock,
            messages=outbox_messages,
            model=model,
            investigator=investigator,
            effects=effects,
            limits=limits,
        )
        self.narrator = Narrator(self.world, self.saver)
        self.step = NarrateStep(self.store, self.silences, self.narrator, self.clock)

    @property
    def keys(self) -> list[str]:
        """Of the messages that are owed."""
        return list(self.outbox.entries)


ORDER = ("size", "cause", "held", "since", "who")


def good_answer(subject: AnySubject) -> dict[str, Any]:
    """Fills every slot, leaves out what it may, and joins a reason to the cause."""
    claims = material_of(subject).claims
    body = [one for one in claims if one.slot != "next"]
    chosen = {one.slot: one.id for one in reversed(body) if one.slot}
    lines = [{"claim": chosen[slot], "link": ""} for slot in ORDER if slot in chosen]
    reason = next((one for one in body if chosen.get("cause") in one.supports), None)
    if reason is not None:
        place = next(i for i, line in enumerate(lines) if line["claim"] == chosen["cause"])
        lines.insert(place + 1, {"claim": reason.id, "link": "because"})
    return {
        "headline": next(one.id for one in body if one.title),
        "paragraphs": [{"heading": "", "lines": lines}],
        "next": [next(one.id for one in claims if one.slot == "next")],
    }
