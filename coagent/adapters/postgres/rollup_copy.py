"""Rollups in bulk: COPY into a temporary table, one guarded upsert, percentiles of minutes that have many parts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import datasketches
import psycopg
from sqlalchemy import BigInteger, Connection, DateTime, Double, LargeBinary, Numeric, Text

from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import rollups_1m
from coagent.detect.sketches import quantiles
from coagent.domain.rollup import Rollup

RANKS = (0.5, 0.95, 0.99)
COLUMNS = [column.name for column in rollups_1m.columns]
ESTIMATES = [name for name in COLUMNS if name.endswith(("_p50_s", "_p95_s", "_p99_s")) or name == "distinct_prompts"]
KEY = ["segment_id", "minute", "part"]
TYPES: dict[type[Any], str] = {
    Text: "text",
    BigInteger: "int8",
    DateTime: "timestamptz",
    Numeric: "numeric",
    LargeBinary: "bytea",
    Double: "float8",
}
"""For COPY in binary, which converts nothing."""

INCOMING = """
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_rollups (LIKE coagent.rollups_1m) ON COMMIT DELETE ROWS
"""
COPY = f"COPY incoming_rollups ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
UPSERT = f"""
INSERT INTO coagent.rollups_1m AS stored ({", ".join(COLUMNS)})
SELECT DISTINCT ON ({", ".join(KEY)}) {", ".join(COLUMNS)} FROM incoming_rollups
ORDER BY {", ".join(KEY)}, sequence DESC
ON CONFLICT ({", ".join(KEY)}) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in KEY)}
WHERE excluded.sequence > stored.sequence
"""  # noqa: S608  names of our own columns; sorted, so that two sinks never wait for each other in a circle
MANY_PARTS = """
SELECT segment_id, minute, duration_sketch, time_to_first_token_sketch, prompt_sketch
FROM coagent.rollups_1m
WHERE (segment_id, minute) IN (
    SELECT segment_id, minute FROM coagent.rollups_1m
    WHERE (segment_id, minute) IN (SELECT segment_id, minute FROM incoming_rollups)
    GROUP BY segment_id, minute HAVING count(*) > 1
)
"""
RENEW = f"""
UPDATE coagent.rollups_1m AS stored SET {", ".join(f"{name} = renewed.{name}" for name in ESTIMATES)}
FROM unnest(%s::text[], %s::timestamptz[]{", %s::float8[]" * len(ESTIMATES)})
    AS renewed (segment_id, minute, {", ".join(ESTIMATES)})
WHERE stored.segment_id = renewed.segment_id AND stored.minute = renewed.minute
"""  # noqa: S608

Sketches = tuple[bytes | None, bytes | None, bytes | None]
"""Of durations, times to first token and prompts."""


def copy_rollups(connection: Connection, rollups: Sequence[Rollup]) -> None:
    """Upsert within the caller's transaction; their segments must be there already."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor:
        cursor.execute(INCOMING)
        with cursor.copy(COPY) as copy:
            copy.set_types([TYPES[type(column.type)] for column in rollups_1m.columns])
            for rollup in rollups:
                copy.write_row(_values(rollup))
        cursor.execute(UPSERT)
        _renew_estimates(cursor)


def _values(rollup: Rollup) -> tuple[Any, ...]:
    sketches = (rollup.duration_sketch, rollup.time_to_first_token_sketch, rollup.prompt_sketch)
    return (
        rollup.segment.id,
        rollup.minute,
        storable(rollup.part),
        rollup.sequence,
        rollup.requests,
        rollup.errors,
        rollup.truncations,
        rollup.refusals,
        rollup.fallbacks,
        rollup.cache_hits,
        rollup.streamed,
        rollup.input_tokens,
        rollup.output_tokens,
        rollup.cached_input_tokens,
        rollup.cache_write_tokens,
        rollup.reasoning_tokens,
        rollup.cost_usd,
        rollup.cost_known,
        storable(rollup.price_version),
        rollup.prompts_known,
        *sketches,
        *_estimates([sketches]),
        rollup.cost_doubtful,
        rollup.list_cost_usd,
        rollup.list_cost_known,
    )


def _renew_estimates(cursor: psycopg.Cursor[Any]) -> None:
    minutes: dict[tuple[Any, Any], list[Sketches]] = defaultdict(list)
    for segment_id, minute, *sketches in cursor.execute(MANY_PARTS):
        minutes[segment_id, minute].append((sketches[0], sketches[1], sketches[2]))
    if minutes:
        rows = [(*key, *_estimates(parts)) for key, parts in minutes.items()]
        cursor.execute(RENEW, [list(column) for column in zip(*rows, strict=True)])


def _estimates(parts: Iterable[Sketches]) -> tuple[float | None, ...]:
    durations, first_tokens, prompts = zip(*parts, strict=True)
    unknown = (None,) * len(RANKS)
    return (*(quantiles(durations, RANKS) or unknown), *(quantiles(first_tokens, RANKS) or unknown), _distinct(prompts))


def _distinct(sketches: Iterable[bytes | None]) -> float | None:
    known = [datasketches.cpc_sketch.deserialize(sketch) for sketch in sketches if sketch]
    if not known:
        return None
    if len(known) == 1:
        return float(known[0].get_estimate())
    union = datasketches.cpc_union(known[0].lg_k)
    for sketch in known:
        union.update(sketch)
    return float(union.get_result().get_estimate())
