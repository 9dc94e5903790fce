from datetime import UTC, datetime

import numpy as np

from coagent.columns import Columns
from coagent.domain.batch import NUMBER_COLUMNS, TEXT_COLUMNS, Source
from coagent.domain.request import Request
from coagent.domain.segment import Segment
from coagent.ingest.columns.columnar import batch_of, number_columns, text_columns
from coagent.ingest.columns.row import row_of
from coagent.ingest.columns.table import table_of
from coagent.ingest.record import Record

SEGMENT = Segment("openai", "gpt-4")
SOURCE = Source("c", "t", 0)


def request(second, **fields):
    time = datetime(2026, 7, 1, 12, 0, second, 250_000, tzinfo=UTC)
    return Request(time=time, provider="openai", request_model="gpt-4", **fields)


def batch(*requests):
    table = table_of([(row_of(one), 10 + place, place) for place, one in enumerate(requests)])
    shares = [(table, np.arange(0, 1)), (table, np.arange(1, len(requests)))]
    return batch_of(SEGMENT, SOURCE, shares, number_columns(shares), text_columns(shares))


def test_a_record_has_the_columns_of_a_batch_and_the_fields_of_a_request():
    fields = Record.__struct_fields__
    stream = Segment.__struct_fields__[:3]
    texts = tuple(name for name in TEXT_COLUMNS if name != "price_version")
    numbers = tuple("time" if name == "time_s" else name for name in NUMBER_COLUMNS if name != "list_cost_usd")
    assert fields == (*stream, *texts, *numbers)
    assert set(fields) == set(Request.__struct_fields__) - {"attributes", "response_id"}


def test_what_is_written_is_read_back():
    columns = Columns(
        batch(
            request(1, output_tokens=5, stream=True, request_id="a", status="ok"),
            request(2, duration_s=0.5, request_id="b", status="ok", finish_reason="stop"),
            request(3, output_tokens=0, stream=False, request_id="c", status="ok"),
        )
    )
    first = datetime(2026, 7, 1, 12, 0, 1, 250_000, tzinfo=UTC).timestamp()
    assert columns.rows == 3
    assert columns.offsets.tolist() == [10, 11, 12]
    assert columns.indexes.tolist() == [0, 1, 2]
    assert columns.number("time_s").tolist() == [first, first + 1, first + 2]
    np.testing.assert_array_equal(columns.number("output_tokens"), [5.0, np.nan, 0.0])
    np.testing.assert_array_equal(columns.number("stream"), [1.0, np.nan, 0.0])
    np.testing.assert_array_equal(columns.number("duration_s"), [np.nan, 0.5, np.nan])
    assert [
        (values, codes.tolist()) for values, codes in map(columns.text, ("request_id", "status", "finish_reason"))
    ] == [
        (["a", "b", "c"], [0, 1, 2]),
        (["ok"], [0, 0, 0]),
        (["stop"], [-1, 0, -1]),
    ]


def test_a_column_in_which_nothing_is_known_is_left_out():
    made = batch(request(1, output_tokens=5), request(2, request_id="a"))
    assert (set(made.numbers), set(made.texts)) == ({"time_s", "output_tokens"}, {"request_id"})
    assert (made.rows, made.first_offset, made.last_offset) == (2, 10, 11)


def test_repeated_values_are_stored_once():
    made = batch(*[request(second, response_model="ab"[second % 2]) for second in range(50)])
    assert made.texts["response_model"].values == ["a", "b"]
    assert Columns(made).text("response_model")[1].tolist() == [0, 1] * 25
