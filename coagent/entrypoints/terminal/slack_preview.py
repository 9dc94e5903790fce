"""A Slack message as it will look, drawn in the terminal from the very blocks that are sent."""

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

Json = dict[str, Any]
STYLES = {"bold": "bold", "code": "red on grey93"}


def slack_preview(message: Json, channel: str) -> RenderableType:
    """One panel; a block kind that is not known here is shown by its name."""
    parts = [part for block in message["blocks"] for part in (*_block(block), Text())]
    title = Text(f" Slack {channel} ", style="bold white on #4a154b")
    return Panel(Group(*parts[:-1]), title=title, title_align="left", border_style="#4a154b", padding=(0, 1))


def _block(block: Json) -> Iterator[RenderableType]:
    match block["type"]:
        case "header":
            yield Text(block["text"]["text"], style="bold")
        case "context":
            yield Text(" ".join(element["text"] for element in block["elements"]), style="dim")
        case "section":
            yield _fields(block["fields"])
        case "rich_text":
            for element in block["elements"]:
                yield from _rich(element)
        case "actions":
            yield Text("  ").join(
                Text(f" {element['text']['text']} ", style="reverse") for element in block["elements"]
            )
        case kind:
            yield Text(f"[{kind}]", style="dim")


def _fields(fields: list[Json]) -> Table:
    table = Table.grid(padding=(0, 4))
    for place in range(0, len(fields), 2):
        table.add_row(*(Text(field["text"]) for field in fields[place : place + 2]))
    return table


def _rich(element: Json) -> Iterator[Text]:
    match element["type"]:
        case "rich_text_list":
            yield from (Text("  • ") + _line(item["elements"]) for item in element["elements"])
        case _:
            yield _line(element["elements"])


def _line(elements: list[Json]) -> Text:
    line = Text()
    for element in elements:
        line.append(element["text"], style=" ".join(STYLES[name] for name in element.get("style", {})))
    return line
