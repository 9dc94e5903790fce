"""What a file is written in is decided by what is in it."""

import json
import struct

import pytest
import zstandard

from coagent.adapters.files import LogFiles, messages
from coagent.adapters.files.kinds import kind_of
from coagent.adapters.files.unread import Unread
from coagent.domain.errors import Fatal
from coagent.domain.rejected import Rejected, Skipped
from tests.unit.ingest.otlp_messages import proto, span


def written(path, data):
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(data)
    return str(path)


def read(*paths):
    return [(record.value, record.place) for record in LogFiles(paths).records()]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b'{"a": 1}\n{"a": 2}\n', "lines"),
        (b'\n\n{"a": 1}\n', "lines"),
        (b'{broken\n{"a": 2}\n', "lines"),
        (b'{"cut": 1\n{"a": 2}\n', "lines"),
        (b'{"a": 1}', "lines"),
        (b"nonsense\n", "lines"),
        (b'{"a": "' + b"x" * 200_000, "lines"),
        (b'{"resourceSpans": [{"resource": {}}]}\n', "lines"),
        (b'{\n  "a": 1\n}\n', "json"),
        (b'{\n  "messages": [\n    {"a": 1}\n  ]\n}\n', "json"),
        (b'[{"a": 1}]', "json"),
        (b'{"a": 1}{"a": 2}', "json"),
        (b'{"data": [{"a": 1}], "meta": {}}', "json"),
        (b"model,input_tokens,output_tokens\n", "csv"),
        (b"request_model;time;provider\r\n", "csv"),
        (b"2026-06-01, started, the model\n", "lines"),
        (b'data: {"a": 1}\n\ndata: [DONE]\n', "events"),
        (b': wait\n\nevent: message_start\ndata: {"a": 1}\n\n', "events"),
        (b"data: of June\n", "lines"),
    ],
)
def test_texts(data, kind):
    assert kind_of(data[: 1 << 17], len(data) < 1 << 17, "log") == kind


def test_names_decide_for_tables_only():
    assert kind_of(b"a,b\n", True, "x.csv") == "csv"
    assert kind_of(b'[{"a": 1}]', True, "x.jsonl") == "json"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"PK\x03\x04rest", "zip"),
        (b"SQLite format 3\x00", "sqlite"),
        (b"\xff\xfe{\x00", "utf16"),
        (b"\x00" * 257 + b"ustar", "tar"),
    ],
)
def test_what_is_not_read_says_so(tmp_path, data, kind):
    with pytest.raises(Unread) as caught:
        kind_of(data, True, "x")
    assert caught.value.kind == kind
    with pytest.raises(Fatal, match=r"is .+, which is not read: \w+"):
        read(written(tmp_path / "x", data))


def test_a_folder_is_read_by_name_and_what_is_not_read_of_it_is_named(tmp_path):
    log = written(tmp_path / "b" / "log.jsonl", b'{"a": 1}\n')
    first = written(tmp_path / "a.json", b'[{"a": 2}]')
    book = written(tmp_path / "c.log", b"PK\x03\x04")
    notes = written(tmp_path / "notes.md", b"# nothing")
    written(tmp_path / ".hidden" / "x.jsonl", b"{}")
    found = [(record.value, record.place, record.outcome) for record in LogFiles([tmp_path]).records()]
    assert found == [
        (b'{"a": 2}', f"{first}#1", None),
        (b'{"a": 1}', f"{log}:1", None),
        (b"", book, Skipped(reason="file_not_read:zip")),
        (b"", notes, Skipped(reason="file_not_read:name")),
    ]
    assert LogFiles([tmp_path]).size() == 9 + 10 + 4 + 9


def test_a_pattern(tmp_path):
    for name in ("2.jsonl", "1.jsonl", "3.txt"):
        written(tmp_path / name, b'{"a": 1}\n')
    assert [place for _, place in read(tmp_path / "*.jsonl")] == [f"{tmp_path}/1.jsonl:1", f"{tmp_path}/2.jsonl:1"]


def test_a_byte_order_mark_is_no_part_of_the_first_record(tmp_path):
    assert read(written(tmp_path / "a", b'\xef\xbb\xbf{"a": 1}\n'))[0][0] == b'{"a": 1}'


def uint32(*parts):
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def varint(*parts):
    return b"".join((b"%c" % len(p) if len(p) < 128 else bytes([len(p) & 127 | 128, len(p) >> 7])) + p for p in parts)


ONE, TWO = proto([span({"a": "one"})], {"r": "1"}), proto([span({"b": "two" * 40})])
LINE = json.dumps({"resourceSpans": []}).encode()


@pytest.mark.parametrize(
    ("data", "records"),
    [
        (uint32(ONE, TWO), [ONE, TWO]),
        (uint32(zstandard.compress(ONE), zstandard.compress(TWO)), [ONE, TWO]),
        (uint32(LINE, LINE), [LINE, LINE]),
        (zstandard.compress(uint32(ONE, TWO)), [ONE, TWO]),
        (varint(ONE, TWO), [ONE, TWO]),
        (TWO, [TWO]),
        (ONE + TWO, [ONE + TWO]),
        (uint32(ONE, TWO)[:-5], [ONE, TWO[:-5]]),
    ],
)
def test_export_requests_behind_their_length_or_alone(tmp_path, data, records):
    path = written(tmp_path / "spans.pb", data)
    assert read(path) == [(record, f"{path}#{number}") for number, record in enumerate(records, 1)]


def test_a_long_request_alone_is_cut_between_its_resource_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(messages, "_GROUPS_BYTES", len(ONE))
    assert [value for value, _ in read(written(tmp_path / "a", ONE + ONE + TWO))] == [ONE, ONE, TWO]


def test_a_damaged_message_is_handed_on_as_it_is(tmp_path):
    broken = zstandard.compress(ONE)[:-3]
    assert [value for value, _ in read(written(tmp_path / "a", uint32(broken, ONE)))] == [broken, ONE]


CSV = (
    "\ufefftime,provider,request_model,input_tokens,usage,note,empty\r\n"
    '1780300800,openai,gpt-4o,1000,"{""input"": 3}","two\r\nlines",\r\n'
    "\r\n"
    "2026-06-01 08:00:00,openai,007,nan,{'a': None},,\r\n"
)


def rows(path):
    return [(json.loads(value), place.rpartition(":")[2]) for value, place in read(path)]


FIRST = {
    "time": 1780300800,
    "provider": "openai",
    "request_model": "gpt-4o",
    "input_tokens": 1000,
    "usage": {"input": 3},
    "note": "two\r\nlines",
}
SECOND = {"time": "2026-06-01T08:00:00Z", "provider": "openai", "request_model": "007", "usage": {"a": None}}


def test_a_table_with_a_header(tmp_path):
    assert rows(written(tmp_path / "a.csv", CSV.encode())) == [(FIRST, "2"), (SECOND, "5")]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters(tmp_path, delimiter):
    path = written(tmp_path / "a.csv", delimiter.join(["model", "gen_ai.usage.input_tokens"]).encode() + b"\n")
    written(tmp_path / "a.csv", (tmp_path / "a.csv").read_bytes() + delimiter.join(["gpt-4o", "12"]).encode())
    assert rows(path) == [({"model": "gpt-4o", "gen_ai.usage.input_tokens": "12"}, "2")]


def test_a_row_with_more_cells_than_names_is_rejected_and_bytes_that_are_no_utf_8_stay_so(tmp_path):
    path = written(tmp_path / "a.csv", b"model,team\na,b,c\nx,caf\xe9\ny,z\n")
    first, second, third = LogFiles([path]).records()
    assert isinstance(first.outcome, Rejected)
    assert (first.outcome.reason, first.place) == ("invalid_csv", f"{path}:2")
    assert b"\xe9" in second.value
    assert json.loads(third.value) == {"model": "y", "team": "z"}


def test_a_cell_longer_than_the_csv_modules_bound(tmp_path):
    assert rows(written(tmp_path / "a.csv", b"model,x\na," + b"y" * 200_000))[0][0]["x"] == "y" * 200_000


def test_parquet_row_by_row(tmp_path):
    arrow = pytest.importorskip("pyarrow", reason="pyarrow is not installed (coagent[parquet])")
    from pyarrow import parquet  # noqa: PLC0415

    table = arrow.table(
        {
            "time": arrow.array([1780300800_123456789, None], arrow.timestamp("ns")),
            "model": ["gpt-4o", "b"],
            "usage": [{"input": 3}, None],
            "cost": [0.5, float("nan")],
            "text": arrow.array([b"bytes", None], arrow.binary()),
        }
    )
    path = str(tmp_path / "a.parquet")
    parquet.write_table(table, path)
    first, second = [(json.loads(value), place) for value, place in read(path)]
    assert first == (
        {
            "time": "2026-06-01T08:00:00.123456Z",
            "model": "gpt-4o",
            "usage": {"input": 3},
            "cost": 0.5,
            "text": "bytes",
        },
        f"{path}#1",
    )
    assert second[0]["model"] == "b"


def test_parquet_without_its_library_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(Fatal, match=r"pip install 'coagent-watch\[parquet\]'"):
        read(written(tmp_path / "a.parquet", b"PAR1rest"))


def test_the_data_of_server_sent_events_is_read_and_nothing_else_of_them(tmp_path):
    text = b': wait\n\nevent: first\ndata: {"a": 1}\n\nevent: last\r\ndata:{"b": 2}\r\n\ndata: [DONE]\n\n'
    path = written(tmp_path / "stream.txt", text)
    assert read(path) == [(b'{"a": 1}', f"{path}:4"), (b'{"b": 2}', f"{path}:7")]
