"""Opportunities: all in a table, the first of them with what they assume, risk and need to be tried."""

from collections.abc import Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coagent.domain.money import MoneyRange
from coagent.domain.number_format import count, dollar_range, dollars
from coagent.domain.report import OpportunityReport
from coagent.entrypoints.terminal.wording import plain

COLOUR = "green"
SHOWN_ROWS, SHOWN_PANELS, SHOWN_PARTS = 20, 3, 3
NO_MONEY = "no money"


def opportunities_view(opportunities: Sequence[OpportunityReport]) -> list[RenderableType]:
    """Savings of a row are those after the rows that are applied before it, so that they sum up."""
    more = len(opportunities) - SHOWN_ROWS
    rest = [Text(f"… and {more:,} more: see --json", style="dim")] if more > 0 else []
    panels = [opportunity_panel(one) for one in opportunities[:SHOWN_PANELS]]
    return [_table(opportunities[:SHOWN_ROWS]), *rest, _together(opportunities), *panels]


def _table(opportunities: Sequence[OpportunityReport]) -> Table:
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    table.add_column("change", style="bold", overflow="fold")
    table.add_column("where", overflow="fold")
    for name in ("a month", "low", "high"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("effort", no_wrap=True)
    for one in opportunities:
        money = one.monthly_savings_usd
        figures = [dollars(amount) for amount in (money.expected, money.low, money.high)] if money.high else [NO_MONEY]
        table.add_row(plain(one.title), plain(one.segment.label), *figures, *[""] * (3 - len(figures)), one.effort)
    return table


def _together(opportunities: Sequence[OpportunityReport]) -> Text:
    money = [one.monthly_savings_usd for one in opportunities]
    low, expected, high = (
        sum((getattr(one, name) for one in money), Decimal(0)) for name in ("low", "expected", "high")
    )
    return Text(f"All together: {_saved(MoneyRange(low, expected, high))}", style=f"bold {COLOUR}")


def _saved(money: MoneyRange) -> str:
    return dollar_range(money) if money.high else NO_MONEY


def opportunity_panel(opportunity: OpportunityReport) -> RenderableType:
    """One, with what has to be known before it is decided."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text("where", style="dim"), Text(plain(opportunity.segment.label), style="bold"))
    savings = Text(_saved(opportunity.monthly_savings_usd), style=f"bold {COLOUR}")
    grid.add_row(Text("saves", style="dim"), savings)
    rows = [
        *[("gains", opportunity.benefit)],
        *[("touches" if place == 0 else "", line) for place, line in enumerate(_parts(opportunity))],
        *[("assumes" if place == 0 else "", line) for place, line in enumerate(opportunity.assumptions)],
        ("risk", opportunity.risk),
        ("validate", opportunity.validation),
        ("sample", f"{count(opportunity.sample_size)} requests in each arm" if opportunity.sample_size else None),
        ("wrong if", opportunity.wrong_if),
    ]
    for name, line in rows:
        if line:
            grid.add_row(Text(name, style="dim"), Text(plain(line)))
    title = Text(plain(opportunity.title), style=f"bold {COLOUR}")
    return Panel(grid, title=title, title_align="left", border_style=COLOUR, padding=(1, 2))


def _parts(opportunity: OpportunityReport) -> list[str]:
    """The largest ones; none where there is one alone, which `where` names."""
    parts = opportunity.parts
    if len(parts) <= 1:
        return []
    shown = [
        f"{one.segment.label}: {dollars(one.monthly_savings_usd)} of {dollars(one.monthly_spend_usd)}" for one in parts
    ]
    rest = [f"and {len(parts) - SHOWN_PARTS:,} more"] if len(parts) > SHOWN_PARTS else []
    return [*shown[:SHOWN_PARTS], *rest]
