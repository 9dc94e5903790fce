"""What docs/money.md says is there."""

import re
from pathlib import Path
from typing import get_args

import pytest

from coagent.domain.slo import Indicator
from coagent.entrypoints.cli.main import COMMANDS
from coagent.slo.burn_rate import CHANCE
from coagent.slo.burns import QUIET
from coagent.slo.slo_file import WORKBOOK, read_slos
from migrations.views import VIEWS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "money.md").read_text()


def test_its_file_of_slos_is_read():
    [text] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert ["requests-succeed", "chat-is-fast"] == [one.name for one in read_slos(text, "slos.yaml")]


def test_its_burn_rates_are_those_of_the_code():
    table = re.findall(r"^\| (\d+) (h|d) \| (\d+) (min|h) \| ([\d.]+) \|", PAGE, re.MULTILINE)
    assert [(f"{a}{b}", f"{c}{d[0]}", float(rate)) for a, b, c, d, rate in table] == [
        (one.long, one.short, one.rate) for one in WORKBOOK
    ]
    assert CHANCE == 1 / 10_000
    assert QUIET.total_seconds() == 15 * 60


def test_every_indicator_has_its_row():
    assert set(re.findall(r"^\| `(\w+): \{", PAGE, re.MULTILINE)) == set(get_args(Indicator))


def test_commands_views_and_links_exist():
    assert set(re.findall(r"^(?:\S+=\S+ )?coagent ([a-z]+)", PAGE, re.MULTILINE)) <= set(COMMANDS)
    assert set(re.findall(r"insights\.([a-z]\w+)`", PAGE)) - {"v1"} <= {view.name for view in VIEWS}


@pytest.mark.parametrize("link", re.findall(r"\]\(((?!http)[^)#]+)\)", PAGE))
def test_every_link_leads_somewhere(link: str):
    assert (ROOT / "docs" / link).resolve().exists()
