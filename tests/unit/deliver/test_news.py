import pytest
from msgspec.structs import replace

from coagent.deliver.news import news, stage_of
from coagent.deliver.subject import severity_of, subject_of
from coagent.domain.conversation import Subject
from tests.notices import opportunity, shift_insight

SHOWN = Subject(
    state="open",
    page=True,
    cause="silent_version",
    direction="worse",
    sizes={"output_tokens": 0.3},
    usd_per_day=20.0,
    carriers=["summary"],
)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"cause": "capacity"}, "Most likely cause changed: silent version → capacity."),
        ({"sizes": {"output_tokens": 0.61}}, "Size doubled: output tokens changed by 30.0 % before, 61.0 % now."),
        ({"usd_per_day": 41.0}, "Cost changed: +20 USD per day → +41 USD per day."),
        ({"carriers": ["summary", "faq"]}, "Spread to faq."),
    ],
)
def test_what_is_news(change, line):
    now = replace(SHOWN, **change)
    assert ([line], "updated") == (news(SHOWN, now), stage_of(SHOWN, now))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"sizes": {"output_tokens": 0.59}},
        {"sizes": {"output_tokens": 0.3, "refusal": 0.9}},
        {"usd_per_day": 39.0},
        {"usd_per_day": None},
        {"carriers": []},
        {"page": False},
        {"direction": "mixed"},
    ],
)
def test_what_is_none(change):
    assert stage_of(SHOWN, replace(SHOWN, **change)) is None


@pytest.mark.parametrize(
    ("reported", "state", "stage"),
    [
        (None, "open", "opened"),
        ("open", "recovered", "recovered"),
        ("open", "accepted", "accepted"),
        ("recovered", "open", "reopened"),
        ("recovered", "recovered", None),
    ],
)
def test_the_life_of_a_conversation(reported, state, stage):
    before = None if reported is None else replace(SHOWN, state=reported)
    assert stage == stage_of(before, replace(SHOWN, state=state))


def test_a_subject_is_read_from_the_insight():
    subject = subject_of(shift_insight())
    assert ("open", True, "silent_version") == (subject.state, subject.page, subject.cause)
    assert pytest.approx(0.302, abs=1e-3) == subject.sizes["output_tokens"]
    assert pytest.approx(0.041) == subject.sizes["refusal"]
    assert "page" == severity_of(subject)
    assert "info" == severity_of(subject_of(shift_insight(status="recovered")))
    insight = opportunity().insight
    assert insight is not None
    assert pytest.approx(-41.15, abs=0.01) == subject_of(insight).usd_per_day
