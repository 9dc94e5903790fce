"""Probes with how far they have come."""

from datetime import datetime
from typing import Any

from coagent.ports import ProbeStore


def listed(store: ProbeStore, since: datetime) -> list[dict[str, Any]]:
    """One row for each; `result` and what follows is of its last batch, None before the first."""
    newest = store.newest(since)
    rows = []
    for one, due_at in store.probes():
        state, last = store.state(one.name), newest.get(one.name)
        rows.append({
            "probe": one.name,
            "base_url": one.base_url,
            "model": one.model,
            "segment": one.segment,
            "stage": state.stage,
            "method": state.method,
            "batches": state.batch,
            "due_at": due_at,
            "at": last.at if last else None,
            "result": last.result if last else None,
            "passive": last.passive if last else None,
        })  # fmt: skip
    return rows
