"""Probes on a screen."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import minute
from coagent.domain.probe import ProbeOutcome
from coagent.domain.probe_words import PASSIVE, RESULT
from coagent.entrypoints.terminal.wording import plain

COLOURS = {"changed": "red", "unchanged": "green", "cannot_tell": "yellow"}
STAGES = {
    "look": "set-up: first look",
    "seek": "set-up: prompts",
    "reference": "set-up: reference",
    "watch": "watching",
}


def probe_table(rows: list[dict[str, Any]], spent: Decimal, limit: Decimal | None) -> RenderableType:
    """`rows` as `coagent probe list --json` prints them."""
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    for name in ("probe", "asks", "stage", "last batch", "result", "telemetry"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*_cells(row))
    budget = f"of {limit} USD" if limit is not None else "and no budget: nothing is asked (COAGENT_PROBES__USD_PER_DAY)"
    return Group(table, Text(f"Today: {spent:.6f} USD {budget}", style="dim"))


def outcome_text(one: ProbeOutcome) -> Text:
    """Head and reasons."""
    failed = f", {one.failed} failed" if one.failed else ""
    text = Text.assemble((RESULT[one.result], f"bold {COLOURS[one.result]}"))
    text.append(f" · probe {plain(one.probe)}, batch {one.batch}, {one.asked} calls{failed}, {one.cost_usd:.6f} USD")
    for why in one.because:
        text.append(f"\n  {plain(why, 400)}")
    if one.log10_evidence is not None and one.log10_threshold is not None:
        text.append(f"\n  evidence 10^{one.log10_evidence:.1f}, 10^{one.log10_threshold:.1f} is needed", style="dim")
    if one.canaries is not None:
        text.append(f"\n  canary prompts: {one.canaries.passed} of {one.canaries.checked} pass")
    return text.append(f"\n  {PASSIVE[one.passive]}" if one.passive else "")


def _cells(row: Mapping[str, Any]) -> list[Text]:
    result, at = row["result"], row["at"]
    return [
        Text(plain(row["probe"]), style="bold"),
        Text(plain(f"{row['model']} at {row['base_url']}")),
        Text(STAGES[row["stage"]]),
        Text(minute(at) if at else "none yet", style="dim"),
        Text(RESULT[result] if result else "", style=COLOURS.get(result or "", "")),
        Text(row["passive"] or ""),
    ]
