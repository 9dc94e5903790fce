"""Findings that are no shifts, by what people type."""

from collections.abc import Callable

from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.bootstrap.postgres import database
from coagent.domain.errors import Fatal
from coagent.domain.insight import Insight
from coagent.domain.notice import Word
from coagent.entrypoints.control.say import said
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings


def the_finding(settings: Settings, named: str) -> Insight | None:
    """The insight about the one subject of that id, or of an id that begins so, that is no shift; None where there is
    none. Raises Fatal where there are several.
    """
    found = PostgresConversations(database(settings)).insights_beside_shifts(named)
    exact = [one for one in found if one.subject_id == named] or found
    if len(exact) > 1:
        known = ", ".join(f"{plain(one.subject_id)} ({one.kind})" for one in exact)
        raise Fatal(f"several findings start with {plain(named)!r}; name one of {known}")
    return exact[0] if exact else None


def accept_finding(settings: Settings, finding: Insight, by: str | None, reason: str) -> Word:
    """The same word as a button in Slack gives; the agent acts on it. Raises Fatal where it takes none."""
    status = finding.subject.get("status")
    if finding.kind != "quality":
        raise Fatal(f"{finding.subject_id} is a finding of kind {finding.kind}: only a change can be accepted")
    if status != "open":
        raise Fatal(f"{finding.subject_id} is {status} already: there is nothing to accept")
    word = Word(**said(by, reason), conversation=finding.id, kind="accept", via="cli")
    PostgresConversations(database(settings)).add_word(word)
    return word


def ends(settings: Settings, finding: Insight) -> Callable[[], bool]:
    """Asks whether it is open no more by now."""
    conversations = PostgresConversations(database(settings))

    def has_ended() -> bool:
        now = conversations.insights_beside_shifts(finding.subject_id)
        return any(one.subject_id == finding.subject_id and one.subject.get("status") != "open" for one in now)

    return has_ended
