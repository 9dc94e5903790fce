"""`coagent settings`."""

from rich.console import Console
from rich.table import Table

from coagent import settings as definitions
from coagent.settings_group import Group


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
                table.add_row(variable, str(getattr(value, inner)), inner_field.description)
        else:
            table.add_row(f"COAGENT_{name}".upper(), str(value), field.description)
    Console().print(table)
