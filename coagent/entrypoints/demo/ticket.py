"""The finding as people meet it: its ticket in a file, its message in Slack."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from coagent.adapters.notify.folder import file_of
from coagent.deliver.notices import finding
from coagent.deliver.slack_message import root
from coagent.domain.insight import Insight
from coagent.entrypoints.stack import Connections
from coagent.entrypoints.terminal.slack_preview import slack_preview


def ticket_file(connections: Connections, insight: Insight) -> Path | None:
    """The finding's Markdown file; None: it is not there yet."""
    folder = connections.settings.delivery.folder
    path = file_of(folder, insight.id) if folder else None
    return path if path and path.exists() else None


def show(console: Console, connections: Connections, insight: Insight) -> None:
    """The Slack message as it would be sent, and where the ticket is."""
    console.rule("[bold]As people meet it")
    notice = finding(insight, "opened", revision=1, at=datetime.now(UTC))
    channel = connections.settings.delivery.slack_channel or "#your-channel"
    console.print(slack_preview(root(notice), channel))
    path = ticket_file(connections, insight)
    if path:
        console.print(f"[bold]ticket[/bold]  {path}", highlight=False, soft_wrap=True)
    if connections.settings.delivery.slack_token is None:
        console.print("Two settings send it to your Slack: see docs/delivery.md", highlight=False)
