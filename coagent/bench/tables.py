"""Tables of figures, all alike."""

from collections.abc import Iterable

from rich.table import Table

Cell = str | int | float | None
WHOLE_FROM = 1_000
FIRST_CELLS = 12


def table(title: str, columns: str, rows: Iterable[tuple[Cell, ...]]) -> Table:
    made = Table(title=title, title_justify="left", title_style="bold", box=None, header_style="dim", padding=(0, 1))
    for number, name in enumerate(columns.split("|")):
        if number:
            made.add_column(name.replace(" ", "\n"), justify="right", no_wrap=True)
        else:
            made.add_column(name, overflow="fold", min_width=FIRST_CELLS)
    for row in rows:
        made.add_row(*(cell(one) for one in row))
    return made


def cell(value: Cell) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    small = isinstance(value, float) and abs(value) < WHOLE_FROM
    return f"{value:,.3g}" if small else f"{value:,.0f}"


def span(first: Cell, second: Cell) -> str:
    """Two figures that belong together."""
    return f"{cell(first)} / {cell(second)}"


def share(part: float) -> str:
    """Whole percent."""
    return f"{100 * part:.0f} %"


def mark(right: bool) -> str:
    return "[green]✓[/]" if right else "[red]✗[/]"
