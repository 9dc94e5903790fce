"""`coagent gate compare`: what both sides are, and by which way they are compared."""

import re
from datetime import date

import msgspec

from coagent.bootstrap.gate import batches_of_logs, snapshot_of_views
from coagent.domain.errors import Fatal
from coagent.domain.gate import CompareMetric, Comparison, Traffic
from coagent.gate.compare import compare_traffic
from coagent.gate.policy import CompareMargins
from coagent.settings import AnyFormat, Settings
from coagent.steps.compare import compare_batches
from coagent.steps.traffic import traffic_of_batches

VIEW = "view:"
FIELDS = ("provider", "model", "task", "days", "since", "until")
LONGEST_DAYS = 400


def compared(
    base: str, candidate: str, margins: CompareMargins, log_format: AnyFormat, settings: Settings
) -> Comparison:
    """Files request by request; a stretch of the views by its sums. Raises Fatal, Transient."""
    allowed = _allowed(margins)
    sides = (base, candidate)
    if not any(one.startswith(VIEW) for one in sides):
        batches = [batches_of_logs(settings, [one], log_format) for one in sides]
        return compare_batches(batches[0], batches[1], allowed, margins.alpha)
    traffic = [
        _of_views(one, settings)
        if one.startswith(VIEW)
        else traffic_of_batches(batches_of_logs(settings, [one], log_format))
        for one in sides
    ]
    return compare_traffic(traffic[0], traffic[1], allowed)


def _allowed(margins: CompareMargins) -> dict[CompareMetric, float]:
    """Those that the policy names."""
    names: tuple[CompareMetric, ...] = ("success", "quality", "cost", "latency")
    found = {name: margin for name in names if (margin := getattr(margins, name)) is not None}
    if not found:
        raise Fatal("the policy compares nothing: give `compare` a margin of success, quality, cost or latency")
    return found


def _of_views(written: str, settings: Settings) -> tuple[Traffic, ...]:
    given = _given(written)
    snapshot = snapshot_of_views(settings, int(given.get("days", LONGEST_DAYS if "since" in given else 30)))
    kept = [_between(one, given) for one in (snapshot.traffic if snapshot else ()) if _fits(one, given)]
    kept = [one for one in kept if one.days]
    if not kept:
        raise Fatal(f"{written}: nothing was measured of that: `coagent scorecard` lists models and tasks")
    return tuple(kept)


def _given(written: str) -> dict[str, str]:
    parts = [part for part in written.removeprefix(VIEW).split(",") if part]
    given = dict(part.partition("=")[::2] for part in parts)
    wrong = [name for name, text in given.items() if name not in FIELDS or not text or not _is_right(name, text)]
    if wrong:
        raise Fatal(f"{written!r}: {wrong[0]!r}: write view:model=gpt-4o,task=chat,days=14 (or since=2026-01-01)")
    return given


def _is_right(name: str, text: str) -> bool:
    if name == "days":
        return bool(re.fullmatch(r"[1-9]\d{0,2}", text)) and int(text) <= LONGEST_DAYS
    return name not in ("since", "until") or bool(re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)", text))


def _fits(one: Traffic, given: dict[str, str]) -> bool:
    known = {"provider": one.provider, "model": one.request_model, "task": one.task}
    return all(known[name] == given[name] for name in known if name in given)


def _between(one: Traffic, given: dict[str, str]) -> Traffic:
    first = date.fromisoformat(given["since"]) if "since" in given else date.min
    last = date.fromisoformat(given["until"]) if "until" in given else date.max
    return msgspec.structs.replace(one, days=tuple(day for day in one.days if first <= day.day <= last))
