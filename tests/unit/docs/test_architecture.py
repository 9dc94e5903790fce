"""What the architecture page names is there."""

import re
from pathlib import Path

import pytest

from coagent.domain import topics
from coagent.domain.signal import SIGNALS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "architecture.md").read_text()


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(((?!http)[^)#]+)\)", PAGE))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / "docs" / link).resolve().exists()


@pytest.mark.parametrize(("text", "target"), re.findall(r"\[([\w/.]+)\]\(\.\./([^)]+)\)", PAGE))
def test_a_link_says_where_it_leads(text: str, target: str) -> None:
    assert target.removeprefix("coagent/") == text or target == text


def test_all_topics_are_in_the_picture() -> None:
    assert set(re.findall(r"coagent\.\w+\.v\d+", PAGE.split("```")[1])) == set(topics.ALL)


def test_the_count_of_signals_is_right() -> None:
    assert f"takes {len(SIGNALS)} signals" in PAGE
