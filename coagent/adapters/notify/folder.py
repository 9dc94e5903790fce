"""Channel `folder`: one Markdown file a conversation, to read, to grep, or to commit."""

import asyncio
import os
import re
from pathlib import Path

from coagent.adapters.notify.notice import notice_of
from coagent.deliver import issue_markdown
from coagent.deliver.neutral import markdown
from coagent.domain.errors import Transient
from coagent.domain.insight import OutboxMessage
from coagent.domain.notice import Notice

HISTORY = "## History"
HISTORY_CHARS = 200_000


class FolderNotifier:
    """The file shows the conversation as it is now; what was new stands below it, oldest first."""

    channel = "folder"
    at_once = 1
    pace_s = 0.0

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: OutboxMessage) -> None:
        """Raises Transient where the folder cannot be written."""
        notice = notice_of(message)
        folder = Path(message.target) if message.target else self._folder
        try:
            await asyncio.to_thread(_write, folder, notice)
        except OSError as error:
            raise Transient(f"channel folder: {error}: make {folder} writable") from error


def file_of(folder: Path, conversation: str) -> Path:
    """Where a conversation's file is."""
    return folder / f"{re.sub(r'[^A-Za-z0-9_-]', '-', conversation)[:100]}.md"


def _write(folder: Path, notice: Notice) -> None:
    """Whole or not at all; written twice, it is the same."""
    folder.mkdir(parents=True, exist_ok=True)
    path = file_of(folder, notice.conversation)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    past = before.partition(f"\n{HISTORY}\n\n")[2][:HISTORY_CHARS].rstrip("\n")
    entry = issue_markdown.comment(notice)
    known = issue_markdown.marker(notice.conversation, notice.revision) in past
    history = past if known or notice.is_silent else "\n\n".join(part for part in (past, entry) if part)
    body = issue_markdown.body(notice, issue_markdown.commands(notice))
    text = f"# {markdown(notice.title)}\n\n{body}\n\n{HISTORY}\n\n{history}\n"
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
