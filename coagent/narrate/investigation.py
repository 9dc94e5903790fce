"""Looks into a subject before it is written about: by the model's choice, or in a fixed order by the cause."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from coagent.domain.errors import Transient
from coagent.domain.inquiry import Found, Inquiry, InquiryKind
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.domain.subject import AnySubject
from coagent.narrate import prompts
from coagent.narrate.found_claims import found_claims
from coagent.narrate.found_facts import found_facts
from coagent.narrate.inquiries import by_cause, inquiry, inquiry_about_saving, open_to
from coagent.narrate.kinds import claims_of, facts_of
from coagent.narrate.state import Material
from coagent.ports import ChatAnswer, ChatModel, Investigator

log = logging.getLogger(__name__)


class Limits(msgspec.Struct, frozen=True):
    """Of one insight: questions at most, seconds for those that code asks, seconds for all that the model does."""

    questions: int = 6
    lookup_s: float = 2.0
    rewrite_s: float = 300.0


def material_of(subject: AnySubject, found: Sequence[Found] = ()) -> Material:
    """Facts and claims of the subject and of what was found."""
    facts = facts_of(subject)
    if not isinstance(subject, Shift | Opportunity) or not found:
        return Material(list(found), facts, claims_of(subject, facts))
    facts += [fact for fact in found_facts(subject, found) if fact.value]
    claims = [*claims_of(subject, facts), *found_claims(subject, found, {fact.name: fact for fact in facts})]
    return Material(list(found), facts, claims)


async def ask_by_cause(subject: AnySubject, now: datetime, investigator: Investigator, limits: Limits) -> Material:
    """Without what is not found in time: people do not wait for it."""
    found: list[Found] = []
    try:
        async with asyncio.timeout(limits.lookup_s):
            for kind in by_cause(subject)[: limits.questions]:
                found.append(await _answer(_inquiry(kind, subject, now), investigator))  # noqa: PERF401  kept when time runs out
    except (TimeoutError, Transient) as trouble:
        _log_trouble(subject, trouble)
    return material_of(subject, found)


async def ask_by_model(
    material: Material, subject: AnySubject, investigator: Investigator, model: ChatModel, limits: Limits
) -> tuple[Material, list[ChatAnswer]]:
    """With what the model wants to know beside it, until it wants nothing more; and its answers, for their tokens. Half
    of its time is left for arranging.
    """
    found, answers = list(material.found), []
    try:
        async with asyncio.timeout(limits.rewrite_s / 2):
            while isinstance(subject, Shift) and (left := _open(subject, found, limits)):
                user = prompts.investigate(material_of(subject, found).claims, left)
                answers.append(await model.answer(prompts.INVESTIGATE, user, schema(left)))
                wanted = _wanted(answers[-1].value, left)[: limits.questions - len(found)]
                if not wanted:
                    break
                found += [await _answer(inquiry(kind, subject), investigator) for kind in wanted]
    except (TimeoutError, Transient) as trouble:
        _log_trouble(subject, trouble)
    return material_of(subject, found), answers


def _open(subject: AnySubject, found: Sequence[Found], limits: Limits) -> list[InquiryKind]:
    """What was not asked yet; nothing where all questions are used up."""
    asked = {one.kind for one in found}
    return [kind for kind in open_to(subject) if kind not in asked] if len(found) < limits.questions else []


def schema(kinds: Sequence[InquiryKind]) -> dict[str, Any]:
    """Of the model's wishes."""
    items = {"type": "string", "enum": list(kinds)}
    listed = {"type": "array", "items": items, "maxItems": len(kinds)}
    return {"type": "object", "properties": {"look_up": listed}, "required": ["look_up"], "additionalProperties": False}


def _wanted(answer: dict[str, Any], kinds: Sequence[InquiryKind]) -> list[InquiryKind]:
    """Each once; what is none of them is passed over."""
    wanted = answer.get("look_up")
    named = [one for one in wanted if isinstance(one, str)] if isinstance(wanted, list) else []
    return [kind for kind in kinds if kind in named]


def _log_trouble(subject: AnySubject, trouble: Exception) -> None:
    log.warning("nothing more is looked up about %s: %s", subject.id, str(trouble) or "it took too long")


def _inquiry(kind: InquiryKind, subject: AnySubject, now: datetime) -> Inquiry:
    if isinstance(subject, Opportunity):
        return inquiry_about_saving(kind, subject, now)
    assert isinstance(subject, Shift)
    return inquiry(kind, subject)


async def _answer(asked: Inquiry, investigator: Investigator) -> Found:
    return Found(asked.kind, await investigator.look_up(asked))
