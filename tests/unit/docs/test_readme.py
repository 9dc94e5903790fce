"""What README says is there: topics, commands, settings, files, views, and the picture's rooms."""

import re
from pathlib import Path

import pytest

from coagent.domain import topics
from coagent.entrypoints.cli.main import COMMANDS
from coagent.settings import Group, Settings
from migrations.views import VIEWS

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text()


def settings_variables() -> set[str]:
    variables = {"COAGENT_CASES", "COAGENT_INPUTS", "COAGENT_KAFKA_HOME"}  # read by the tests alone
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Group):
            variables |= {f"COAGENT_{name}__{inner}".upper() for inner in field.annotation.model_fields}
        else:
            variables.add(f"COAGENT_{name}".upper())
    return variables


def test_every_topic_is_one_that_coagent_makes_and_all_streams_are_drawn():
    named = set(re.findall(r"coagent\.\w+\.v\d+", README))
    assert named <= set(topics.ALL)
    assert set(topics.ALL) <= named


def test_every_command_exists():
    assert set(re.findall(r"(?:`|/|^)coagent ([a-z]+)\b", README, re.MULTILINE)) <= set(COMMANDS)


def test_every_variable_is_a_setting():
    assert set(re.findall(r"COAGENT_[A-Z_]+[A-Z]", README)) <= settings_variables()


@pytest.mark.parametrize("link", re.findall(r"\]\(((?!http)[^)#]+)\)", README))
def test_every_link_leads_somewhere(link: str):
    assert (ROOT / link).exists()


@pytest.mark.parametrize("room", ["ingest", "detect", "confirm", "advise", "narrate", "deliver"])
def test_the_picture_shows_the_rooms(room: str):
    picture = README.split("## How it works")[1].split("| process |")[0]
    assert re.search(rf"\d {room}", picture)
    assert (ROOT / "coagent" / room / "__init__.py").exists()


def test_every_view_exists():
    views = {view.name for view in VIEWS}
    named = set(re.findall(r"`(\w+)`", README.split("**SQL.**")[1].split("```")[0]))
    assert views <= named
