"""The views and their columns as Markdown, from the comments in the database."""

from mcp.server.mcpserver.exceptions import ResourceError

from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.entrypoints.view_columns import COLUMNS, VIEWS


def view_list(reader: SqlReader) -> str:
    """One line a view."""
    return "\n".join(f"- `insights.{name}`: {comment or ''}" for name, comment in reader.ask(VIEWS).rows)


def view_page(reader: SqlReader, name: str) -> str:
    """One line a column, with its type and unit; raises ResourceError where there is no such view."""
    rows = reader.ask(COLUMNS, {"name": name}).rows
    if not rows:
        raise ResourceError("there is no such view: coagent://views lists them")
    return "\n".join(f"- `{column}` ({kind}): {comment or ''}" for column, kind, comment in rows)
