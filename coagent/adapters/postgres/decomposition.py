"""How much of a change of a mean comes from the mix of tasks and tenants, and how much from within them.

With w the share of a group's requests and m its mean, before (0) and after (1):

    after - before = sum((w1 - w0) (m0 + m1) / 2) + sum((m1 - m0) (w0 + w1) / 2) = mix + within

A group that is on one side alone has the same mean on both: all of it is mix. Source: Kitagawa 1955, "Components of a
difference between two rates"; Oaxaca 1973 and Blinder 1973 for means.
"""

from coagent.domain.histogram import GROWTH

BIN_VALUE = f"2 * power({GROWTH!r}::double precision, bin) / ({GROWTH!r} + 1)"
MEASURES = {"duration_s": "duration", "time_to_first_token_s": "time_to_first_token"}


def decomposition(where: str) -> str:
    """A query: a row for each measure that is known on both sides. Latencies are read off histograms, within 2 %."""
    measured = [f"('{name}', {_count(column)}, {_total(column)})" for name, column in MEASURES.items()]
    return f"""WITH sides AS (
        SELECT task, tenant, minute >= :at AS is_after, sum(requests_priced) AS priced, sum(cost_usd) AS cost_usd,
            insights.histogram_sum(duration) AS duration,
            insights.histogram_sum(time_to_first_token) AS time_to_first_token
        FROM insights.requests_1m WHERE minute >= :since AND minute < :until AND {where} GROUP BY 1, 2, 3
    ), means AS (
        SELECT task, tenant, is_after, measure, n, total / n AS mean,
            n / sum(n::double precision) OVER (PARTITION BY measure, is_after) AS share
        FROM sides CROSS JOIN LATERAL (
            VALUES ('cost_usd', priced::bigint, cost_usd::double precision), {", ".join(measured)}
        ) AS held (measure, n, total)
        WHERE n > 0 AND total IS NOT NULL
    ), paired AS (
        SELECT measure, {", ".join(_side(side, those) for side, those in SIDES)}
        FROM means GROUP BY measure, task, tenant
    ), filled AS (
        SELECT measure, n_before, n_after, share_before, share_after,
            coalesce(mean_before, mean_after) AS mean_before, coalesce(mean_after, mean_before) AS mean_after
        FROM paired
    )
    SELECT measure AS name, sum(share_before * mean_before) AS before, sum(share_after * mean_after) AS after,
        sum((share_after - share_before) * (mean_before + mean_after) / 2) AS mix,
        sum((mean_after - mean_before) * (share_before + share_after) / 2) AS within,
        sum(n_before)::bigint AS requests_before, sum(n_after)::bigint AS requests_after
    FROM filled GROUP BY measure HAVING sum(n_before) > 0 AND sum(n_after) > 0 ORDER BY measure LIMIT :most"""  # noqa: S608 - constants


SIDES = (("before", "FILTER (WHERE NOT is_after)"), ("after", "FILTER (WHERE is_after)"))


def _side(side: str, those: str) -> str:
    return (
        f"coalesce(max(n) {those}, 0) AS n_{side}, coalesce(max(share) {those}, 0) AS share_{side}, "
        f"max(mean) {those} AS mean_{side}"
    )


def _count(column: str) -> str:
    return f"insights.histogram_count({column})"


def _total(column: str) -> str:
    held = f"unnest(({column}).bins, ({column}).counts) AS held (bin, met)"
    return f"(SELECT sum(met * {BIN_VALUE}) FROM {held})"  # noqa: S608 - constants
