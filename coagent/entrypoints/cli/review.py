"""`coagent review`."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import msgspec
import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.domain.label import Label, Said, UserReport
from coagent.domain.review import VERDICTS
from coagent.entrypoints.control.user import By, user
from coagent.entrypoints.terminal.answer_table import json_rows
from coagent.entrypoints.terminal.review_table import quality_line, review_table
from coagent.settings import Settings

review = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Requests that people should look at, and what they say of them."
)
LIST = (
    "SELECT {columns} FROM review_queue WHERE day > (SELECT max(day) FROM review_queue) - interval '{days} days' "
    "AND (NOT reviewed OR {all}) ORDER BY day DESC, place"
)
COLUMNS = (
    *("day", "place", "looks", "reason", "request_id", "link", "provider", "request_model", "task", "tenant", "time"),
    *("cost_usd", "quality_score", "mean_logprob", "inclusion_probability", "successes", "failures", "unsure"),
)
QUALITY = (
    "SELECT day, success_rate, low, high, labelled, drawn, requests FROM quality WHERE scope = 'fleet' "
    "ORDER BY day DESC LIMIT 1"
)
Days = Annotated[int, typer.Option(help="The newest so many days.", min=1, max=3660)]
RequestId = Annotated[str, typer.Argument(help="The request's id, as `coagent review list` shows it.")]


class Format(StrEnum):
    """What an export is for."""

    CSV = "csv"
    LABEL_STUDIO = "label-studio"
    SUCCESSES = "successes"
    FAILURES = "failures"


@review.command("list")
def list_queue(
    *,
    days: Days = 1,
    everything: Annotated[bool, typer.Option("--all", help="Those that are reviewed, too.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print rows as JSON, one a line.")] = False,
) -> None:
    """Requests to look at, the newest day first, and the success rate so far."""
    rows = _queue(days, everything=everything)
    if json:
        for line in json_rows(COLUMNS, [[row[name] for name in COLUMNS] for row in rows]):
            typer.echo(line)
        return
    console = Console(highlight=False)
    console.print(review_table(rows) if rows else _nothing())
    known = _ask(QUALITY)
    if known:
        console.print(quality_line(known[0]))


@review.command()
def label(
    request_id: Annotated[str | None, typer.Argument(help="The request's id.")] = None,
    verdict: Annotated[str | None, typer.Argument(help=f"{', '.join(VERDICTS)}.")] = None,
    *,
    tag: Annotated[list[str] | None, typer.Option(help="What was wrong, such as wrong-language; repeatable.")] = None,
    file: Annotated[Path | None, typer.Option(help="Many: a filled-in CSV export, or Label Studio's JSON.")] = None,
    by: By = None,
) -> None:
    """Say whether a request succeeded; said again by the same person, the newest counts."""
    if file is not None:
        _send(_from_file(file, by or user()))
    elif request_id is None or verdict is None:
        raise Fatal("name a request and a verdict (success, failure or unsure), or a file with --file")
    else:
        _send([_checked({"kind": "label", "verdict": verdict, "tags": tag or []}, request_id, by)])


@review.command()
def report(request_id: RequestId, *, by: By = None) -> None:
    """A user was not content with a request: put it in the next queue."""
    _send([_checked({"kind": "report"}, request_id, by)])


@review.command()
def export(
    *,
    form: Annotated[
        Format, typer.Option("--format", help="csv and label-studio: the queue; successes, failures: agreed ids.")
    ] = Format.CSV,
    days: Days = 1,
    everything: Annotated[bool, typer.Option("--all", help="Those that are reviewed, too.")] = False,
    output: Annotated[Path | None, typer.Option(help="File to write; else standard output.")] = None,
) -> None:
    """The queue for the tool that people label in, or ids of what they agreed on for a fine-tuning set; no content."""
    from coagent.review.exports import agreed_ids, csv_text, label_studio  # noqa: PLC0415

    is_agreed = form in {Format.SUCCESSES, Format.FAILURES}
    rows = _queue(days, everything=everything or is_agreed)
    if is_agreed:
        text = agreed_ids(rows, "success" if form is Format.SUCCESSES else "failure")
    else:
        text = csv_text(rows) if form is Format.CSV else label_studio(rows)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")


def _queue(days: int, *, everything: bool) -> list[dict[str, Any]]:
    return _ask(LIST.format(columns=", ".join(COLUMNS), days=days, all=everything))


def _ask(query: str) -> list[dict[str, Any]]:
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load

    answer = sql_reader(Settings()).ask(query)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def _nothing() -> str:
    return (
        "Nothing to review. A day's requests are drawn once, 15 minutes after its end (UTC); `--all` and `--days 7` "
        "show what is reviewed."
    )


def _from_file(file: Path, by: str) -> list[Label]:
    from coagent.review.imports import labels_of  # noqa: PLC0415

    try:
        text, changed = file.read_text(encoding="utf-8-sig"), datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except (OSError, UnicodeDecodeError) as error:
        raise Fatal(f"{file}: {error}. Name a file that exists") from error
    try:
        return labels_of(text, by, changed)
    except Fatal as wrong:
        raise Fatal(f"{file}: {wrong}") from wrong


def _checked(said: dict[str, Any], request_id: str, by: str | None) -> Said:
    who = {"id": uuid4().hex, "at": datetime.now(UTC), "by": by or user(), "request_id": request_id}
    try:
        return msgspec.convert(said | who, Label | UserReport)
    except msgspec.ValidationError as wrong:
        raise Fatal(f"{wrong}; verdicts are {', '.join(VERDICTS)}, a tag is short: a-z, 0-9, - and _") from wrong


def _send(said: list[Said] | list[Label]) -> None:
    from coagent.bootstrap.review import labels_topic  # noqa: PLC0415

    if not said:
        raise Fatal("the file holds no label: fill in its column verdict")
    labels_topic(Settings()).say(said)
    typer.echo(f"{len(said)} sent by {', '.join(sorted({one.by for one in said}))}; insights.review_labels shows them")
