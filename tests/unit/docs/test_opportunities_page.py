"""The page names every advisor, in the order in which savings are combined."""

import re
from importlib import import_module
from pathlib import Path

from coagent.advise.advisors import ADVISORS
from coagent.advise.overlaps import ORDER_OF_APPLICATION
from coagent.advise.self_hosting import KIND as SELF_HOSTING

PAGE = Path(__file__).parents[3] / "docs" / "opportunities.md"
KINDS = {import_module(advisor.__module__).KIND for advisor in ADVISORS} | {SELF_HOSTING}


def test_every_advisor_has_its_row_in_the_order_of_application() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.read_text().split("## The catalogue")[1], re.MULTILINE)
    assert sorted(rows) == sorted(KINDS)
    assert tuple(rows[: len(ORDER_OF_APPLICATION)]) == ORDER_OF_APPLICATION
