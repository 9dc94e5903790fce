"""What was spent, by model, task, tenant or day."""

from coagent.entrypoints.console.page import DAYS, MODEL, PROVIDER, TASK, Chart, Column, Filter, Page, Table, same

FIGURES = (
    Column("cost_usd", "Spent", "money"),
    Column("list_cost_usd", "At list price", "money"),
    Column("requests", "Requests", "count"),
    Column("requests_unpriced", "Without a price", "count"),
    Column("usd_per_request", "A request", "money"),
    Column("input_tokens", "Input tokens", "count"),
    Column("output_tokens", "Output tokens", "count"),
    Column("complete_until", "Complete until", "time"),
)
KEYS = {
    "model": (Column("provider", "Provider"), Column("request_model", "Model")),
    "task": (Column("task", "Task"),),
    "tenant": (Column("tenant", "Tenant"),),
    "day": (Column("day", "Day", "day"),),
}
WHERE = f"day > now() - make_interval(days => %(days)s) AND {same('provider')} AND {same('request_model', 'model')} AND {same('task')}"  # noqa: E501
EMPTY = "Nothing was spent in that time, or no day has been summed yet: days appear about a minute after requests come."


def _by(key: str) -> Table:
    names = ", ".join(column.name for column in KEYS[key])
    order = "day DESC" if key == "day" else f"cost_usd DESC NULLS LAST, {names}"
    sql = f"""SELECT {names}, sum(cost_usd) AS cost_usd, sum(list_cost_usd) AS list_cost_usd,
    sum(requests)::bigint AS requests, sum(requests_unpriced)::bigint AS requests_unpriced,
    sum(cost_usd) / nullif(sum(requests_priced), 0) AS usd_per_request,
    sum(input_tokens)::bigint AS input_tokens, sum(output_tokens)::bigint AS output_tokens,
    min(complete_until) AS complete_until
FROM spend WHERE {WHERE} GROUP BY {names} ORDER BY {order}"""  # noqa: S608  constants
    columns, rows = (*KEYS[key], *FIGURES), 400 if key == "day" else 100
    return Table(f"by-{key}", f"Spend by {key}", "insights.spend", sql, columns, EMPTY, {"by": key}, rows, 30.0)


PAGE = Page(
    "spend",
    "Spend",
    "Money",
    "What requests cost as billed, and what has no price. An unknown price is never counted as 0.",
    tuple(_by(key) for key in KEYS),
    (Filter("by", "By", "choice", tuple(KEYS)), DAYS, PROVIDER, MODEL, TASK),
    (
        Chart("bars", "by-model", "Dollars by model", ("request_model", "provider"), ("cost_usd",)),
        Chart("bars", "by-task", "Dollars by task", ("task",), ("cost_usd",)),
        Chart("bars", "by-tenant", "Dollars by tenant", ("tenant",), ("cost_usd",)),
        Chart("time", "by-day", "Dollars by day", ("day",), ("cost_usd",)),
    ),
    ("minute",),
)
