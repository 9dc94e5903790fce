"""Rollups in bulk: COPY into a temporary table, one guarded upsert, distinct counts of minutes that have many parts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import Connection

from coagent.adapters.postgres.distinct import distinct
from coagent.adapters.postgres.engine import driver_cursor
from coagent.adapters.postgres.rollup_days import day_of, make_days
from coagent.adapters.postgres.storable import storable
from coagent.domain.histogram import Histogram
from coagent.domain.rollup import Rollup

COUNTS = (
    *("requests", "outcomes_known", "errors", "truncations", "refusals", "fallbacks", "retries", "cache_hits"),
    *("streamed", "input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens", "reasoning_tokens"),
    *("cost_known", "cost_doubtful", "list_cost_known", "prompts_known", "prefixes_known"),
    *("refusals_known", "fallbacks_known", "retries_known", "finishes_known", "cacheable_input_tokens"),
    *("tiers_known", "priority_requests", "batched_requests", "long_inputs", "long_input_tokens"),
    *("max_tokens", "max_tokens_known", "tool_requests", "tools_known", "quality_scores_known"),
)
"""What adds up over minutes, hours and days."""
PLAIN = {
    "segment_id": "text",
    "minute": "timestamptz",
    "part": "text",
    **dict.fromkeys(("sequence", *COUNTS), "int8"),
    "cost_usd": "numeric",
    "list_cost_usd": "numeric",
    "failed_cost_usd": "numeric",
    "quality_score": "numeric",
    "price_version": "text",
    "service_tier": "text",
    "error_types": "jsonb",
    "prompt_sketch": "bytea",
    "prefix_sketch": "bytea",
    "distinct_prompts": "float8",
    "distinct_prefixes": "float8",
}
"""Columns with their types, for COPY in binary, which converts nothing."""
HISTOGRAMS = ("duration", "time_to_first_token")
"""These come as two arrays each."""
ARRAYS = {f"{name}_{part}": kind for name in HISTOGRAMS for part, kind in (("bins", "int4[]"), ("counts", "int8[]"))}
INCOMING_TYPES = {**PLAIN, **ARRAYS}
COLUMNS = ", ".join((*PLAIN, *HISTOGRAMS))
VALUES = ", ".join((
    *PLAIN,
    *(
        f"CASE WHEN {name}_bins IS NOT NULL THEN ROW({name}_bins, {name}_counts)::insights.histogram END"
        for name in HISTOGRAMS
    ),
))  # fmt: skip
KEY = ("segment_id", "minute", "part")
RENEWED = ", ".join(f"{name} = excluded.{name}" for name in (*PLAIN, *HISTOGRAMS) if name not in KEY)

INCOMING = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_rollups
({", ".join(f"{name} {kind}" for name, kind in INCOMING_TYPES.items())}) ON COMMIT DELETE ROWS
"""
COPY = f"COPY incoming_rollups ({', '.join(INCOMING_TYPES)}) FROM STDIN (FORMAT BINARY)"
UPSERT = f"""
INSERT INTO coagent.rollups_1m AS stored ({COLUMNS})
SELECT DISTINCT ON ({", ".join(KEY)}) {VALUES} FROM incoming_rollups
ORDER BY {", ".join(KEY)}, sequence DESC
ON CONFLICT ({", ".join(KEY)}) DO UPDATE SET {RENEWED}
WHERE excluded.sequence > stored.sequence
"""  # noqa: S608  names of our own columns; sorted, so that two sinks never wait for each other in a circle
MARK_HOURS = """
INSERT INTO coagent.changed_hours AS hours (segment_id, hour, changes)
SELECT DISTINCT segment_id, date_trunc('hour', minute, 'UTC'), 1 FROM incoming_rollups ORDER BY 1, 2
ON CONFLICT (segment_id, hour) DO UPDATE SET changes = hours.changes + 1
"""
"""An update, not nothing, where the hour is marked already: whoever sums the hour waits for this transaction."""
MANY_PARTS = """
SELECT segment_id, minute, prompt_sketch, prefix_sketch
FROM coagent.rollups_1m
WHERE (segment_id, minute) IN (
    SELECT segment_id, minute FROM coagent.rollups_1m
    WHERE (segment_id, minute) IN (SELECT segment_id, minute FROM incoming_rollups)
    GROUP BY segment_id, minute HAVING count(*) > 1
) AND (prompt_sketch IS NOT NULL OR prefix_sketch IS NOT NULL)
"""
RENEW = """
UPDATE coagent.rollups_1m AS stored
SET distinct_prompts = renewed.prompts, distinct_prefixes = renewed.prefixes
FROM unnest(%s::text[], %s::timestamptz[], %s::float8[], %s::float8[])
    AS renewed (segment_id, minute, prompts, prefixes)
WHERE stored.segment_id = renewed.segment_id AND stored.minute = renewed.minute
"""

Sketches = tuple[bytes | None, bytes | None]
"""Of prompts and prefixes."""


def copy_rollups(connection: Connection, rollups: Sequence[Rollup]) -> None:
    """Upsert within the caller's transaction; their segments must be there already."""
    with driver_cursor(connection) as cursor:
        make_days(cursor, "minutes", (day_of(rollup.minute) for rollup in rollups))
        cursor.execute(INCOMING)
        with cursor.copy(COPY) as copy:
            copy.set_types(list(INCOMING_TYPES.values()))
            for rollup in rollups:
                copy.write_row(_values(rollup))
        cursor.execute(UPSERT)
        cursor.execute(MARK_HOURS)
        _renew_distinct(cursor)


def _values(rollup: Rollup) -> list[Any]:
    converted = {
        "segment_id": rollup.segment.id,
        "part": storable(rollup.part),
        "price_version": storable(rollup.price_version),
        "service_tier": storable(rollup.service_tier),
        "error_types": Jsonb({storable(name): count for name, count in rollup.error_types.items()}),
        "distinct_prompts": distinct([rollup.prompt_sketch]),
        "distinct_prefixes": distinct([rollup.prefix_sketch]),
    }
    plain = [converted[name] if name in converted else getattr(rollup, name) for name in PLAIN]
    return [*plain, *_arrays(rollup.duration), *_arrays(rollup.time_to_first_token)]


def _arrays(histogram: Histogram | None) -> tuple[list[int] | None, list[int] | None]:
    return (histogram.bins, histogram.counts) if histogram else (None, None)


def _renew_distinct(cursor: psycopg.Cursor[Any]) -> None:
    minutes: dict[tuple[Any, Any], list[Sketches]] = defaultdict(list)
    for segment_id, minute, *sketches in cursor.execute(MANY_PARTS):
        minutes[segment_id, minute].append((sketches[0], sketches[1]))
    if minutes:
        rows = [(*key, *_distinct_of(parts)) for key, parts in minutes.items()]
        cursor.execute(RENEW, [list(column) for column in zip(*rows, strict=True)])


def _distinct_of(parts: Iterable[Sketches]) -> tuple[float | None, float | None]:
    prompts, prefixes = zip(*parts, strict=True)
    return distinct(prompts), distinct(prefixes)
