"""The page of settings is what the settings say."""

import subprocess
import sys
from pathlib import Path

from coagent.entrypoints.configuration_page import configuration_page
from coagent.settings import Settings
from coagent.settings_group import Group

ROOT = Path(__file__).parents[3]


def test_the_page_is_up_to_date() -> None:
    assert (ROOT / "docs/configuration.md").read_text() == configuration_page(), "run tools/write_configuration.py"


def test_every_setting_is_described() -> None:
    groups = [type(field.default) for field in Settings.model_fields.values() if isinstance(field.default, Group)]
    fields = {f"{group.__name__}.{name}": one for group in groups for name, one in group.model_fields.items()}
    assert [name for name, field in fields.items() if not field.description] == []
    assert all(group.__doc__ for group in groups)


def test_the_tool_runs() -> None:
    subprocess.run([sys.executable, ROOT / "tools/write_configuration.py"], check=True, capture_output=True)
