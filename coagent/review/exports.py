"""The queue for tools that people label in, and what they agreed on for a fine-tuning set: ids and figures only."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

Row = Mapping[str, Any]
"""A row of insights.review_queue."""

CSV_COLUMNS = (
    *("day", "place", "looks", "reason", "request_id", "link", "provider", "request_model", "task", "tenant"),
    *("time", "cost_usd", "quality_score", "mean_logprob", "inclusion_probability"),
)
FILLED_IN = ("verdict", "tags", "by", "at")
"""Empty columns, which `coagent review label --file` reads when somebody has filled them in."""
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a text that begins so for a formula."""


def csv_text(rows: Iterable[Row]) -> str:
    """A header, and a line a request; times in ISO 8601, unknowns empty. A text that a spreadsheet would run as a
    formula begins with an apostrophe, which is read away again.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*CSV_COLUMNS, *FILLED_IN])
    writer.writerows([*(_cell(row[name]) for name in CSV_COLUMNS), *("" for _ in FILLED_IN)] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    if isinstance(value, str):
        return f"'{value}" if value.startswith((*DANGEROUS, "'")) else value
    return str(value)


def label_studio(rows: Iterable[Row]) -> str:
    """Tasks as Label Studio imports them: a JSON array of `{"data": {…}}`. Its labelling interface needs a Choices tag
    named `verdict`, see docs/prove.md. Source: labelstud.io/guide/tasks.
    """
    tasks = [{"data": {name: _json(row[name]) for name in CSV_COLUMNS}} for row in rows]
    return msgspec.json.format(msgspec.json.encode(tasks), indent=1).decode() + "\n"


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def agreed_ids(rows: Sequence[Row], verdict: str) -> str:
    """JSON lines of the requests that somebody gave this verdict and nobody the other; each once."""
    wanted, other = ("successes", "failures") if verdict == "success" else ("failures", "successes")
    agreed = {row["request_id"]: row["link"] for row in rows if row[wanted] and not row[other]}
    lines = [msgspec.json.encode({"request_id": name, "link": link}).decode() for name, link in agreed.items()]
    return "".join(f"{line}\n" for line in lines)
