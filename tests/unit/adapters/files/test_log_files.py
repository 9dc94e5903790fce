import gzip
import io

import pytest
import zstandard

from coagent.adapters.files import LogFiles, bounds, log_files, one_file
from coagent.domain.errors import Fatal

LINES = b'{"a": 1}\n\n  \n{"a": 2}\r\n{"a": 3}'
GZIPPED = gzip.compress(LINES, mtime=0)  # names of tests hold it: the same in each process
RECORDS = [(b'{"a": 1}', 1), (b'{"a": 2}', 4), (b'{"a": 3}', 5)]


def written(path, data):
    path.write_bytes(data)
    return str(path)


def read(*paths, **options):
    return [(record.value, record.place) for record in LogFiles(paths, **options).records()]


def placed(path):
    return [(value, f"{path}:{number}") for value, number in RECORDS]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plain.jsonl", LINES),
        ("log.jsonl.gz", GZIPPED),
        ("log.jsonl.zst", zstandard.compress(LINES)),
        ("unnamed-gzip", GZIPPED),
        ("unnamed-zstd", zstandard.compress(LINES)),
        ("members.gz", gzip.compress(LINES[:20], mtime=0) + gzip.compress(LINES[20:], mtime=0)),
        ("frames.zst", zstandard.compress(LINES[:20]) + zstandard.compress(LINES[20:])),
    ],
)
def test_lines_with_their_places_whatever_the_compression(tmp_path, name, data):
    path = written(tmp_path / name, data)
    assert read(path) == placed(path)


def test_files_in_the_order_named(tmp_path):
    first, second = written(tmp_path / "b", LINES), written(tmp_path / "a.gz", GZIPPED)
    assert read(first, second) == placed(first) + placed(second)


def test_an_empty_file_among_others_is_fine(tmp_path):
    path = written(tmp_path / "b", LINES)
    assert read(written(tmp_path / "empty", b""), path) == placed(path)


@pytest.mark.parametrize("data", [LINES, GZIPPED])
def test_standard_input(tmp_path, monkeypatch, data):
    (tmp_path / "in").write_bytes(data)
    with (tmp_path / "in").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert LogFiles(["-"]).size() is None
        assert read("-") == placed("-")


def test_progress_ends_at_the_size(tmp_path, monkeypatch):
    monkeypatch.setattr(log_files, "PROGRESS_RECORDS", 2)
    paths = [written(tmp_path / "a.gz", GZIPPED), written(tmp_path / "b", LINES)]
    reported = []
    read(*paths, on_progress=reported.append)
    assert reported == sorted(reported)
    assert reported[-1] == LogFiles(paths).size()


def test_a_line_without_end_is_handed_on_cut_and_the_next_one_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_RECORD_BYTES", 10)
    path = written(tmp_path / "a", b"x" * 1000 + b"\n" + b"y" * 10 + b"\nz\n")
    assert read(path) == [(b"x" * 11, f"{path}:1"), (b"y" * 10, f"{path}:2"), (b"z", f"{path}:3")]


def test_compression_of_many_chunks(tmp_path):
    lines = b"".join(b'{"number": %d}\n' % number for number in range(200_000))
    path = written(tmp_path / "a.zst", zstandard.compress(lines))
    assert [value for value, _ in read(path)] == lines.splitlines()


def fatal(*paths):
    with pytest.raises(Fatal) as caught:
        read(*paths)
    return str(caught.value)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", [lambda data: data[:-9], lambda data: data[:40] + b"\0" * 40 + data[80:]])
def test_damaged_compression_names_the_file_and_what_to_do(tmp_path, suffix, damage):
    lines = b"".join(b'{"number": %d}\n' % (number * 7919 % 104_729) for number in range(3000))
    whole = gzip.compress(lines) if suffix == ".gz" else zstandard.ZstdCompressor(write_checksum=True).compress(lines)
    path = written(tmp_path / f"a{suffix}", damage(whole))
    text = fatal(path)
    assert text.startswith(f"{path}: damaged after line ")
    assert "again" in text


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_name_that_promises_compression_is_believed(tmp_path, suffix):
    assert "damaged after line 0" in fatal(written(tmp_path / f"a{suffix}", LINES))


def test_missing_and_empty_say_what_to_do(tmp_path):
    path = written(tmp_path / "a", LINES)
    assert "no such file" in fatal(path, tmp_path / "missing.jsonl")
    assert "no file matches" in fatal(path, tmp_path / "*.jsonl")
    (tmp_path / "folder").mkdir()
    assert "no file in this folder" in fatal(tmp_path / "folder")
    assert "no records" in fatal(written(tmp_path / "empty", b"\n \n"))
    assert "Name one or more log files" in fatal()


def test_nothing_is_read_before_all_paths_are_checked(tmp_path):
    records = LogFiles([written(tmp_path / "a", LINES), tmp_path / "missing"]).records()
    with pytest.raises(Fatal):
        next(records)


def test_a_read_error_is_reported(tmp_path, monkeypatch):
    class Failing(io.BytesIO):
        def read(self, *_):
            raise OSError(5, "Input/output error")

    path = written(tmp_path / "a", LINES)
    monkeypatch.setattr(one_file, "opened", lambda _: Failing())
    assert fatal(path) == f"{path}: Input/output error, after line 0. Check the file and its rights."


def test_a_path_that_cannot_be_looked_at_is_reported(tmp_path):
    long = tmp_path / ("x" * 300)
    assert fatal(long) == f"{long}: File name too long. Check the path and its rights."
    assert "null byte" in fatal(f"{tmp_path}/a\0b")


def test_standard_input_that_is_closed_is_reported(monkeypatch):
    monkeypatch.setattr(one_file.sys, "stdin", None)
    assert fatal("-").startswith("-: standard input is closed.")
