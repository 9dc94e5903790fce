"""The tools that read: each asks one question of the views."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.traffic_snapshot import SOURCE, read_snapshot
from coagent.entrypoints.mcp import questions
from coagent.entrypoints.mcp.effect_rows import FIGURES, figures, named
from coagent.entrypoints.mcp.questions import Question
from coagent.entrypoints.mcp.refusal import refusals
from coagent.entrypoints.mcp.reply import Reply, reply
from coagent.gate.catalogue import Catalogue
from coagent.gate.what_if import names_in_telemetry, what_if

Provider = Annotated[str | None, Field(description="Such as openai; without it all.", max_length=200)]
Model = Annotated[
    str | None, Field(description="The model's name as requests give it; without it all.", max_length=200)
]
Task = Annotated[str | None, Field(description="Without it all.", max_length=200)]
Days = Annotated[int, Field(ge=1, le=400, description="How far to look back.")]
WHAT_IF_DAYS = 30
ShiftId = Annotated[str, Field(description="A shift's id or its beginning.", min_length=4, max_length=64)]


class Tools:
    """Answers from the views, as the role that may read these and nothing else."""

    def __init__(self, reader: SqlReader, catalogue: Catalogue) -> None:
        self._reader = reader
        self._catalogue = catalogue

    def all(self) -> list[Callable[..., Reply]]:
        """In the order in which they are listed."""
        asked = (self.health, self.shifts, self.shift, self.similar_changes, self.scorecard, self.spend)
        return [*asked, self.opportunities, self.what_if, self.budgets]

    def health(self, provider: Provider = None, model: Model = None) -> Reply:
        """Is this provider or model healthy now? Open findings, silences, burning budgets, and the last hour's success
        rate and latency beside those of the seven days before.
        """
        return self._ask(questions.HEALTH, {"provider": provider, "request_model": model})

    def shifts(
        self,
        provider: Provider = None,
        model: Model = None,
        status: Literal["open", "recovered", "accepted"] | None = None,
        days: Days = 30,
    ) -> Reply:
        """Changes of providers' models that were found, the newest first, with cause, direction and whether people
        were paged, or why not.
        """
        return self._ask(
            questions.SHIFTS, {"provider": provider, "request_model": model, "status": status, "days": days}
        )

    def shift(self, shift_id: ShiftId) -> Reply:
        """All about one change: what moved, by how much with intervals, the cause with its reasons, who carries it,
        what it costs a day.
        """
        return self._ask(questions.SHIFT, {"beginning": _beginning(shift_id)})

    def similar_changes(self, shift_id: ShiftId) -> Reply:
        """Earlier changes with the same cause, or of the same model, and how they ended."""
        return self._ask(questions.SIMILAR, {"beginning": _beginning(shift_id)})

    def scorecard(self, provider: Provider = None, model: Model = None, task: Task = None) -> Reply:
        """Models side by side over the last 30 days of this company's own traffic: requests, success rate, cost per
        1,000 requests, latency percentiles, by task.
        """
        return self._ask(questions.SCORECARD, {"provider": provider, "request_model": model, "task": task})

    def spend(self, by: Literal["model", "task", "tenant", "day"] = "model", days: Days = 30) -> Reply:
        """What was spent, and how many requests lack a price."""
        return self._ask(questions.spend(by), {"days": days})

    def opportunities(
        self,
        provider: Provider = None,
        model: Model = None,
        status: Literal["open", "held", "approved", "rejected", "snoozed"] | None = None,
    ) -> Reply:
        """What could be cheaper, faster or better, with monthly savings low, expected and high, risk, and how to
        validate it.
        """
        return self._ask(questions.OPPORTUNITIES, {"provider": provider, "request_model": model, "status": status})

    def what_if(
        self,
        model: Annotated[str, Field(description="The model that is called now.", max_length=200)],
        other_model: Annotated[str, Field(description="The model to compare it with.", max_length=200)],
        task: Task = None,
    ) -> Reply:
        """What calls would cost and do on another model, by this company's own traffic of 30 days: dollars a month and
        a request, success, latency and throughput, each with an interval and what it rests on, as `coagent gate`
        judges a pull request. A model's answers have lengths of their own, so the same tokens are never repriced where
        it was measured. null is unknown: `why_unknown` says why.
        """
        names = [name for one in (model, other_model) for name in names_in_telemetry(one)]
        with refusals():
            snapshot = read_snapshot(self._reader, WHAT_IF_DAYS, datetime.now(UTC), names)
        found, each = what_if(model, other_model, task, snapshot, self._catalogue)
        first = {**figures("cost a request", "usd", each), "remarks": " ".join(found.remarks)}
        rows = [first, *(figures(*named(one), one) for one in found.effects)]
        unknown = "null: nothing measured it, why_unknown says why." if any(row["why_unknown"] for row in rows) else ""
        return reply(SOURCE, FIGURES, [[row.get(name) for name in FIGURES] for row in rows], unknown)

    def budgets(self) -> Reply:
        """Error budgets: what is left, what burns, and when it will be used up."""
        return self._ask(questions.BUDGETS, {})

    def _ask(self, question: Question, parameters: Mapping[str, Any]) -> Reply:
        with refusals():
            answer = self._reader.ask(question.sql, parameters)
        return reply(question.view, answer.columns, answer.rows, "" if answer.rows else question.empty)


def _beginning(shift_id: str) -> str:
    """A pattern for LIKE; raises ToolError where it cannot be an id."""
    if not re.fullmatch(r"[0-9A-Za-z-]+", shift_id):
        raise ToolError("a shift's id has letters, digits and hyphens alone: the tool shifts lists them")
    return f"{shift_id}%"
