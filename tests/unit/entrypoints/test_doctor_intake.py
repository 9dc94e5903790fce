"""What doctor says of the telemetry topics."""

from datetime import UTC, datetime, timedelta

from coagent.entrypoints.doctor.intake import intake_finding

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def row(kind, count, reason="", topic="llm.telemetry", ago=timedelta(minutes=3)):
    place = f"{topic}[0]@9"
    return {
        "cluster": "main",
        "topic": topic,
        "kind": kind,
        "reason": reason,
        "count": count,
        "last_origin": place,
        "last_at": NOW - ago,
    }


def test_each_topic_says_how_much_of_it_is_read():
    rows = [
        row("accepted", 900),
        row("noted", 5, "unread:gen_ai.usage.new_tokens"),
        row("noted", 5, "negative:time_to_first_token_s"),
        row("read", 1200),
        *(row("rejected", 20 - n, f"reason-{n}") for n in range(5)),
        row("skipped", 10, "not_genai"),
        row("accepted", 1, topic="other"),
        row("read", 1, topic="other", ago=timedelta(days=2)),
    ]
    finding = intake_finding(rows, NOW)
    assert finding.state == "ok"
    assert finding.text == (
        "llm.telemetry: 1,200 read, last llm.telemetry[0]@9 3 min ago, 9.0% rejected (reason-0, reason-1, reason-2 "
        "and 2 more: insights.intake), 10 skipped (not_genai), usage keys that nothing reads: gen_ai.usage.new_tokens; "
        "other: 1 read, last other[0]@9 2 d ago"
    )
    assert "coagent deadletter list" in finding.action
    assert "coagent sources" in finding.action


def test_a_topic_of_which_nothing_is_accepted_is_a_problem():
    finding = intake_finding([row("accepted", 0), row("read", 7), row("skipped", 7, "no_spans")], NOW)
    assert finding.state == "problem"
    assert "7 skipped (no_spans)" in finding.text
    assert finding.action == "coagent sources says what is read"


def test_nothing_read_yet_is_neither_a_problem_nor_well():
    finding = intake_finding([], NOW, ["llm.telemetry"])
    assert (finding.state, finding.text) == ("skipped", "nobody has written to llm.telemetry yet")
    assert "docs/day-one.md" in finding.action


def test_a_topic_that_nobody_writes_to_is_named_beside_the_others():
    finding = intake_finding([row("accepted", 9), row("read", 9)], NOW, ["llm.telemetry", "otlp_spans"])
    assert finding.text.endswith("; nobody has written to otlp_spans yet")
