"""One opportunity: what it saves, on which assumptions, and what could go wrong."""

from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import dollar_range
from coagent.domain.report import OpportunityReport
from coagent.entrypoints.terminal.wording import plain

COLOUR = "green"


def opportunity_panel(opportunity: OpportunityReport) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text("segment", style="dim"), Text(plain(opportunity.segment.label), style="bold"))
    savings = Text(dollar_range(opportunity.monthly_savings_usd), style=f"bold {COLOUR}")
    grid.add_row(Text("saves", style="dim"), savings)
    for number, assumption in enumerate(opportunity.assumptions):
        grid.add_row(Text("" if number else "assumes", style="dim"), Text(plain(assumption)))
    grid.add_row(Text("risk", style="dim"), Text(plain(opportunity.risk)))
    grid.add_row(Text("validate", style="dim"), Text(plain(opportunity.validation)))
    title = Text(plain(opportunity.title), style=f"bold {COLOUR}")
    return Panel(grid, title=title, title_align="left", border_style=COLOUR, padding=(1, 2))
