"""Evaluation events join their request within one message: by the response's id, else by the span they stand on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

import msgspec

from coagent.domain.rejected import Skipped
from coagent.ingest.options import Outcome

EVALUATION = "gen_ai.evaluation.result"
_VERDICTS = ("schema_valid", "refusal")
"""Evaluations of these names set the flag of the same name; all others are scores of quality."""


class Evaluation(msgspec.Struct, frozen=True, gc=False):
    """A score from 0 to 1 of the response, or else the span, with this id; `index` is its place in the message."""

    judges: str
    field: str
    score: float
    index: int


Scores = Mapping[str, dict[str, float | bool]]


def evaluation_of(event: str, attributes: Mapping[str, Any], span_id: str, index: int) -> Evaluation | None:
    """None for any other event, and for scores on other scales, which cannot be compared."""
    score = attributes.get("gen_ai.evaluation.score.value")
    if event != EVALUATION or not isinstance(score, int | float) or not 0 <= score <= 1:
        return None
    name = attributes.get("gen_ai.evaluation.name")
    field = str(name) if name in _VERDICTS else "quality_score"
    return Evaluation(str(attributes.get("gen_ai.response.id") or span_id), field, float(score), index)


def scores_of(evaluations: Iterable[Evaluation]) -> Scores:
    """The mean of each field by what the evaluations judge; verdicts are yes from one half on."""
    scores: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in evaluations:
        scores[one.judges][one.field].append(one.score)
    return {key: {field: _judged(field, found) for field, found in fields.items()} for key, fields in scores.items()}


def strayed(evaluations: Sequence[Evaluation], known: set[str]) -> Iterator[Outcome]:
    """Of evaluations that judge none of the requests: they came in another message than their requests."""
    for one in evaluations:
        if one.judges not in known:
            yield Skipped(reason="evaluation_without_request", index=one.index)


def _judged(field: str, scores: Sequence[float]) -> float | bool:
    return fmean(scores) >= 0.5 if field in _VERDICTS else fmean(scores)  # noqa: PLR2004  # half-way between no and yes
