"""Batches of requests of two arms."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.segment import Segment
from coagent.domain.slo import Match
from coagent.domain.verdict import Arms, Margin, Trial

START = datetime(2026, 3, 2, tzinfo=UTC)
END = datetime(2026, 4, 2, tzinfo=UTC)
SEGMENT = Segment("openai", "gpt-5")


def trial(**changed: Any) -> Trial:
    given: dict[str, Any] = {
        "id": "0123456789abcdef",
        "name": "release 2",
        "mode": "split",
        "pair_by": None,
        "arms": Arms(field="app_version", control="1", candidate="2"),
        "match": Match(model="gpt-5"),
        "margins": (Margin(metric="success", margin=0.1, halt=0.1),),
        "alpha": 0.05,
        "since": START,
        "ends_at": END,
        "started_at": START,
        "started_by": "ann",
    }
    return Trial(**{**given, **changed})


def texts(values: list[str | None]) -> TextColumn:
    distinct = sorted({one for one in values if one is not None})
    codes = [-1 if one is None else distinct.index(one) for one in values]
    return TextColumn(distinct, np.array(codes, "<i4").tobytes())


def batch(first_offset: int, *, segment: Segment = SEGMENT, partition: int = 0, **columns: list[Any]) -> Batch:
    """Lists of texts or numbers; None is unknown."""
    rows = len(next(iter(columns.values())))
    columns = {"time_s": [START.timestamp() + first_offset + one for one in range(rows)], **columns}
    named = {name: texts(values) for name, values in columns.items() if any(isinstance(one, str) for one in values)}
    numbers = {
        name: np.array([np.nan if one is None else one for one in values], "<f8").tobytes()
        for name, values in columns.items()
        if name not in named
    }
    return Batch(
        segment=segment,
        source=Source("cluster", "llm.telemetry", partition),
        rows=rows,
        first_offset=first_offset,
        last_offset=first_offset + rows - 1,
        offsets=np.arange(first_offset, first_offset + rows, dtype="<i8").tobytes(),
        indexes=np.zeros(rows, "<i4").tobytes(),
        numbers=numbers,
        texts=named,
    )


def mixed(first_offset: int, rows: int, seed: int, *, worse: float = 0.0) -> Batch:
    """Both arms in turn by chance, nine in ten succeed."""
    random = np.random.default_rng(seed)
    arms = random.integers(0, 2, rows)
    fails = random.random(rows) < 0.1 + worse * arms
    return batch(
        first_offset,
        app_version=[str(one + 1) for one in arms.tolist()],
        status=["error" if one else "ok" for one in fails.tolist()],
        duration_s=np.exp(random.standard_normal(rows)).tolist(),
        cost_usd=np.exp(random.standard_normal(rows)).tolist(),
        task=["chat" if one else "sql" for one in random.integers(0, 2, rows).tolist()],
    )
