"""A person's decision: the same word as a button in Slack gives, by whoever is logged in."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from coagent.domain.errors import Fatal
from coagent.domain.insight import Insight
from coagent.domain.notice import Word, WordKind
from coagent.entrypoints.console.answers import Answers
from coagent.entrypoints.console.render import Templates
from coagent.ports import Clock

VIA = "console"
SHORTEST, LONGEST = 3, 500
MOST_DAYS = 90
ABOUT_OPPORTUNITY: Mapping[str, WordKind] = {"approve": "approve", "reject": "reject", "snooze": "snooze"}
ABOUT_SHIFT: Mapping[str, WordKind] = {"accept": "accept", "acknowledge": "acknowledge", "snooze": "snooze"}
DONE = "recorded, by {by}. The agent acts on it within seconds; this page shows it then."


class Wrong(Exception):
    """What is wrong with the form, for people."""


class Words(Protocol):
    """Where words are kept, and what they are about."""

    def add_word(self, word: Word) -> bool: ...
    def insight_about(self, subject_id: str) -> Insight | None: ...


class Decisions:
    """The routes that write; the guard has checked who sends them."""

    def __init__(self, words: Callable[[], Words], answers: Answers, templates: Templates, clock: Clock) -> None:
        self._words, self._answers, self._templates, self._clock = words, answers, templates, clock

    def routes(self) -> list[Route]:
        return [
            Route("/opportunities/{id}/decide", self._opportunity, methods=["POST"]),
            Route("/shifts/{id}/decide", self._shift, methods=["POST"]),
        ]

    async def _opportunity(self, request: Request) -> Response:
        return await self._decide(request, ABOUT_OPPORTUNITY, "/opportunities")

    async def _shift(self, request: Request) -> Response:
        return await self._decide(request, ABOUT_SHIFT, f"/shifts/{request.path_params['id']}")

    async def _decide(self, request: Request, kinds: Mapping[str, WordKind], back: str) -> Response:
        try:
            word = await asyncio.to_thread(self._record, request, kinds)
        except (Wrong, Fatal) as wrong:
            return self._answer(request, 400, back, problem=str(wrong))
        return self._answer(request, 200, back, said=f"{word.kind}: {DONE.format(by=word.by)}")

    def _record(self, request: Request, kinds: Mapping[str, WordKind]) -> Word:
        """Raises Wrong, Transient."""
        word = self._word(request.state.form, kinds, request.path_params["id"], request.state.session.user)
        self._words().add_word(word)
        self._answers.forget()
        return word

    def _word(self, form: Mapping[str, str], kinds: Mapping[str, WordKind], subject: str, by: str) -> Word:
        kind = kinds.get(form.get("decision", ""))
        if kind is None:
            raise Wrong(f"say one of {', '.join(kinds)}")
        now = self._clock.now()
        lasts = timedelta(days=_days(form)) if kind == "snooze" and kinds is ABOUT_OPPORTUNITY else None
        values: dict[str, Any] = {"kind": kind, "by": by, "via": VIA, "at": now, "reason": _reason(form)}
        insight = self._words().insight_about(subject)
        if insight is None:
            raise Wrong("it is not reported yet: the agent does so within seconds, then decide again")
        return Word(id=uuid4().hex, conversation=insight.id, until=now + lasts if lasts else None, **values)

    def _answer(self, request: Request, status: int, back: str, *, said: str = "", problem: str = "") -> Response:
        by_htmx = "hx-request" in request.headers
        template = "decided.html" if by_htmx else "decided_page.html"
        shown = 200 if by_htmx else status  # htmx shows no answer that says it failed
        return self._templates.answer(request, template, status=shown, said=said, problem=problem, back=back)


def _reason(form: Mapping[str, str]) -> str:
    reason = form.get("reason", "").strip()
    if not SHORTEST <= len(reason) <= LONGEST or "\x00" in reason:
        raise Wrong(f"say why, in {SHORTEST} to {LONGEST} characters")
    return reason


def _days(form: Mapping[str, str]) -> int:
    text = form.get("days", "")
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS)) and 1 <= int(text) <= MOST_DAYS):
        raise Wrong(f"snooze for 1 to {MOST_DAYS} days")
    return int(text)
