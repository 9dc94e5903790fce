"""Whatever a file holds, it is read to its end or refused in words."""

import gzip
import json

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coagent.adapters.files import LogFiles, csv_rows
from coagent.domain.errors import Fatal
from tests.unit.ingest.otlp_messages import json_, proto, span

SPANS = [span({"gen_ai.request.model": "m"}), span({"a": "b" * 300})]
MESSAGE = proto(SPANS)
LINE = b'{"time": 1, "provider": "p", "usage": {"a": "\\u00e9 \\" {"}}'
STARTS = [
    b"",
    LINE + b"\n" + LINE,
    b"[" + LINE + b",\n" + LINE + b"]",
    b'{"data": [' + LINE + b'], "meta": {}}',
    json.dumps(json.loads(LINE), indent=2).encode(),
    json_(SPANS),
    MESSAGE,
    len(MESSAGE).to_bytes(4, "big") + MESSAGE,
    bytes([len(MESSAGE) & 127 | 128, len(MESSAGE) >> 7]) + MESSAGE,
    b'model,"in\nput",usage\na,"1 ""x""","{""b"": 1}"\n',
    b"PAR1",
    gzip.compress(LINE),
    zstandard.compress(LINE),
    b"\xef\xbb\xbf" + LINE,
]


def damaged(start, cut, junk, rest):
    return start[:cut] + junk + start[cut + rest :]


DATA = st.builds(damaged, st.sampled_from(STARTS), st.integers(0, 400), st.binary(max_size=40), st.integers(0, 400))


def read(path):
    """Records and progress, or the words of the refusal."""
    reported = []
    try:
        return list(LogFiles([path], on_progress=reported.append).records()), reported
    except Fatal as refused:
        return str(refused), reported


@pytest.mark.parametrize("name", ["x", "x.jsonl", "x.csv", "x.tsv", "x.parquet", "x.gz", "x.csv.zst"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=DATA)
def test_a_damaged_file_is_read_to_its_end_or_refused_in_words(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    found, reported = read(path)
    if isinstance(found, str):
        assert str(path) in found
        assert len(found.splitlines()) == 1
    else:
        assert len({record.place for record in found}) == len(found)
        assert all(record.place.startswith(str(path)) for record in found)
        assert reported[-1:] == [len(data)]


def test_a_row_longer_than_a_record_may_be_costs_that_row_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "MAX_RECORD_BYTES", 1_000)
    file = tmp_path / "long.csv"
    file.write_text(f"model,task,time\ngpt-4o,{'x' * 5_000},1\ngpt-4o,a,2\n")
    long, short = LogFiles([file]).records()
    assert (long.outcome.reason, long.place) == ("invalid_csv", f"{file}:2")
    assert (short.outcome, short.place) == (None, f"{file}:3")


def test_a_header_without_an_end_is_rejected(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "MAX_RECORD_BYTES", 1_000)
    file = tmp_path / "long.csv"
    file.write_text("x" * 5_000)
    [record] = LogFiles([file]).records()
    assert (record.outcome.reason, record.place) == ("invalid_csv", f"{file}:1")
