"""What docs/delivery.md and the examples say is there."""

import re
from pathlib import Path

import pytest

from coagent.deliver.policy_file import KINDS, read_policy
from coagent.delivery_settings import DeliverySettings
from coagent.entrypoints.cli.main import COMMANDS

ROOT = Path(__file__).parents[3]
DELIVERY = (ROOT / "docs" / "delivery.md").read_text(encoding="utf-8")


def test_every_setting_is_one_and_every_channel_has_its_row():
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)*)(?:=true)?`", DELIVERY)) | {
        one.removeprefix("COAGENT_DELIVERY__") for one in re.findall(r"COAGENT_DELIVERY__[A-Z_]+[A-Z]", DELIVERY)
    }
    assert named <= {name.upper() for name in DeliverySettings.model_fields}
    assert set(re.findall(r"^\| `([a-z-]+)` \|", DELIVERY, re.MULTILINE)) == KINDS


def test_every_command_exists():
    assert set(re.findall(r"(?:`|^)coagent ([a-z]+)\b", DELIVERY, re.MULTILINE)) <= set(COMMANDS)


@pytest.mark.parametrize("link", re.findall(r"\]\(((?!http)[^)#]+)\)", DELIVERY))
def test_every_link_leads_somewhere(link: str):
    assert (ROOT / "docs" / link).exists()


def test_the_example_of_routes_can_be_read():
    assert read_policy((ROOT / "examples" / "routes.yaml").read_text(encoding="utf-8"), "routes.yaml").routes
