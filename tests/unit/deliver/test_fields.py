"""What stands at the top of a message."""

import pytest

from coagent.domain.shift import Part
from tests.notices import opened


def part(name: str | None, *, carries: bool = True) -> Part:
    return Part(dimension="tenant", name=name, requests=40, effect=None, carries=carries)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], None),
        ([part("calm", carries=False)], None),
        ([part("b"), part("a"), part("calm", carries=False), part(None)], "(none), a, b"),
        ([part(f"t{number}") for number in range(6)], "t0, t1, t2, t3 and 2 more"),
    ],
)
def test_who_is_hit_stands_at_the_top_where_it_is_known(parts: list[Part], expected: str | None) -> None:
    assert {one.name: one.value for one in opened(parts=parts).fields}.get("Affected") == expected
