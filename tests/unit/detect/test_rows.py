"""Rows keep no more in memory than they say."""

import numpy as np
import pytest

from coagent.detect.fields import FIELDS
from coagent.detect.rows import Rows, joined, no_rows
from coagent.detect.signals import COUNT
from tests.unit.detect.rows import rows_of

ROWS = 50


@pytest.fixture
def rows() -> Rows:
    return rows_of(0, ROWS)


def same(one: Rows, other: Rows) -> bool:
    return all(a.dtype == b.dtype and a.shape == b.shape and (a == b).all() for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("which", [slice(0, 0), slice(7, 9), slice(40, None), np.array([3, 41]), np.arange(ROWS) > 45])
def test_a_part_has_columns_of_its_own(rows: Rows, which: slice | np.ndarray) -> None:
    part = rows.take(which)
    places = np.arange(ROWS)[which]
    assert part.ordinals.tolist() == places.tolist()
    assert part.values.tolist() == rows.values[:, places].tolist()
    assert all(column.base is None and column.flags.c_contiguous for column in part)


def test_what_takes_all_copies_nothing(rows: Rows) -> None:
    assert rows.take(slice(0, ROWS)) is rows
    assert rows.last(ROWS + 1) is rows
    assert rows.since(0) is rows


def test_parts_join_to_the_whole(rows: Rows) -> None:
    parts = [no_rows(COUNT, len(FIELDS)), rows.take(slice(0, 11)), rows.take(slice(11, None))]
    assert same(joined(parts), rows)
