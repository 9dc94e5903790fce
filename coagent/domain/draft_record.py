"""What a model answered about a subject, kept so that people can see what was refused and why."""

from datetime import datetime

import msgspec

ANSWER_CHARS = 8_000
"""Kept of an answer: longer than any that the schema allows."""


class DraftRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The `number`-th answer (from 1) about one `sequence` of an insight's subject. `model` names who answered;
    `answer` is its JSON, cut to ANSWER_CHARS; `problems` is empty where it was accepted.
    """

    insight_id: str
    sequence: int
    number: int
    model: str
    answer: str
    problems: list[str]
    accepted: bool
    at: datetime
