"""The deterministic narrator's words, read whole."""

import pytest
from msgspec.structs import replace

from coagent.domain.segment import ALL, Segment
from coagent.domain.shift import Cause, CostChange, Effect, Part
from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import signal_name
from coagent.narrate.insights import plain_insight
from coagent.narrate.render import TITLE_CHARS
from tests.shown_subjects import ONSET, change, saving, swap

SPEED_UP = change("duration_s", 6.6, 1.5, (-0.8, -0.9, -0.7))
FASTER = swap(
    signals=[replace(SPEED_UP, direction="better"), *swap().signals[3:]],
    cause=Cause("provider", "capacity", 0.99, []),
    page=False,
    direction="better",
    held_because=["not_worse"],
)


def plain_draft(subject):
    return plain_insight(subject, 1, ONSET)


def test_a_silent_swap():
    draft = plain_draft(swap())
    assert (
        "openai/gpt-4: answers shrank from 212 to 148 tokens (\N{MINUS SIGN}30 %). Silent model change" == draft.title
    )
    for part in (
        "Most likely the provider serves another model version without declaring it (confidence 86 %).",
        "**When** The change began at 2026-03-01 14:03:22 UTC with request `req-1204`, row 1,204 of its stream",
        "It was noticed after 10 requests, at 2026-03-01 14:05:19 UTC with request `req-1213`.",
        "- 3 of 3 tasks of this model moved within 11 minutes",
        "- refusal rate rose from 2.1 % to 6.2 % (+4.1 points); difference +4.1 points (+1.2 to +7.0 points); 1,000 ",
        "1,000 requests before, 64 after, q at most 0.001",
        "**What did not change**\n- mean log-probability stayed at -0.32 nats per token; Cliff's delta -0.02",
        "**Who is affected** The change affects `openai/gpt-4`, task `summary`: 74 requests since the onset.",
        "**Next**\n- Ask `openai` which version of `gpt-4` serves since 2026-03-01 14:03:22 UTC. ",
        "Quote requests `req-1204` (first affected) and `req-1213` (at the alarm).",
        "**Details** `coagent explain 0f3a9c1122334455-1213` · **Accept** `coagent accept 0f3a9c1122334455-1213`",
    ):
        assert part in draft.text


def test_a_speed_up_is_never_called_slow_and_says_why_nobody_was_paged():
    draft = plain_draft(FASTER)
    assert draft.title == (
        "openai/gpt-4: answers sped up from 6.6 s to 1.5 s (\N{MINUS SIGN}77 %). Provider faster or failing less"
    )
    assert "Not paged: it got better, nothing got worse." in draft.text
    assert "- Accept it as the new baseline, so that a relapse is found." in draft.text
    assert "slow" not in f"{draft.title} {draft.text}".lower()


def test_what_may_have_changed_is_not_listed_as_unchanged():
    wide = replace(swap().signals[3], effect=Effect("cliffs_delta", 0.1, -0.3, 0.5))
    assert "log-probability" not in plain_draft(swap(signals=[*swap().signals[:3], wide])).text


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_what_a_reason_says_moved_is_not_listed_as_unchanged(name):
    still = replace(change(name, 0.2, 0.2, (0.0, -0.01, 0.01)), moved=False)
    field = name.removesuffix("_s").removesuffix("_usd").replace("_", " ")
    for said in (
        f"{signal_name(name)} rose from 1 to 2",
        f"against: {field} fell",
        f"{field} rate rose from 1 % to 2 %",
    ):
        shift = swap(signals=[*swap().signals[:3], still], cause=Cause("provider", "capacity", 0.9, [said]))
        assert "What did not change" not in plain_draft(shift).text
    quiet = swap(signals=[still], cause=Cause("provider", "capacity", 0.9, [f"no {field} seen"]))
    assert f"**What did not change**\n- {signal_name(name)} stayed at " in plain_draft(quiet).text


def test_parts_that_carry_it_and_those_that_do_not_are_named_with_their_size():
    size = Effect("cliffs_delta", -0.7, -0.8, -0.6)
    parts = [
        Part(dimension="tenant", name="acme", requests=640, effect=size, carries=True),
        Part(dimension="tenant", name="zeta", requests=1204, effect=None, carries=False),
        Part(dimension="task", name=None, requests=3, effect=None, carries=None),
    ]
    text = plain_draft(swap(parts=parts)).text
    assert "- tenant `acme` changed: 640 requests, Cliff's delta -0.70 (-0.80 to -0.60)" in text
    assert "- tenant `zeta` did not change: 1,204 requests" in text
    assert "no task" not in text


@pytest.mark.parametrize(
    ("usd", "low", "high", "said"),
    [
        (12.0, 8.0, 16.0, "It costs about $12 a day more ($8.00 to $16), at 4,000 requests a day."),
        (-300.0, -400.0, -200.0, "It costs about $300 a day less ($200 to $400), at 4,000 requests a day."),
        (1.0, -2.0, 4.0, "It makes no clear change of cost ($2.00 less to $4.00 more a day), at 4,000 requests a day."),
        (None, None, None, "Its cost is unknown: no price is known for these requests."),
    ],
)
def test_the_cost_of_a_day(usd, low, high, said):
    cost = CostChange(requests_per_day=4000, usd_per_day=usd, low=low, high=high, priced_share=1.0)
    assert f"**Cost** {said}" in plain_draft(swap(cost=cost)).text


def test_a_recovered_one_keeps_what_happened_and_asks_for_nothing():
    draft = plain_draft(swap(status="recovered"))
    assert draft.title.startswith("Recovered after 16 minutes: openai/gpt-4: answers shrank from 212 to 148 tokens")
    assert "**What had changed**" in draft.text
    assert "**Next**\n- No action needed." in draft.text
    assert "coagent accept" not in draft.text


def test_an_accepted_one_names_its_new_baseline():
    draft = plain_draft(swap(status="accepted"))
    assert draft.title.startswith("Accepted after 16 minutes: openai/gpt-4: answers shrank")
    assert "New requests are compared with the new baseline." in draft.text


def test_what_cannot_be_accepted_by_hand_offers_no_command_for_it():
    assert "coagent accept" not in plain_draft(swap(segment=Segment("openai", "gpt-4", tenant=ALL))).text


def test_traffic_and_unknown_say_why_they_did_not_page():
    unknown = plain_draft(
        swap(cause=Cause("unknown", "unknown", 0.7, []), page=False, held_because=["cause_unknown"])
    ).text
    assert "Not paged: cannot tell a provider change from a change of prompts." in unknown
    assert "Most likely" not in unknown
    traffic = plain_draft(swap(cause=Cause("traffic", "traffic_mix", 0.7, []), page=False, held_because=["traffic"]))
    assert "Not paged: the request mix changed, not the provider." in traffic.text


def test_a_long_or_strange_name_leaves_the_title_short_and_quoted():
    title = plain_draft(swap(segment=Segment("acme", "m" * 79, task="t"))).title
    assert len(title) <= TITLE_CHARS
    assert '"acme/say hello"' in plain_draft(swap(segment=Segment("acme", "say hello"))).title


def test_an_opportunity():
    draft = plain_draft(saving())
    assert "Cache the answers of prompts that come again, worth 1,235 USD a month" == draft.title
    assert "**Worth** It saves 1,235 USD (840 to 1,600 USD) a month." in draft.text
    assert "- 41 % of the prompts came more than once in 30 days" in draft.text
