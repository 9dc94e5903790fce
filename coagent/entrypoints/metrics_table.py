"""The table of metrics in docs/operations.md, from their declarations."""

from coagent.adapters.metrics import declared


def metrics_table() -> str:
    """Markdown, a row a metric."""
    rows = [
        f"| `{one.name}` | {one.kind} | {', '.join(f'`{label}`' for label in one.labels) or 'none'} | {one.text} |"
        for one in declared.ALL
    ]
    return "\n".join(["| metric | kind | labels | meaning |", "|---|---|---|---|", *rows])
