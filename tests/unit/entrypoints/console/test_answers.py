"""Answers that open pages share."""

import gc
from collections.abc import Mapping
from typing import Any

import pytest

from coagent.adapters.postgres.sql_reader import Answer
from coagent.domain.errors import Transient
from coagent.entrypoints.console.answers import Answers

FOUND = Answer(["a"], [(1,)], cut=False)


class Reader:
    """Answers, or is away."""

    def __init__(self) -> None:
        self.asked, self.is_away = 0, False

    def ask(self, query: str, parameters: Mapping[str, Any] | None = None) -> Answer:
        self.asked += 1
        if self.is_away:
            raise Transient("away")
        return FOUND


def test_an_answer_is_kept_for_a_moment_and_forgotten() -> None:
    reader = Reader()
    answers = Answers(reader)  # type: ignore[arg-type]
    assert [answers.ask("a", {}, kept_s=60) for _ in range(3)] == [FOUND] * 3
    assert reader.asked == 1
    answers.forget()
    answers.ask("a", {}, kept_s=60)
    assert reader.asked == 2


@pytest.mark.parametrize("is_away", [True, False])
def test_no_question_leaves_a_lock(is_away: bool) -> None:
    reader = Reader()
    reader.is_away = is_away
    answers = Answers(reader)  # type: ignore[arg-type]
    for number in range(50):
        try:
            answers.ask("a", {"number": number})
        except Transient:
            assert is_away
    gc.collect()
    assert len(answers._locks) == 0
