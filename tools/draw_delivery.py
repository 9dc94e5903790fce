"""Draws docs/slack.svg and docs/issue.svg from the recording that ships: what people see of its shift."""

import io
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console, RenderableType
from rich.markdown import Markdown
from rich.panel import Panel
from rich.terminal_theme import DEFAULT_TERMINAL_THEME
from rich.theme import Theme

from coagent.adapters.files import LogFiles
from coagent.bootstrap.detection import confirm_step, streams_in_memory
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.bootstrap.prices import DatedPrices
from coagent.deliver import issue_markdown
from coagent.deliver.notices import finding
from coagent.deliver.slack_message import root
from coagent.domain.candidate import Candidate
from coagent.domain.shift import Shift
from coagent.entrypoints.terminal.slack_preview import slack_preview
from coagent.narrate.insights import plain_insight
from coagent.settings import Settings
from coagent.steps.analyze import analyze
from coagent.steps.confirm import Confirmed, ConfirmStep

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "coagent" / "samples" / "quantized_swap.jsonl.gz"
WIDTH = 96
LIGHT = Theme({"markdown.code": "red on grey93", "markdown.table.border": "dim", "markdown.table.header": "dim"})


class Watched:
    """A confirm step whose paging shifts are kept."""

    def __init__(self, step: ConfirmStep) -> None:
        self.step, self.paged = step, list[Shift]()

    def __call__(self, state: bytes | None, candidate: Candidate) -> Confirmed:
        confirmed = self.step(state, candidate)
        self.paged += [shift for shift in confirmed.shifts if shift.page]
        return confirmed


def draw(name: str, shown: RenderableType) -> None:
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, theme=LIGHT)
    console.print(shown)
    drawn = console.export_svg(title="", theme=DEFAULT_TERMINAL_THEME)
    plain = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # no font from a foreign server
    (ROOT / "docs" / name).write_text(plain.replace("Fira Code, monospace", "monospace"), encoding="utf-8")


def main() -> None:
    settings = Settings()
    watched = Watched(confirm_step(settings))
    ingest, streams = analysis_ingest_step(settings), streams_in_memory(settings)
    prices, log = DatedPrices(settings)(datetime.now(UTC).date()), LogFiles([str(SAMPLE)])
    analyze(log, ingest=ingest, streams=streams, confirm=watched, prices=prices, at_s=time.time())
    shift = watched.paged[0]
    insight = plain_insight(shift, 1, shift.raised.time)
    notice = finding(insight, "opened", revision=1, at=insight.created_at)
    draw("slack.svg", slack_preview(root(notice), "#llm-alerts"))
    body = issue_markdown.body(notice).rpartition("<!--")[0]
    draw("issue.svg", Panel(Markdown(body), title=issue_markdown.title(notice), title_align="left"))


main()
