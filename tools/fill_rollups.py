"""Fills a database with rollups as a company of many accounts leaves them, to measure what reads them.

    python -m tools.fill_rollups --url postgresql://…     a migrated database that has no rollups yet

Hours are drawn by the database and days summed from them; `fill_minutes` draws those that are still kept, and
`minutes_of` gives minutes to write as sinks do. One provider's model has no price.
"""

import argparse
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from time import sleep

import numpy as np
import psycopg

from coagent.adapters.embedded.postgres import STOP_SIGNAL, EmbeddedPostgres
from coagent.adapters.postgres.longer_rollups import MODEL_SUMS, SUMS
from coagent.adapters.postgres.migrate import upgrade
from coagent.adapters.postgres.rollup_days import DAY, day_of, make_days
from coagent.domain.histogram import GROWTH, Histogram
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

MODELS = (
    *(("openai", name) for name in ("gpt-5.4", "gpt-5.4-mini", "gpt-5.2", "gpt-5.1")),
    *(("anthropic", name) for name in ("claude-opus-5", "claude-sonnet-5", "claude-haiku-4-5")),
    *(("google", name) for name in ("gemini-3.5-flash", "gemini-2.5-pro")),
    ("azure", "gpt-5.1"),
)
TASKS = 10
HOURS = """
INSERT INTO coagent.rollups_1h (
    segment_id, "start", service_tier, requests, outcomes_known, errors, truncations, refusals_known, fallbacks_known,
    retries_known, finishes_known, cacheable_input_tokens, streamed, input_tokens, output_tokens, reasoning_tokens,
    cached_input_tokens, cost_usd, cost_known, cost_doubtful, list_cost_usd, list_cost_known, prompts_known,
    prefixes_known, error_types, duration, time_to_first_token, distinct_prompts, distinct_prefixes, fallbacks, retries,
    tools_known, tiers_known
)
SELECT id, start, CASE WHEN place %% 10 = 0 THEN 'priority' ELSE 'standard' END, n, n, n / 50, n / 10, n, n, n, n,
    900 * n, CASE WHEN place %% 3 = 0 THEN 0 ELSE n END, (900 + 700 * (place %% 7)) * n, (60 + 90 * (place %% 9)) * n,
    0, 0, CASE WHEN priced THEN 0.004 * n END, CASE WHEN priced THEN n ELSE 0 END, 0,
    CASE WHEN priced THEN 0.0045 * n END, CASE WHEN priced THEN n ELSE 0 END, n, n, '{"timeout": 1}', histogram,
    histogram, 0.8 * n, 3, 0, n / 20, n, n
FROM (
    SELECT id, place, priced, start, n, CASE WHEN start > %(last)s - interval '4 days' THEN ROW(
        ARRAY(SELECT generate_series(low, low + 39)),
        ARRAY(SELECT 1 + (n / 40)::bigint FROM generate_series(low, low + 39))
    )::insights.histogram END AS histogram
    FROM (
        SELECT id, place, priced, start, (20 + 40 * random())::bigint AS n,
            10 + extract(hour FROM start)::int * 3 AS low
        FROM (
            SELECT id, row_number() OVER (ORDER BY id) AS place, provider <> 'azure' AS priced FROM coagent.segments
        ) AS named,
            generate_series(%(first)s::timestamptz, %(last)s, interval '1 hour') AS start
    ) AS drawn
) AS held
"""
MINUTES = """
INSERT INTO coagent.rollups_1m (
    segment_id, minute, part, service_tier, sequence, requests, outcomes_known, errors, truncations, streamed,
    input_tokens, output_tokens, cost_usd, cost_known, cost_doubtful, list_cost_usd, list_cost_known, prompts_known,
    price_version, duration, time_to_first_token
)
SELECT id, minute, '1', 'standard', 1, n, n, 0, 0, n, 900 * n, 300 * n, CASE WHEN priced THEN 0.004 * n END,
    CASE WHEN priced THEN n ELSE 0 END, 0, CASE WHEN priced THEN 0.0045 * n END, CASE WHEN priced THEN n ELSE 0 END, 0,
    'fill', ROW(ARRAY[20, 21, 25], ARRAY[1, 1, n])::insights.histogram, ROW(ARRAY[3], ARRAY[n])::insights.histogram
FROM (
    SELECT id, minute, provider <> 'azure' AS priced, (1 + 6 * random())::bigint AS n
    FROM coagent.segments, generate_series(%(first)s::timestamptz, %(last)s, make_interval(mins => %(every)s)) AS minute
) AS drawn
"""
CHANGED = """
INSERT INTO coagent.changed_hours (segment_id, hour, changes)
SELECT id, date_trunc('hour', now(), 'UTC'), 1 FROM coagent.segments
"""
"""The hour that runs is never summed for long."""
HISTOGRAM = """ROW(
    ARRAY(SELECT generate_series(10, 109)),
    ARRAY(SELECT 1 + sum(part.requests)::bigint / 100 FROM generate_series(10, 109))
)::insights.histogram"""
DAY_SUMS = {**SUMS, "duration": HISTOGRAM, "time_to_first_token": HISTOGRAM}
"""Of hours: what SLOs do not read of these has no histogram here, which would take minutes to write."""
DAYS = f"""
INSERT INTO coagent.rollups_1d (
    segment_id, "start", service_tier, {", ".join(DAY_SUMS)}, distinct_prompts, distinct_prefixes
)
SELECT segment_id, date_trunc('day', "start", 'UTC'), service_tier, {", ".join(DAY_SUMS.values())},
    0.5 * sum(distinct_prompts), 3
FROM coagent.rollups_1h AS part GROUP BY 1, 2, 3
"""  # noqa: S608  names of our own columns
MODEL_DAYS = f"""
INSERT INTO coagent.models_1d ("start", provider, request_model, task, service_tier, {", ".join(MODEL_SUMS)})
SELECT part."start", segment.provider, segment.request_model, segment.task, part.service_tier,
    {", ".join(SUMS[name] for name in MODEL_SUMS)}
FROM coagent.rollups_1d AS part JOIN coagent.segments AS segment ON segment.id = part.segment_id
GROUP BY 1, 2, 3, 4, 5
"""  # noqa: S608  names of our own columns
NAMED = """
INSERT INTO coagent.segments (id, provider, request_model, task, tenant, stream_id) VALUES (%s, %s, %s, %s, %s, %s)
"""
REQUESTS = 30
"""Of a minute, in the mean."""


def accounts(number: int) -> list[Segment]:
    """Models by tasks, a tenant each."""
    return [
        Segment(*MODELS[place % len(MODELS)], task=f"task-{place // len(MODELS) % TASKS}", tenant=f"tenant-{place}")
        for place in range(number)
    ]


def fill(url: str, number: int, days: int) -> None:
    """Hours of so many days up to now, their days and models."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    first = day_of(now) - (days - 1) * DAY
    rows = [(one.id, one.provider, one.request_model, one.task, one.tenant, one.stream.id) for one in accounts(number)]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SELECT setseed(0.31)")
        cursor.executemany(NAMED, rows)
        make_days(cursor, "hours", (first + back * DAY for back in range(days)))
        cursor.execute(HOURS, {"first": first, "last": now})
        cursor.execute(DAYS.encode())
        cursor.execute(MODEL_DAYS.encode())
        cursor.execute("INSERT INTO coagent.complete_until (minute) VALUES (%s)", [now])
    with psycopg.connect(url, autocommit=True) as connection:
        for table in ("rollups_1h", "rollups_1d"):
            connection.execute(f'ANALYZE coagent.{table} (segment_id, "start", service_tier)'.encode())
        connection.execute("ANALYZE coagent.models_1d, coagent.segments")


def fill_minutes(url: str, days: int, every: int) -> None:
    """Of each account that is named, one in so many minutes, up to now; by day, as they are kept."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
        cursor.execute("SELECT setseed(0.31)")
        for day in (day_of(now) - back * DAY for back in reversed(range(days))):
            make_days(cursor, "minutes", [day])
            last = min(day + DAY - timedelta(minutes=1), now)
            cursor.execute(MINUTES, {"first": day, "last": last, "every": every})
        cursor.execute(CHANGED)
        cursor.execute("VACUUM ANALYZE coagent.rollups_1m")


def minutes_of(segments: Sequence[Segment], first: datetime, minutes: int) -> list[list[Rollup]]:
    """So many minutes from then on, each of all accounts; seeded."""
    draw = np.random.default_rng(31)
    durations = [_histogram(draw) for _ in range(50)]
    start = first.replace(second=0, microsecond=0)
    return [
        [_minute(one, start + timedelta(minutes=minute), durations[place % 50]) for place, one in enumerate(segments)]
        for minute in range(minutes)
    ]


def _minute(segment: Segment, minute: datetime, duration: Histogram) -> Rollup:
    unknown = dict.fromkeys(("refusals", "fallbacks", "cache_hits", "cache_write_tokens", "prompt_sketch"))
    return Rollup(
        segment=segment, minute=minute, part="1", sequence=1, requests=REQUESTS, errors=1, truncations=0, **unknown,
        streamed=REQUESTS, input_tokens=900 * REQUESTS, output_tokens=300 * REQUESTS, cached_input_tokens=0,
        reasoning_tokens=0, cost_usd=Decimal("0.12"), cost_known=REQUESTS, price_version="fill", prompts_known=0,
        duration=duration, time_to_first_token=duration, outcomes_known=REQUESTS, service_tier="standard",
    )  # fmt: skip


def _histogram(draw: np.random.Generator) -> Histogram:
    seconds = draw.lognormal(0, 0.6, REQUESTS)
    bins, counts = np.unique(np.ceil(np.log(seconds) / math.log(GROWTH)).astype(int), return_counts=True)
    return Histogram(bins.tolist(), counts.tolist())


@contextmanager
def own_database() -> Iterator[str]:
    """The URL of a new, migrated embedded Postgres in a temporary directory."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the server may run as another user
        server = EmbeddedPostgres(Path(folder) / "postgres")
        server.prepare()
        quiet = {"stdout": DEVNULL, "stderr": DEVNULL}
        with Popen(server.command(), **quiet, **server.popen_options()) as process:
            try:
                while not server.is_ready():
                    sleep(0.1)
                upgrade(server.url)
                yield server.url
            finally:
                process.send_signal(STOP_SIGNAL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--days", type=int, default=30)
    given = parser.parse_args()
    fill(given.url, given.accounts, given.days)


if __name__ == "__main__":
    main()
