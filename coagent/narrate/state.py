"""What a run of the graph carries from node to node: the values themselves, kept as they are."""

from datetime import datetime
from typing import TypedDict

import msgspec

from coagent.domain.draft_record import DraftRecord
from coagent.domain.inquiry import Found
from coagent.domain.insight import Fact, Insight
from coagent.domain.notice import Word
from coagent.domain.subject import AnySubject
from coagent.narrate.arrangement import Arrangement
from coagent.narrate.claim import Claim


class Job(msgspec.Struct, frozen=True):
    """Which version of the subject, which edition of its insight, and when it was taken up."""

    sequence: int
    edition: int
    at: datetime


class Material(msgspec.Struct, frozen=True):
    """What there is to say."""

    found: list[Found]
    facts: list[Fact]
    claims: list[Claim]


class Answers(msgspec.Struct, frozen=True):
    """What the model answered so far, and the tokens of it; None where some are not counted."""

    drafts: list[DraftRecord] = []
    input_tokens: int | None = 0
    output_tokens: int | None = 0


class Choice(msgspec.Struct, frozen=True):
    """The newest arrangement, None where the answer was none; what is wrong with it; why code arranges it instead."""

    arrangement: Arrangement | None = None
    answer: str = ""
    problems: list[str] = []
    fell_back: str | None = None


class State(TypedDict, total=False):
    """`taken_up`: ids of the words about it that were acted on or are being; `word` is the newest."""

    subject: AnySubject
    job: Job
    material: Material
    answers: Answers
    choice: Choice
    insight: Insight
    word: Word | None
    taken_up: list[str]
