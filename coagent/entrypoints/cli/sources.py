"""`coagent sources`."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coagent.ingest.sources import SOURCES, Source


def sources() -> None:
    """Print every source of telemetry: how to feed it, what is read of it, what is not; docs/sources.md has samples."""
    console = Console()
    for one in SOURCES:
        console.print(Text.assemble((one.name, "bold"), (f"  {', '.join(one.formats) or 'mapping'}", "dim")))
        console.print(_row(one))
    console.print(Text("Files, folders, CSV and Parquet, and a sample of each source: docs/sources.md.", style="dim"))


def _row(source: Source) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for heading, text in (("  feed", source.feed), ("  read", source.reads), ("  not", source.leaves)):
        grid.add_row(heading, Text(text))
    return grid
