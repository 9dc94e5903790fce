"""`coagent deadletter list|show|retry`."""

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from coagent.adapters.kafka.dead_letters import DeadLetters, KeptLetter
from coagent.bootstrap.formats import mapped_topics, pinned_topics
from coagent.bootstrap.kafka import dead_letters
from coagent.domain.errors import Fatal
from coagent.domain.rejected import DeadLetter, Origin
from coagent.entrypoints.deadletter.selection import Selection, checked_places
from coagent.entrypoints.deadletter.view import letter_text, newest_rows, rows_view
from coagent.settings import Settings
from coagent.steps.retry import obstacle

deadletter = typer.Typer(
    add_completion=False,
    name="deadletter",
    no_args_is_help=True,
    help="Look at what ingest could not read, and send it again.",
)

Reason = Annotated[str | None, typer.Option(help="Only this reason, such as invalid_json.")]
Topic = Annotated[str | None, typer.Option(help="Only what came from this telemetry topic.")]
OBSTACLES = {
    "no_bytes": "not sent: the letter carries no bytes (an empty message, or one too long to be kept here)",
    "many_requests": "not sent: the message holds many requests, and those accepted then would count twice; "
    "--batches sends it nevertheless",
    "retried": "not sent: it was sent again before",
}


@deadletter.command("list")
def list_(
    reason: Reason = None,
    topic: Topic = None,
    limit: Annotated[int, typer.Option(help="Maximum to list, newest first kept.", min=1)] = 100,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List dead letters, the newest last; never their bytes."""
    rows, found = newest_rows(_selected(Selection(reason, topic)), limit)
    if json:
        for row in rows:
            print(msgspec.json.encode(row).decode())
    else:
        Console().print(rows_view(rows) if rows else "no dead letters")
    if found > limit:
        print(f"the newest {limit} of {found}: --limit shows more", file=sys.stderr)


@deadletter.command()
def show(
    place: Annotated[str, typer.Argument(help="topic[partition]@offset, as `list` prints it.")],
    raw: Annotated[
        bool, typer.Option("--raw", help="Write the original bytes to standard output, nothing else.")
    ] = False,
) -> None:
    """Show one rejected message: why, where from, and its original bytes, which may hold content."""
    letters = list(_selected(Selection(places=checked_places([place]))))
    if not letters:
        raise Fatal(f"no dead letter of {place}: `coagent deadletter list` prints the places")
    if raw:
        sys.stdout.buffer.write(letters[0].letter.payload)
        sys.stdout.buffer.flush()
    else:
        print(letter_text(letters))


@deadletter.command()
def retry(
    places: Annotated[list[str] | None, typer.Argument(help="topic[partition]@offset; none: all.")] = None,
    *,
    reason: Reason = None,
    topic: Topic = None,
    yes: Annotated[bool, typer.Option("--yes", help="Needed for more than one message.")] = False,
    batches: Annotated[bool, typer.Option("--batches", help="Messages with many requests too.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what was sent again before.")] = False,
) -> None:
    """Send original bytes to their telemetry topic again, once a message: after a fix, or a setting changed."""
    selection = Selection(reason, topic, checked_places(places or ()))
    settings = Settings()
    book = dead_letters(settings)
    held: Counter[str] = Counter()
    wanted = Counter(
        letter.topic for letter in _sendable(book, settings, selection, held, batches=batches, again=again)
    )
    for why, count in held.items():
        print(f"{count} {OBSTACLES[why]}")
    _print_counts(wanted)
    if wanted.total() > 1 and not yes:
        raise Fatal(f"nothing was sent: say --yes to send {wanted.total()} messages again, or name one place")
    meant = _sendable(book, settings, selection, Counter(), batches=batches, again=again)
    sent = book.send_again(islice(meant, wanted.total()))
    print(f"sent {sent}")


def _print_counts(wanted: Counter[str]) -> None:
    for topic, count in sorted(wanted.items()):
        print(f"{count} to {topic}")


def _selected(selection: Selection) -> Iterator[KeptLetter]:
    return selection.of(dead_letters(Settings()).read())


def _sendable(
    book: DeadLetters, settings: Settings, selection: Selection, held: Counter[str], *, batches: bool, again: bool
) -> Iterator[DeadLetter]:
    """One letter of each message; what is held back is counted by its reason."""
    formats, mappings = pinned_topics(settings), mapped_topics(settings)
    seen: set[Origin] = set()
    for kept in selection.of(book.read()):
        if kept.letter.origin in seen:
            continue
        seen.add(kept.letter.origin)
        why = "retried" if kept.retried and not again else obstacle(kept.letter, formats, mappings)
        if why is None or (why == "many_requests" and batches):
            yield kept.letter
        else:
            held[why] += 1
