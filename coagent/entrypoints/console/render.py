"""Templates: all text is escaped, whatever it says."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from coagent import __version__
from coagent.deliver.rich_text import Block, blocks
from coagent.domain.money import MoneyRange
from coagent.domain.number_format import dollar_range
from coagent.entrypoints.console.cells import UNKNOWN, cell
from coagent.entrypoints.console.page import UNTITLED, Page
from coagent.entrypoints.terminal.wording import plain

LONGEST_TEXT = 2_000
LONGEST_REPORT = 20_000
FOLDER = Path(__file__).parent / "templates"


class Templates:
    """Answers with a template of `templates/`."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(FOLDER),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        menu = [(group, list(pages)) for group, pages in groupby((p for p in pages if p.in_menu), lambda p: p.group)]
        self.environment.globals |= {"menu": menu, "cell": cell, "unknown": UNKNOWN, "version": __version__}
        self.environment.globals |= {"saving": saving, "untitled": UNTITLED}
        self.environment.filters["plain"] = partial(plain, longest=LONGEST_TEXT)
        self.environment.filters["report"] = report

    def answer(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """HTML; `session` is None before a login."""
        known = {"session": getattr(request.state, "session", None), "path": request.scope["path"]}
        return HTMLResponse(self.text(template, known | values), status)

    def text(self, template: str, values: Mapping[str, Any]) -> str:
        return self.environment.get_template(template).render(values)


def report(text: str) -> list[Block]:
    """Of an insight's text: paragraphs and lists, each harmless."""
    return blocks("\n".join(plain(line, LONGEST_TEXT) for line in text[:LONGEST_REPORT].splitlines()))


def saving(row: Mapping[str, Any]) -> str:
    """What an opportunity saves, in words."""
    low, expected, high = (row[f"monthly_savings_{name}_usd"] for name in ("low", "expected", "high"))
    if None in (low, expected, high):
        return "saving unknown"
    return f"saves {dollar_range(MoneyRange(low, expected, high))}" if high else "saves no money"
