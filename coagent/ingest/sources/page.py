"""The table of sources as a page: docs/sources.md, which `tools/write_sources.py` writes and a test compares."""

import json
from collections.abc import Sequence

from coagent.ingest.sources.source import Source

INTRODUCTION = """# Sources

What coagent reads, how to feed it, what is read from where and what is not. `coagent sources` prints the same table.
Every row is held by a test: its sample decodes to what stands below it.

The format of each message is found by its content; `COAGENT_INGEST__FORMATS` pins a topic to one, `--format` a file.
What cannot be read is rejected with a reason and a place, what is no request to a model is skipped, and what is not
read or not believed of an accepted request is noted. All three are counted by reason: on the screen of
`coagent analyze`, in its JSON (`records`), in `coagent doctor` and in the view `insights.intake`.
"""

REPEATED = """
A call that a framework and the client library below it both report counts once: the span that knows more, by trace,
response id, parents, times and tokens within a message, by trace and response id across messages. Across messages one
process compares the last 50,000 calls at least, so keep a trace on one partition: `partition_traces_by_id: true` in the
Collector's Kafka exporter. Calls that are reported on both sides of a restart count twice.
"""

FILES = """
## Files

`coagent analyze PATH…` reads files, folders and patterns, plain or compressed with gzip or Zstandard; `-` is standard
input. What a file is written in is found by its first bytes:

"""

FILE_KINDS: tuple[tuple[str, str, str], ...] = (
    ("JSON lines", "a line", "`file:line`"),
    ("JSON arrays, pretty-printed and concatenated objects", "an element or object", "`file#number`"),
    (
        (
            'pages of an API: `{"data": […], …}`, also `results`, `records`, `items`, `rows`, `logs`, `events`, '
            "`observations`, `generations`, `runs`, `spans`"
        ),
        "an element of the list",
        "`file#number`",
    ),
    ("OTLP in JSON, one export a line or pretty-printed", "an export", "`file:line` or `file#number`"),
    (
        (
            "OTLP in protobuf, behind 4 bytes of length (the Collector's file exporter, format `proto`, messages "
            "compressed or not), behind a varint, or one export alone"
        ),
        "an export",
        "`file#number`",
    ),
    (
        (
            "CSV or TSV with a header: names are keys, empty cells are absent, cells that look like `{…}` or `[…]` are "
            "decoded"
        ),
        "a row",
        "`file:line`",
    ),
    ("Parquet (`pip install 'coagent-watch[parquet]'`)", "a row", "`file#number`"),
)

UNREAD = """
Of a folder, files are read that are called `.json`, `.jsonl`, `.ndjson`, `.log`, `.txt`, `.csv`, `.tsv`, `.parquet`,
`.pb`, `.bin`, `.proto`, `.otlp` or have no suffix; the others are counted as skipped, hidden ones are left out. Not
read, and said so: Excel workbooks, zip and tar archives, SQLite and DuckDB databases, Avro, ORC and Arrow files,
UTF-16 text, and compression by bzip2, xz or LZ4. A time without a zone in CSV or Parquet is UTC.

## Samples

One message of each source, and what it gives.

"""


def page(sources: Sequence[Source]) -> str:
    """The whole text."""
    rows = [(one.name, _formats(one), one.feed, one.reads, one.leaves) for one in sources]
    table = _table(("source", "format", "how to feed it", "what is read", "what is not"), rows)
    kinds = _table(("file", "one record is", "place"), FILE_KINDS)
    samples = "\n".join(_sample(one) for one in sources)
    return f"{INTRODUCTION}\n{table}{REPEATED}{FILES}{kinds}{UNREAD}{samples}"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(_cell(text) for text in line)} |\n" for line in lines)


def _sample(source: Source) -> str:
    given = ", ".join(f"`{name}` {json.dumps(value)}" for name, value in source.gives.items())
    mapping = f"```yaml\n{source.mapping}```\n\n" if source.mapping else ""
    return f"**{source.name}**\n\n```json\n{source.sample.decode()}\n```\n\n{mapping}{given}\n"


def _formats(source: Source) -> str:
    return ", ".join(f"`{name}`" for name in source.formats) or "mapping"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
