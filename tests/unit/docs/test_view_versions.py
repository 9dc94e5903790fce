"""Views are what others build on: their columns change with their version alone."""

import json
from pathlib import Path

import pytest

from migrations.views import VIEWS
from migrations.views.view import View

RECORDED: dict[str, list[str]] = json.loads((Path(__file__).parent / "view_columns.json").read_text())
"""Columns by view and version. A line that is there is never changed: a new version gets a new one."""
RENAMED = {
    "shifts 2": {
        "told_at": "text_written_at",
        "raised_at": "reported_at",
        "raised_request_id": "reported_request_id",
        "raised_row": "reported_row",
    },
    "dismissals 2": {"raised_at": "alarm_at", "raised_request_id": "alarm_request_id", "raised_row": "alarm_row"},
}
"""Old names of columns and new ones, by the version that has the new; a migration renames them in place."""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_columns_change_with_the_version_alone(view: View) -> None:
    name = f"{view.name} {view.version}"
    assert name in RECORDED, f"add the columns of {name} to view_columns.json"
    assert [column.name for column in view.columns] == RECORDED[name], f"raise the version of view {view.name}"


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_later_version_keeps_the_columns_of_the_one_before(view: View) -> None:
    for version in range(2, view.version + 1):
        before, after = RECORDED[f"{view.name} {version - 1}"], RECORDED[f"{view.name} {version}"]
        renamed = RENAMED.get(f"{view.name} {version}", {})
        kept = [renamed.get(column, column) for column in before]
        assert after[: len(kept)] == kept, "new columns go to the end"
