"""The deterministic narrator's words, read whole."""

from coagent.domain.segment import Segment
from coagent.domain.shift import Cause
from coagent.narrate.deterministic import plain_draft
from coagent.narrate.draft import TITLE_CHARS
from tests.told_subjects import saving, swap


def test_a_silent_swap():
    draft = plain_draft(swap())
    expected = (
        "Silent model change: openai/gpt-4, output tokens 212 → 148, time per output token 0.0213 → 0.0309 s/token"
    )
    assert expected == draft.title
    for part in (
        "Most likely the provider serves another model version and does not say so (confidence 86 %).",
        "**Since** 2026-03-01 14:03:22 UTC, request `req-1204`, row 1,204 of this segment (between 1,198 and 1,210).",
        "Noticed after 10 requests, at 2026-03-01 14:05:19 UTC with request `req-1213`.",
        "- 3 of 3 tasks of this model moved within 11 minutes",
        "- refusal rate: 2.1 → 6.2 %, risk difference 4.1 percentage points (1.2 to 7 percentage points), 1,000 ",
        "1,000 requests before and 64 after, q at most 0.001",
        "**What did not move**\n- mean log-probability: -0.31 → -0.32 nats/token",
        "**Who is affected** task `summary`: 74 requests since the onset.",
        "**Next** Send the request ids to the provider",
        "**Look** `select * from insights.shifts where id = '0f3a9c1122334455-1213'`",
    ):
        assert part in draft.text


def test_a_recovered_one_says_so_and_asks_for_nothing():
    draft = plain_draft(swap(status="recovered"))
    assert "Recovered: openai/gpt-4 behaves as before" == draft.title
    assert "**What had moved**" in draft.text
    assert "**Next** Nothing has to be done." in draft.text


def test_an_accepted_one_names_its_new_baseline():
    draft = plain_draft(swap(status="accepted"))
    assert "Accepted: openai/gpt-4 has a new baseline" == draft.title
    assert "New requests are compared with the new baseline." in draft.text


def test_traffic_and_unknown_are_calm():
    for family, kind in (("traffic", "traffic_mix"), ("unknown", "unknown")):
        draft = plain_draft(swap(cause=Cause(family, kind, 0.7, []), page=False))
        assert "Nobody is paged." in draft.text
        assert "Most likely" not in draft.text


def test_a_long_or_strange_name_leaves_the_title_short_and_quoted():
    title = plain_draft(swap(segment=Segment("acme", "m" * 79, task="t"))).title
    assert len(title) <= TITLE_CHARS
    assert '"acme/say hello"' in plain_draft(swap(segment=Segment("acme", "say hello"))).title


def test_an_opportunity():
    draft = plain_draft(saving())
    assert "Cache the answers of prompts that come again, worth 1,235 USD a month" == draft.title
    assert "**Worth** 1,235 USD (840 to 1,600 USD) a month." in draft.text
    assert "- 41 % of the prompts came more than once in 30 days" in draft.text
