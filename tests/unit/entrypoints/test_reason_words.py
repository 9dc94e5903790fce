"""Every reason by which records are counted has plain words."""

import ast
from pathlib import Path

import pytest

import coagent
from coagent.entrypoints.terminal.reason_words import reason_words
from coagent.ingest.bodies.lookalikes import _LOOKALIKES

ROOT = Path(coagent.__file__).parent
OUTCOMES = {"Refused", "Rejected", "Skipped", "Noted"}
RETURNED = (
    *("azure_log_of_another_category", "unfinished_response", "update_without_start", "stream_chunk", "repeated_call"),
    "operation:plan",
)


def written(node):
    """What a text begins with, be it a constant or an f-string."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) else node
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def reasons(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in OUTCOMES:
            named = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
            yield from (reason for one in [*node.args[:1], *named] if (reason := written(one)))


@pytest.fixture(scope="module")
def found():
    files = [path for room in ("ingest", "adapters/files") for path in (ROOT / room).rglob("*.py")]
    written_there = {reason for path in files for reason in reasons(path)}
    return written_there | {f"not_read:{one.slug}" for one in _LOOKALIKES} | set(RETURNED)


def test_reasons_are_found(found):
    assert {"no_spans", "missing_field:", "no_name:", "invalid_csv"} <= found


def test_each_reason_has_plain_words(found):
    assert [reason for reason in sorted(found) if not reason_words(reason)] == []
