"""What a brief says, in which order, and that it is quiet when there is nothing to say."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from coagent.brief.brief import LINES, write_brief
from coagent.domain.brief import (
    BriefBurn,
    BriefChange,
    BriefDecision,
    BriefFacts,
    BriefOpportunity,
    BriefSaving,
    BriefSilence,
    BriefTraffic,
)

UNTIL = datetime(2026, 3, 8, 8, tzinfo=UTC)
DAY = timedelta(days=1)
SINCE = UNTIL - 7 * DAY


def facts(**changes: object) -> BriefFacts:
    traffic = BriefTraffic(requests=12_000, usd=Decimal("412.5"))
    return BriefFacts(**{"since": SINCE, "until": UNTIL, "traffic": traffic, "before": BriefTraffic(), **changes})


def change(**changes: object) -> BriefChange:
    values = {
        "id": "s-1", "service": "openai/gpt-5-mini", "headline": "Duration rose", "status": "open", "page": False,
        "direction": "worse", "onset_at": UNTIL - 2 * DAY, "reported_at": UNTIL - 2 * DAY,
    }  # fmt: skip
    return BriefChange(**{**values, **changes})


def test_it_is_quiet_when_nothing_happened_whatever_was_spent():
    brief = write_brief(facts())
    assert brief.is_quiet
    assert brief.sections == []
    assert brief.title == "Last 7 days: no change in 12,000 requests"


def test_sections_come_in_the_order_of_what_matters():
    brief = write_brief(
        facts(
            changes=[change(page=True, usd_per_day=12.0)],
            decisions=[BriefDecision(kind="approve", by="ann", at=UNTIL, about="Use batches", reason="cheap")],
            savings=[BriefSaving(opportunity_id="o", title="Cache", realised_usd=Decimal(9), promised_usd=Decimal(10))],
            opportunities=[
                BriefOpportunity(id="o", title="Batch", monthly_savings_usd=Decimal(80), found_at=SINCE),
                BriefOpportunity(id="p", title="Small model", monthly_savings_usd=Decimal(900), found_at=SINCE),
            ],
            before=BriefTraffic(requests=10_000, usd=Decimal(400)),
            parked_messages=2,
        )
    )
    assert brief.text == (
        "**What changed**\n"
        "- Duration rose (**paged**, since 2026-03-06 08:00 UTC, open, costs $12 a day): `coagent explain s-1`\n\n"
        "**What it cost**\n"
        "- Changes cost about $24\n"
        "- In all $412 for 12,000 requests; +3 % against the time before, \N{MINUS SIGN}14 % a request\n\n"
        "**What was decided**\n"
        "- ann approved Use batches (2026-03-08 08:00 UTC): cheap\n\n"
        "**What was saved**\n"
        "- Cache: $9.00 saved, $10.00 promised\n\n"
        "**What waits**\n"
        "- **Page open** since 2026-03-06 08:00 UTC, openai/gpt-5-mini: `coagent accept s-1` if it is the new normal\n"
        "- Small model: about $900 a month, undecided since 2026-03-01 08:00 UTC\n"
        "- Batch: about $80.00 a month, undecided since 2026-03-01 08:00 UTC\n"
        "- 2 messages could not be sent: `coagent outbox list`"
    )


def test_pages_come_before_budgets_before_other_changes_before_silences():
    brief = write_brief(
        facts(
            changes=[change(headline="Little", usd_per_day=1.0), change(headline="Paged", page=True, id="s-2")],
            burns=[BriefBurn(name="chat", budget_left=-0.2, since=UNTIL - DAY)],
            silences=[BriefSilence(id="q", headline="acme stopped", noticed_at=UNTIL - DAY)],
        )
    )
    assert [line.split()[0] for line in brief.sections[0].lines] == ["Paged", "Error", "Little", "acme"]


def test_what_was_open_before_and_still_is_waits_and_is_no_news():
    old = change(reported_at=SINCE - DAY, onset_at=SINCE - DAY)
    brief = write_brief(facts(changes=[old]))
    assert [section.heading for section in brief.sections] == ["What it cost", "What waits"]
    assert brief.title.startswith("Last 7 days: no change")


def test_what_ended_says_when_and_who_accepted_it():
    ended = change(status="accepted", ended_at=UNTIL - DAY, accepted_by="ann")
    assert "accepted by ann 2026-03-07 08:00 UTC" in write_brief(facts(changes=[ended])).text


def test_what_saves_no_money_waits_without_a_sum():
    free = BriefOpportunity(id="o", title="Move gpt-4", monthly_savings_usd=Decimal(0), found_at=SINCE)
    text = write_brief(facts(opportunities=[free])).text
    assert "Move gpt-4: undecided since" in text
    assert "$0.00" not in text


def test_costs_count_the_days_of_the_span_alone():
    old = change(onset_at=SINCE - 30 * DAY, ended_at=SINCE + DAY, status="recovered", usd_per_day=5.0)
    assert "Changes cost about $5.00" in write_brief(facts(changes=[old])).text


def test_an_unknown_cost_is_said_to_be_unknown():
    nothing = facts(changes=[change()], traffic=BriefTraffic(requests=7, unpriced=7))
    assert "Cost unknown: none of 7 requests has a price" in write_brief(nothing).text
    some = facts(changes=[change()], traffic=BriefTraffic(requests=7, usd=Decimal(1), unpriced=3))
    assert "In all $1.00 for 7 requests, 3 of them of unknown cost" in write_brief(some).text


def test_a_saving_that_was_not_measured_is_not_zero():
    saving = BriefSaving(opportunity_id="o", title="Cache", realised_usd=None, promised_usd=None)
    assert "Cache: not measured yet" in write_brief(facts(savings=[saving])).text


def test_a_section_names_ten_and_counts_the_rest():
    brief = write_brief(facts(changes=[change(id=f"s-{each}") for each in range(25)]))
    assert [*brief.sections[0].lines[-1:]] == ["and 15 more"]
    assert len(brief.sections[0].lines) == LINES + 1
    assert "25 changes" in brief.title


@given(st.text(max_size=300))
def test_text_from_outside_formats_nothing_and_stays_on_its_line(evil):
    brief = write_brief(facts(changes=[change(headline=evil, service=evil, page=True)], decisions=[
        BriefDecision(kind="mute", by=evil, at=UNTIL, about=evil, reason=evil)
    ]))  # fmt: skip
    assert len(brief.text.split("\n")) == 3 * 2 + 1 + 4
    assert brief.text.count("**") == 2 * (4 + 2)
    assert brief.text.count("`") == 2 * 2
