"""docs/configuration.md, from the settings alone."""

from collections.abc import Iterator
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from coagent.settings import Settings
from coagent.settings_group import Group

HEAD = """# Configuration

Every setting is an environment variable, read once at the start of a process. `coagent settings` prints the values in
force with secrets hidden; a misspelt or impossible one is named and refused. An empty variable counts as unset. Lists
and tables are written as JSON. This page is written from the settings by `tools/write_configuration.py`.
"""


def configuration_page() -> str:
    """Markdown: a section a group, a row a variable."""
    alone = [_row(f"COAGENT_{name}", field) for name, field in Settings.model_fields.items() if not _is_group(field)]
    sections = [_table("General", "", alone)]
    for name, field in Settings.model_fields.items():
        if _is_group(field):
            group = type(field.default)
            sections.append(_table(name.capitalize(), (group.__doc__ or "").strip(), list(_rows(name, group))))
    return HEAD + "".join(sections)


def _is_group(field: FieldInfo) -> bool:
    return isinstance(field.default, Group)


def _rows(name: str, group: type[Group]) -> Iterator[str]:
    for inner, field in group.model_fields.items():
        yield _row(f"COAGENT_{name}__{inner}", field)


def _row(variable: str, field: FieldInfo) -> str:
    return f"| `{variable.upper()}` | {_default(field.default)} | {(field.description or '').replace('|', '/')} |"


def _default(value: Any) -> str:
    if value is None or value in ({}, ()) or isinstance(value, SecretStr):
        return "unset"
    if isinstance(value, tuple):
        return f"`{'`, `'.join(map(str, value))}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _table(title: str, text: str, rows: list[str]) -> str:
    head = ["", f"## {title}", "", *([" ".join(text.split()), ""] if text else [])]
    return "\n".join([*head, "| variable | default | meaning |", "|---|---|---|", *rows, ""])
