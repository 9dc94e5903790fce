"""The report as a comment on a pull request: Markdown with a hidden marker by which it is found again."""

from coagent.deliver.neutral import cut, markdown, markdown_code
from coagent.domain.gate import ChangeEffects, Effect, GateReport, Level
from coagent.gate.words import METRIC_NAMES, added_cost, change_words, estimate, title, unknown_reasons

MOST_CHARS = 60_000
"""GitHub takes 65,536 characters."""
MOST_CHANGES = 30
VERDICTS: dict[Level, str] = {"pass": "✅ Passes", "warn": "⚠️ Passes with warnings", "fail": "❌ Fails"}
MARKS: dict[Level, str] = {"pass": "✅", "warn": "⚠️", "fail": "❌"}


def marker(name: str) -> str:
    """Of the gate of that name: one pull request may have several.

    >>> marker("llm costs")
    '<!-- coagent:gate:llmcosts -->'
    """
    known = "".join(char for char in name if char.isalnum() or char in "-_.")
    return f"<!-- coagent:gate:{known} -->"


def markdown_report(report: GateReport, name: str = "default") -> str:
    """The marker is the first line."""
    parts = [
        marker(name),
        f"### coagent gate: {VERDICTS[report.outcome]}",
        _summary(report),
        _findings(report),
        *(_change(one) for one in report.changes[:MOST_CHANGES]),
        _more(report),
        _notes(report),
        f"<sub>Traffic: {markdown(report.traffic)} · policy: {markdown(report.policy)}</sub>",
    ]
    return cut("\n\n".join(part for part in parts if part), MOST_CHARS) + "\n"


def _summary(report: GateReport) -> str:
    if not report.changes:
        return "No change of model calls was found."
    count = f"{len(report.changes)} change{'' if len(report.changes) == 1 else 's'} of model calls"
    return f"{count}. Cost a month: **{markdown(added_cost(report.added_usd_a_month))}**."


def _findings(report: GateReport) -> str:
    return "\n".join(f"- {MARKS[one.level]} {markdown(one.text)}" for one in report.findings)


def _change(one: ChangeEffects) -> str:
    change = one.change
    head = f"**{title(change)}** at {markdown_code(f'{change.file}:{change.line}')}"
    what = " → ".join(markdown_code(text) if text else "not set" for text in (change.before, change.after))
    rows = [_row(effect) for effect in one.effects if effect.change or effect.before]
    table = "\n".join(["| | before | after | change | rests on |", "|---|---|---|---|---|", *rows]) if rows else ""
    remarks = "\n".join(f"- {markdown(text)}" for text in (*unknown_reasons(one), *one.remarks))
    return "\n\n".join(part for part in (f"{head}: {what}", table, remarks) if part)


def _row(effect: Effect) -> str:
    cells = (
        METRIC_NAMES[effect.metric],
        estimate(effect, effect.before),
        estimate(effect, effect.after),
        change_words(effect),
        "; ".join(part for part in (effect.rests_on, effect.method) if part),
    )
    return f"| {' | '.join(markdown(cell) or ' ' for cell in cells)} |"


def _more(report: GateReport) -> str:
    left = len(report.changes) - MOST_CHANGES
    return f"{left} more changes are in the JSON report." if left > 0 else ""


def _notes(report: GateReport) -> str:
    return "\n".join(f"- {markdown(text)}" for text in report.notes)
