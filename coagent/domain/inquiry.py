"""A question about what is around a subject, out of a fixed set, and what was found."""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec

from coagent.domain.segment import Segment

InquiryKind = Literal[
    "by_task", "by_tenant", "by_endpoint", "by_hour", "other_models", "other_providers", "decompose", "deploys",
    "past_shifts",
]  # fmt: skip
INQUIRIES: tuple[InquiryKind, ...] = get_args(InquiryKind)

COMPARED: tuple[InquiryKind, ...] = ("by_task", "by_tenant", "by_endpoint", "other_models", "other_providers")
"""Answered by rows with requests and signals before and after."""


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """What was from `since` to `at` is compared with what was from `at` to `until`; nothing where they are the same.
    The subject itself is left out of what is found. `by`: the unit of time that is read; `task`: only this one.
    """

    kind: InquiryKind
    subject_id: str
    segment: Segment
    since: datetime
    at: datetime
    until: datetime
    by: Literal["minute", "hour"] = "minute"
    task: str | None = None


class Found(msgspec.Struct, frozen=True):
    """Rows of the answer by column name, plain values; times are aware UTC."""

    kind: InquiryKind
    rows: list[dict[str, Any]]
