"""What is read of each documented shape, from the repository and from a bare diff."""

from pathlib import Path

import pytest

from coagent.adapters.git import GitChanges
from coagent.gate.diff.unified import read_diff
from coagent.gate.read.changes import read_changes
from tests.unit.gate.cases import Case
from tests.unit.gate.later_shapes import LATER_SHAPES
from tests.unit.gate.repository import diff, repository
from tests.unit.gate.shapes import SHAPES, Shape
from tests.unit.gate.test_cases import changed


def committed(shape: Shape, folder: Path) -> Path:
    before, after = shape.sides()
    return repository(folder, Case(shape.name, before, after))


@pytest.mark.parametrize("shape", SHAPES + LATER_SHAPES, ids=lambda shape: shape.name)
def test_from_the_repository(shape: Shape, tmp_path: Path) -> None:
    read = read_changes(GitChanges(committed(shape, tmp_path), "base", "head").read())
    assert changed(read) == sorted(shape.changes, key=str)


@pytest.mark.parametrize("shape", SHAPES + LATER_SHAPES, ids=lambda shape: shape.name)
def test_from_a_bare_diff(shape: Shape, tmp_path: Path) -> None:
    read = read_changes(read_diff(diff(committed(shape, tmp_path))))
    assert changed(read) == sorted(shape.changes if shape.bare is None else shape.bare, key=str)
