"""People read one name for a thing: `coagent/domain/vocabulary.py` holds it, and no other file words it again."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import coagent
from coagent.domain.shift import CauseKind, Direction, Family, Hold, Status
from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import (
    CAUSE,
    CAUSE_TITLE,
    DIRECTION,
    EASED_TITLE,
    EITHER_TITLE,
    FAMILY,
    HOLD,
    SIGNAL,
    STATUS,
    UNIT,
)

ROOT = Path(coagent.__file__).parent
HOME = ROOT / "domain" / "vocabulary.py"
KEYED = {*BY_NAME, *get_args(CauseKind)}
LISTED_FOR_TELEMETRY = ("ingest", "asyncapi", "samples", "producers")
"""Rooms that speak of the telemetry's own fields, not of what was found."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        if path != HOME and path.relative_to(ROOT).parts[0] not in LISTED_FOR_TELEMETRY:
            yield path, ast.parse(path.read_text())


def documentation(tree: ast.Module) -> set[int]:
    """Places of texts that stand alone: docstrings, which may name things."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def texts(tree: ast.Module) -> Iterator[str]:
    beside = documentation(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in beside:
            yield node.value


@pytest.fixture(scope="module")
def parsed() -> list[tuple[Path, ast.Module]]:
    return list(trees())


@pytest.fixture(scope="module")
def written(parsed) -> list[tuple[Path, list[str]]]:
    """Each file's texts beside its docstrings."""
    return [(path, list(texts(tree))) for path, tree in parsed]


NAMES = sorted({words.name for words in SIGNAL.values() if " " in words.name})
TITLES = {*CAUSE_TITLE.values(), *EASED_TITLE.values(), *EITHER_TITLE.values()}
PHRASES = sorted({*CAUSE.values(), *TITLES})
UNITS = sorted({words for _, words in UNIT.values() if " " in words})


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (CAUSE, CauseKind),
        (CAUSE_TITLE, CauseKind),
        (FAMILY, Family),
        (DIRECTION, Direction),
        (HOLD, Hold),
        (STATUS, Status),
    ],
)
def test_each_kind_has_its_words(words, kinds):
    assert set(words) == set(get_args(kinds))


def test_each_signal_and_unit_has_its_words():
    assert set(SIGNAL) == set(BY_NAME)
    assert {signal.unit for signal in BY_NAME.values()} - set(UNIT) == {""}
    assert len({words.name for words in SIGNAL.values()}) == len(SIGNAL)


@pytest.mark.parametrize("phrase", [*NAMES, *UNITS, *PHRASES])
def test_it_is_worded_in_one_file_only(phrase, written):
    found = [str(path.relative_to(ROOT)) for path, words in written if any(phrase in one for one in words)]
    assert found == []


def test_no_other_table_words_signals_or_causes(parsed):
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, tree in parsed
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict) and words_for_keys(node) > 1
    ]
    others = ("domain/next_steps.py:", "gate/read/setting.py:")  # what to do, and how others spell their settings
    assert [one for one in found if not one.startswith(others)] == []


def words_for_keys(node: ast.Dict) -> int:
    """How many signals or causes a table gives words, which have a space."""
    return sum(
        isinstance(key, ast.Constant)
        and key.value in KEYED
        and isinstance(value, ast.Constant)
        and isinstance(value.value, str)
        and " " in value.value
        for key, value in zip(node.keys, node.values, strict=True)
    )
