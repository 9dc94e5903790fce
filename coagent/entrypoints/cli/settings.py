"""`coagent settings`."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coagent import settings as definitions
from coagent.domain.shown_url import shown_host, shown_url
from coagent.entrypoints.terminal.wording import plain
from coagent.settings_group import Group

LONGEST = 4_000


def settings() -> None:
    """Print every setting with its environment variable, its value and what it means; secrets stay hidden."""
    table = Table(box=None, pad_edge=False)
    table.add_column("variable", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("meaning")
    current = definitions.Settings()
    for name, field in type(current).model_fields.items():
        value = getattr(current, name)
        if isinstance(value, Group):
            for inner, inner_field in type(value).model_fields.items():
                variable = f"COAGENT_{name}__{inner}".upper()
                table.add_row(variable, _shown(inner, getattr(value, inner)), inner_field.description)
        else:
            table.add_row(f"COAGENT_{name}".upper(), _shown(name, value), field.description)
    Console().print(table)


def _shown(name: str, value: object) -> Text:
    """A webhook's path is a secret itself."""
    text = shown_host(str(value)) if "webhook" in name else shown_url(str(value))
    return Text(plain(text, LONGEST))
