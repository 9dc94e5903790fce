"""The review queue for people."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import count, figure, moment, percent
from coagent.entrypoints.terminal.wording import plain


def review_table(rows: Sequence[dict[str, Any]]) -> Table:
    """A line a request, in the order to look at them; unknowns are dashes."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Day", "Reason", "Request", "Model", "Task"):
        table.add_column(name, overflow="fold")
    for name in ("Cost", "Score", "Looks"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            f"{row['day']:%m-%d}",
            row["reason"].replace("_", " "),
            _request(row),
            Text(plain(f"{row['provider']}/{row['request_model']}" if row["provider"] else "-")),
            Text(plain(row["task"] or "-")),
            figure(row["cost_usd"], "USD"),
            "-" if row["quality_score"] is None else f"{row['quality_score']:.2f}",
            f"{row['successes'] + row['failures'] + row['unsure']}/{row['looks']}",
        )
    return table


def _request(row: dict[str, Any]) -> Text:
    """Its id, and on the next line where its content lives."""
    text = Text(plain(row["request_id"], 512))
    return text if row["link"] is None else text.append("\n").append(plain(row["link"], 2048), "dim")


def quality_line(known: dict[str, Any]) -> str:
    """The newest day's success rate."""
    day, asked = moment(known["day"]), f"{count(known['labelled'])} of {count(known['drawn'])} drawn requests labelled"
    if known["success_rate"] is None:
        return f"Success rate of {day}: not known yet, {asked}."
    limits = f"{percent(known['low'])} to {percent(known['high'])}"
    rate = percent(known["success_rate"])
    return f"Success rate of {day}: {rate}, 95 % interval {limits}; {asked}, of {count(known['requests'])}."
