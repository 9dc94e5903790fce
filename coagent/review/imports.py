"""Labels from files: the CSV that `coagent review export` writes, filled in, and Label Studio's own JSON export."""

import csv
import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from coagent.domain.errors import Fatal
from coagent.domain.label import Label
from coagent.domain.review import VERDICTS


class LabelStudioChoice(msgspec.Struct):
    """One result of an annotation; only choices name a verdict."""

    value: dict[str, Any] = {}


class LabelStudioAnnotation(msgspec.Struct):
    """`completed_by`: a number, or an object with an e-mail address."""

    result: list[LabelStudioChoice] = []
    completed_by: Any = None
    updated_at: datetime | None = None
    created_at: datetime | None = None
    was_cancelled: bool = False


class LabelStudioTask(msgspec.Struct):
    """What an export holds of a task, as far as labels need it."""

    data: dict[str, Any]
    annotations: list[LabelStudioAnnotation] = []


def labels_of(text: str, by: str, at: datetime) -> list[Label]:
    """Of either format, known by its first character. `by` and `at` stand in where the file does not say; the same file
    gives the same ids, so that it counts once however often it is read. Raises Fatal with the line or task.
    """
    return list(_of_json(text, by, at) if text.lstrip().startswith("[") else _of_csv(text, by, at))


def _of_csv(text: str, by: str, at: datetime) -> Iterator[Label]:
    rows = csv.DictReader(io.StringIO(text))
    missing = {"request_id", "verdict"} - set(rows.fieldnames or ())
    if missing:
        raise Fatal(f"no column {', '.join(sorted(missing))}: begin with a file of `coagent review export`")
    for row in rows:
        if (row["verdict"] or "").strip():
            moment = _moment(row.get("at") or "", at, rows.line_num)
            tags = (row.get("tags") or "").replace(",", " ").split()
            name = (row["request_id"] or "").removeprefix("'")
            who = (row.get("by") or by).strip()
            yield _label(name, row["verdict"].strip(), tags, (who, moment), rows.line_num)


def _moment(text: str, otherwise: datetime, line: int) -> datetime:
    if not text.strip():
        return otherwise
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Fatal(f"line {line}: `at` is no time such as 2026-03-01T12:00:00Z") from None
    return _aware(found)


def _aware(moment: datetime) -> datetime:
    """A time without a zone is UTC, whatever this machine's is."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _of_json(text: str, by: str, at: datetime) -> Iterator[Label]:
    try:
        tasks = msgspec.json.decode(text, type=list[LabelStudioTask])
    except (msgspec.DecodeError, ValueError):
        raise Fatal("no JSON export of Label Studio: export the project as JSON, not as JSON-MIN") from None
    for number, task in enumerate(tasks, 1):
        for one in task.annotations:
            choices = [] if one.was_cancelled else _choices(one)
            verdict = next((name for name in choices if name in VERDICTS), None)
            if verdict is not None:
                tags = [name for name in choices if name not in VERDICTS]
                moment = _aware(one.updated_at or one.created_at or at)
                yield _label(str(task.data.get("request_id", "")), verdict, tags, (_who(one, by), moment), number)


def _choices(annotation: LabelStudioAnnotation) -> list[str]:
    return [str(name) for one in annotation.result for name in one.value.get("choices", ())]


def _who(annotation: LabelStudioAnnotation, by: str) -> str:
    who = annotation.completed_by
    if isinstance(who, dict):
        who = who.get("email") or who.get("id")
    return by if who is None else str(who)


def _label(request_id: str, verdict: str, tags: list[str], who: tuple[str, datetime], place: int) -> Label:
    by, at = who
    said = {"kind": "label", "request_id": request_id, "verdict": verdict, "tags": tags, "by": by}
    name = hashlib.blake2b(msgspec.json.encode([said, at]), digest_size=16).hexdigest()
    try:
        return msgspec.convert(said | {"id": name, "at": at.astimezone(UTC)}, Label)
    except msgspec.ValidationError as wrong:
        raise Fatal(f"line or task {place}: {wrong}; verdicts are {', '.join(VERDICTS)}") from None
