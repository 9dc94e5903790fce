from itertools import islice

import pytest

from coagent.bench.intake.litellm_messages import litellm_messages
from coagent.bench.intake.measurement import Measurement
from coagent.bench.intake.otlp_messages import SPANS, otlp_messages
from coagent.bench.intake.run import KINDS, Intake
from coagent.bench.intake.traffic import canonical_records
from coagent.bench.intake.view import intake_figures
from coagent.bench.intake.workload import _canonical_messages
from coagent.domain.rejected import Noted
from coagent.domain.request import Request
from coagent.ingest.columns.canonical_chunk import read_chunk
from coagent.ingest.formats.decoders import decode
from coagent.ingest.options import DecodeOptions

RECORDS = 250
SAME = (
    *("provider", "request_model", "response_model", "operation", "stream", "temperature", "max_tokens"),
    *("input_tokens", "output_tokens", "cached_input_tokens", "finish_reason", "status", "cost_usd"),
)


def test_the_same_seed_makes_the_same_requests_in_many_segments():
    records = list(canonical_records(RECORDS))
    assert records == list(canonical_records(RECORDS))
    assert 24 == len({(record["provider"], record["request_model"], record["task"]) for record in records})


@pytest.mark.parametrize("messages", [_canonical_messages, litellm_messages, otlp_messages])
def test_every_format_says_the_same_of_each_request(messages):
    options = DecodeOptions(task_attribute="task")
    outcomes = [outcome for message in messages(canonical_records(RECORDS)) for outcome in decode(message, options)]
    requests = [outcome for outcome in outcomes if isinstance(outcome, Request)]
    assert all(isinstance(outcome, Request | Noted) for outcome in outcomes)
    expected = [tuple(record[name] for name in SAME) for record in canonical_records(RECORDS)]
    assert expected == [tuple(getattr(request, name) for name in SAME) for request in requests]


def test_canonical_messages_take_the_quick_way():
    messages = list(_canonical_messages(canonical_records(RECORDS)))
    table, left = read_chunk(list(enumerate(messages)), DecodeOptions())
    assert (RECORDS, 0) == (len(table), len(left))


def test_an_otlp_message_holds_a_batch_of_spans():
    [first] = islice(otlp_messages(canonical_records(RECORDS)), 1)
    outcomes = decode(first, DecodeOptions())
    assert SPANS == len([outcome for outcome in outcomes if isinstance(outcome, Request)])


def test_figures_have_rates_and_what_they_are_of_ceiling_and_baseline():
    rates = {"ceiling": 400, "baseline_faust": 10, "coagent_canonical": 160, "coagent_litellm": 20, "coagent_otlp": 30}
    measurements = {name: Measurement(records=rates[name], seconds=1.0, cpu_s=0.5) for name in KINDS}
    figures = intake_figures(Intake("test", 0.0, measurements, {}))
    assert rates == {name: found["records_per_s"] for name, found in figures.items()}
    canonical = figures["coagent_canonical"]
    assert (0.4, 16.0, 320) == (canonical["of_ceiling"], canonical["times_baseline"], canonical["records_per_cpu_s"])
