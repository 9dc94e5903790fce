"""What the pages for operators name is there."""

import re
from pathlib import Path

import pytest
import yaml

from coagent.entrypoints.cli.main import COMMANDS
from coagent.entrypoints.metrics_table import metrics_table
from tests.unit.docs.test_readme import settings_variables

ROOT = Path(__file__).parents[3]
PAGES = [
    *(ROOT / "docs/operations.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"),
    *sorted((ROOT / "docs/adr").glob("*.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_command_and_variable_is_there(page: Path) -> None:
    text = page.read_text()
    for link in re.findall(r"\]\(((?!http)[^)#]+)\)", text):
        assert (page.parent / link).resolve().exists(), link
    assert set(re.findall(r"`coagent ([a-z]+)\b", text)) <= set(COMMANDS)
    assert set(re.findall(r"COAGENT_[A-Z_]+[A-Z]", text)) <= settings_variables() | {"COAGENT_METRICS"}


def test_the_table_of_metrics_is_up_to_date() -> None:
    assert metrics_table() in PAGES[0].read_text()


def test_the_workflow_runs_what_is_run_here() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yaml").read_text())
    steps = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    assert ".ci/run" in steps
    assert (ROOT / ".ci/run").stat().st_mode & 0o111
