"""The queue in files and back."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from coagent.domain.errors import Fatal
from coagent.review.exports import CSV_COLUMNS, agreed_ids, csv_text, label_studio
from coagent.review.imports import labels_of

AT = datetime(2026, 11, 2, tzinfo=UTC)


def row(request_id: str, **changes: Any) -> dict[str, Any]:
    known = dict.fromkeys(CSV_COLUMNS) | {"day": AT, "place": 1, "looks": 1, "reason": "random", "link": "https://x/1"}
    return known | {"successes": 0, "failures": 0, "unsure": 0, "request_id": request_id} | changes


def filled(*rows: tuple[str, str]) -> str:
    lines = csv_text(row(name) for name, _ in rows).splitlines()
    verdicts = [verdict for _, verdict in rows]
    return "\n".join(
        [lines[0], *(line[: -len(",,,")] + f"{verdict},," for line, verdict in zip(lines[1:], verdicts, strict=True))]
    )


def test_a_csv_file_that_is_filled_in_comes_back_under_the_same_ids() -> None:
    text = filled(("request-1", "success"), ("=cmd|' /C calc'!A0", "failure"), ("request-3", ""))
    found = labels_of(text, "ann", AT)
    assert [(one.request_id, one.verdict, one.by, one.at) for one in found] == [
        ("request-1", "success", "ann", AT),
        ("=cmd|' /C calc'!A0", "failure", "ann", AT),
    ]
    assert found == labels_of(text, "ann", AT)
    assert {one.id for one in found}.isdisjoint(one.id for one in labels_of(text, "bob", AT))


def test_no_id_is_a_formula_in_a_spreadsheet() -> None:
    line = csv_text([row("=1+1", link="@evil")]).splitlines()[1]
    assert "'=1+1" in line
    assert "'@evil" in line


@pytest.mark.parametrize(
    "text", ["request_id,verdict\nr,perfect\n", "a,b\n1,2\n", "request_id,verdict,at\nr,success,soon\n", "[1, 2]", "[{"]
)
def test_a_file_that_is_none_says_where(text: str) -> None:
    with pytest.raises(Fatal):
        labels_of(text, "ann", AT)


def test_label_studio_takes_tasks_and_gives_annotations() -> None:
    [task] = json.loads(label_studio([row("request-1")]))
    assert task["data"]["request_id"] == "request-1"
    annotation = {
        "completed_by": {"id": 3, "email": "bob@example.com"},
        "updated_at": "2026-11-03T08:00:00Z",
        "result": [{"value": {"choices": ["failure"]}, "from_name": "verdict", "type": "choices"}],
    }
    cancelled = annotation | {"was_cancelled": True}
    [label] = labels_of(json.dumps([task | {"id": 1, "annotations": [annotation, cancelled]}]), "ann", AT)
    assert (label.request_id, label.verdict, label.by) == ("request-1", "failure", "bob@example.com")
    assert label.at == datetime(2026, 11, 3, 8, tzinfo=UTC)


def test_a_time_without_a_zone_is_utc_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    annotation = {"created_at": "2026-11-03T08:00:00", "result": [{"value": {"choices": ["failure"]}}]}
    try:
        [label] = labels_of(json.dumps([{"data": {"request_id": "a"}, "annotations": [annotation]}]), "ann", AT)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert label.at == datetime(2026, 11, 3, 8, tzinfo=UTC)


def test_only_what_all_sure_reviewers_agree_on_is_for_fine_tuning() -> None:
    rows = [row("a", successes=2), row("b", successes=1, failures=1), row("c", failures=1), row("d", unsure=1)]
    assert [json.loads(line)["request_id"] for line in agreed_ids(rows, "success").splitlines()] == ["a"]
    assert [json.loads(line)["request_id"] for line in agreed_ids(rows, "failure").splitlines()] == ["c"]
