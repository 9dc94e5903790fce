"""OTLP log records of one message become outcomes: events that report a request to a model."""

from collections.abc import Sequence
from typing import Any

from coagent.domain.rejected import Skipped
from coagent.ingest.normalize.outcomes import outcomes_of
from coagent.ingest.options import DecodeOptions, Outcome
from coagent.ingest.reading import Reading
from coagent.ingest.refused import Refused
from coagent.ingest.spans.evaluations import EVALUATION, Evaluation, evaluation_of, scores_of, strayed
from coagent.ingest.spans.log_events import Call, call_of
from coagent.ingest.spans.log_reading import log_reading
from coagent.ingest.spans.span import Span


def decode_logs(logs: Sequence[Span], options: DecodeOptions) -> list[Outcome]:
    """One outcome a log record, in order; a request may be followed by what is noted of it. An evaluation joins its
    request within the message. A message without log records is skipped as such.
    """
    evaluations = [found for place, log in enumerate(logs) if (found := _evaluation(log, place))]
    readings = [_reading(log, options) for log in logs]
    known = _judge(readings, evaluations)
    outcomes: list[Outcome] = []
    for place, reading in enumerate(readings):
        if isinstance(reading, Reading):
            outcomes += outcomes_of(reading, options, place)
        elif isinstance(reading, Refused):
            outcomes.append(reading.at(place))
        elif reading != EVALUATION:
            outcomes.append(Skipped(reason=reading, index=place))
    outcomes += [Skipped(reason="evaluation", index=one.index) for one in evaluations if one.judges in known]
    outcomes += strayed(evaluations, known)
    outcomes += _unread_evaluations(readings, evaluations)
    return outcomes or [Skipped(reason="no_log_records")]


def _reading(log: Span, options: DecodeOptions) -> Reading | Refused | str:
    """Or why there is none."""
    if log.name == EVALUATION:
        return EVALUATION
    call = call_of(log)
    if not isinstance(call, Call):
        return call
    try:
        return log_reading(log, call, options)
    except Refused as refused:
        return refused


def _evaluation(log: Span, place: int) -> Evaluation | None:
    return evaluation_of(log.name, log.attributes(), log.span_id, place) if log.name == EVALUATION else None


def _judge(readings: Sequence[Reading | Refused | str], evaluations: Sequence[Evaluation]) -> set[str]:
    """Adds the scores; returns what the requests are called by evaluations."""
    scores = scores_of(evaluations)
    known: set[str] = set()
    for reading in readings:
        if isinstance(reading, Reading) and evaluations:
            names = _names(reading)
            known |= names
            for name in names:
                reading.fields |= scores.get(name, {})
    return known


def _names(reading: Reading) -> set[str]:
    response_id = (reading.response_id or "").partition("/")[2]
    names: set[Any] = {reading.fields.get("request_id"), response_id, reading.fields.get("response_id")}
    return {name for name in names if isinstance(name, str) and name}


def _unread_evaluations(readings: Sequence[Any], evaluations: Sequence[Evaluation]) -> list[Outcome]:
    """Of scores on other scales."""
    read = {one.index for one in evaluations}
    places = [place for place, reading in enumerate(readings) if isinstance(reading, str) and reading == EVALUATION]
    return [Skipped(reason="evaluation_of_another_scale", index=place) for place in places if place not in read]
