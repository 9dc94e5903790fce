"""What delivery needs to know of an insight's subject, read from its plain form."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from coagent.domain.conversation import State, Subject
from coagent.domain.insight import Insight, Kind
from coagent.domain.notice import Severity
from coagent.domain.segment import ALL


def subject_of(insight: Insight) -> Subject:
    """A subject in a form that is not known yet is taken for open and quiet."""
    return READERS.get(insight.kind, _other)(insight, insight.subject)


def _other(_: Insight, plain: dict[str, Any]) -> Subject:
    return Subject(state="recovered" if plain.get("returned") else "open", page=False)


def _opportunity(_: Insight, plain: dict[str, Any]) -> Subject:
    return Subject(state="open", page=False, usd_per_day=_savings_per_day(plain))


def _burn(insight: Insight, plain: dict[str, Any]) -> Subject:
    state: State = "recovered" if plain.get("status") == "recovered" else "open"
    return Subject(state=state, page=insight.page, direction="worse")


def _verdict(_: Insight, plain: dict[str, Any]) -> Subject:
    return Subject(state="open", page=False, direction="worse" if plain.get("status") == "halted" else None)


def _probe(insight: Insight, plain: dict[str, Any]) -> Subject:
    """Worse only where canaries say so."""
    matters = (plain.get("canaries") or {}).get("matters")
    is_open = plain.get("result") == "changed"
    state: State = "open" if is_open else "recovered"
    return Subject(state=state, page=insight.page, direction="worse" if matters else "neither")


def _quality(insight: Insight, plain: dict[str, Any]) -> Subject:
    status = plain.get("status")
    before, after = ((plain.get(one) or {}).get("rate") for one in ("before", "after"))
    return Subject(
        state=status if status in ("recovered", "accepted") else "open",
        page=insight.page,
        direction=plain.get("change"),
        sizes={} if before is None or after is None else {"success_rate": abs(after - before)},
    )


def severity_of(subject: Subject) -> Severity:
    """Only what pages is `page`; what got worse without paging is a warning."""
    if subject.page and subject.state == "open":
        return "page"
    return "warning" if subject.state == "open" and subject.direction == "worse" else "info"


def _shift(insight: Insight, plain: dict[str, Any]) -> Subject:
    status = plain.get("status")
    cost = plain.get("cost") or {}
    return Subject(
        state=status if status in ("recovered", "accepted") else "open",
        page=insight.page,
        cause=(plain.get("cause") or {}).get("kind"),
        direction=plain.get("direction"),
        sizes=dict(_sizes(plain.get("signals") or [])),
        usd_per_day=cost.get("usd_per_day"),
        carriers=_carriers(plain),
        shared=insight.segment.tenant == ALL,
    )


def _sizes(signals: list[dict[str, Any]]) -> list[tuple[str, float]]:
    moved = [one for one in signals if one.get("moved", True)]
    found = [(one["name"], _size(one)) for one in moved if one.get("name")]
    return [(name, size) for name, size in found if size is not None]


def _size(signal: dict[str, Any]) -> float | None:
    before: float | None = (signal.get("before") or {}).get("median")
    after: float | None = (signal.get("after") or {}).get("median")
    if before is None or after is None:
        return None
    if signal.get("unit") == "share" or not before:
        return abs(after - before)
    return abs(after - before) / abs(before)


def _carriers(plain: dict[str, Any]) -> list[str]:
    return sorted({one.get("name") or "(none)" for one in plain.get("parts") or [] if one.get("carries")})


def _savings_per_day(plain: dict[str, Any]) -> float | None:
    expected = (plain.get("monthly_savings_usd") or {}).get("expected")
    return None if expected is None else -float(Decimal(str(expected)) / 30)


READERS: Mapping[Kind, Callable[[Insight, dict[str, Any]], Subject]] = {
    "shift": _shift,
    "opportunity": _opportunity,
    "silence": _other,
    "burn": _burn,
    "verdict": _verdict,
    "probe": _probe,
    "quality": _quality,
}
