"""Reports of one call that come in several messages."""

from datetime import UTC, datetime, timedelta

import pytest

from coagent.domain.batch import Source
from coagent.domain.rejected import Skipped
from coagent.domain.request import Request
from coagent.ingest.options import DecodeOptions
from coagent.ingest.repeated_calls import RepeatedCalls
from coagent.steps.ingest import IngestStep

from .otlp_messages import TRACE_ID, json_, span

ONE, TWO = Source("c", "otlp_spans", 0), Source("c", "otlp_spans", 1)
BEGAN = datetime(2026, 7, 1, 12, tzinfo=UTC)
NOW_S = 1_782_950_000.0
SPAN = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.id": "chatcmpl-4",
}


def call(answer="chatcmpl-4", after_s=0.0, duration_s=2.0, trace=TRACE_ID):
    time = BEGAN + timedelta(seconds=after_s)
    answer = f"{trace}/{answer}" if trace else answer
    return Request(time=time, provider="openai", request_model="m", duration_s=duration_s, response_id=answer)


def repeats(calls, outcomes, source=ONE, offset=0):
    return [isinstance(outcome, Skipped) for outcome in calls.skipped(outcomes, source, offset)]


def test_the_first_report_counts_and_later_ones_do_not():
    calls = RepeatedCalls()
    assert repeats(calls, [call(), call("chatcmpl-5")]) == [False, False]
    assert repeats(calls, [call("chatcmpl-6"), call(after_s=0.5, duration_s=1.0)], TWO) == [False, True]
    assert calls.skipped([call()], TWO, 9) == [Skipped(reason="repeated_call", index=0)]


def test_a_message_that_is_read_again_keeps_its_rows():
    calls = RepeatedCalls()
    assert repeats(calls, [call()], ONE, 10) == [False]
    assert repeats(calls, [call()], ONE, 11) == [True]
    assert repeats(calls, [call()], ONE, 10) == [False]
    assert repeats(calls, [call()], ONE, 11) == [True]


def test_a_source_that_is_no_longer_read_here_hides_nothing():
    calls = RepeatedCalls()
    assert repeats(calls, [call()], ONE, 10) == [False]
    calls.forget(ONE)
    assert repeats(calls, [call()], TWO, 3) == [False]


@pytest.mark.parametrize("other", [call(after_s=10.0), call(trace="0" * 32), call("chatcmpl-5")])
def test_what_does_not_overlap_or_is_of_another_trace_or_answer_is_another_call(other):
    calls = RepeatedCalls()
    assert repeats(calls, [call()]) == [False]
    assert repeats(calls, [other], ONE, 1) == [False]


def test_answers_without_a_trace_are_never_compared():
    calls = RepeatedCalls()
    assert repeats(calls, [call(trace=""), call(trace="")]) == [False, False]


def test_the_window_is_bounded():
    calls = RepeatedCalls(window=4)
    for number in range(6):
        assert repeats(calls, [call(f"a{number}")], ONE, number) == [False]
    assert repeats(calls, [call("a5")], ONE, 100) == [True]
    assert repeats(calls, [call("a0")], ONE, 101) == [False]


def step():
    return IngestStep(
        options=DecodeOptions(), prices=None, flush_rows=100, flush_age_s=60, max_rows=1000, max_segments=10
    )


def rows(ingest):
    return [(batch.source, batch.rows) for batch in ingest.take(NOW_S, everything=True)]


def test_a_step_counts_a_call_once_over_messages_and_again_where_they_are_read_again():
    ingest, framework = step(), json_([span(SPAN, span_id="1" * 16)])
    client = json_([span(SPAN, span_id="2" * 16, parent="1" * 16, after_nano=10**7, duration_nano=10**9)])
    ingest.feed(ONE, [(0, client), (1, framework)], NOW_S)
    assert (ingest.counts.accepted, ingest.counts.skipped["repeated_call"]) == (1, 1)
    ingest.feed(ONE, [(0, client), (1, framework)], NOW_S)
    assert rows(ingest) == [(ONE, 1)]


def test_a_revoked_partition_takes_no_row_of_another_with_it():
    ingest, message = step(), json_([span(SPAN)])
    ingest.feed(ONE, [(5, message)], NOW_S)
    ingest.forget(ONE)
    ingest.feed(TWO, [(7, message)], NOW_S)
    assert rows(ingest) == [(TWO, 1)]


def test_a_report_of_a_call_that_was_committed_stays_a_repetition_when_its_source_goes_back():
    ingest, message = step(), json_([span(SPAN)])
    ingest.feed(ONE, [(3, message), (6, message)], NOW_S)
    assert rows(ingest) == [(ONE, 1)]
    ingest.feed(ONE, [(5, b"{}"), (6, message)], NOW_S)
    assert rows(ingest) == []
