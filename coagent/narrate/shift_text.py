"""A shift in words, for somebody who is on call."""

from coagent.domain.insight import Fact
from coagent.domain.shift import Shift, SignalChange
from coagent.narrate.draft import TITLE_CHARS, Draft
from coagent.narrate.segment_facts import affected, carried_by, service
from coagent.narrate.shift_facts import moved
from coagent.narrate.vocabulary import SPOKEN

Facts = dict[str, Fact]


def shift_text(shift: Shift, facts: Facts) -> Draft:
    """What changed, since when, why, how much, what did not move, who is affected, what next, where to look."""
    changed = [change for change in shift.signals if moved(change)]
    still = [change for change in shift.signals if not moved(change)]
    parts = [
        _what(shift, facts),
        _since(facts),
        _why(facts),
        _listed(_moved_heading(shift), [_size(change, facts) for change in changed]),
        _listed("**What did not move**", [_size(change, facts) for change in still]),
        _who(facts),
        f"**Next** {facts['next step'].value}",
        f"**Look** `{facts['look'].value}`",
    ]
    return Draft(_title(shift, changed, facts), "\n\n".join(part for part in parts if part))


def _title(shift: Shift, changed: list[SignalChange], facts: Facts) -> str:
    what = service(facts, quote=False)
    lead = {
        "recovered": f"Recovered: {what} behaves as before",
        "accepted": f"Accepted: {what} has a new baseline",
    }.get(shift.status, f"{facts['headline'].value}: {what}")
    told = changed[:2] if shift.status == "open" else []
    sizes = [size for change in told if (size := _arrow(change, facts))]
    titles = [", ".join([lead, *sizes[:n]]) for n in (2, 1, 0)]
    return next((title for title in titles if len(title) <= TITLE_CHARS), facts["headline"].value)


def _moved_heading(shift: Shift) -> str:
    what = "What had moved" if shift.status == "recovered" else "What moved"
    return f"**{what}** (effect with its 95 % interval)"


def _what(shift: Shift, facts: Facts) -> str:
    what = service(facts, quote=True)
    if shift.status == "recovered":
        return f"{what} behaves as before again. While it lasted: {_cause(facts)}."
    if shift.status == "accepted":
        return f"The change of {what} is accepted as its new baseline. The cause told: {_cause(facts)}."
    if shift.cause.family == "unknown":
        return f"{what} answers differently, and {_cause(facts)}. Nobody is paged."
    if shift.cause.family == "traffic":
        return f"{what} sees other requests than before: {_cause(facts)}. Nobody is paged."
    return f"{what} answers differently. Most likely {_cause(facts)}."


def _cause(facts: Facts) -> str:
    return f"{facts['cause'].value} (confidence {facts['confidence'].value} %)"


def _since(facts: Facts) -> str:
    low, high = facts["onset row low"].value, facts["onset row high"].value
    rows = f"row {facts['onset row'].value} of this segment (between {low} and {high})"
    return (
        f"**Since** {facts['onset time'].value} UTC, {_request('onset', facts)}{rows}. "
        f"Noticed after {facts['requests until raised'].value} requests, at {facts['raised time'].value} UTC"
        f"{_raised_by(facts)}."
    )


def _request(what: str, facts: Facts) -> str:
    known = facts.get(f"{what} request id")
    return f"request `{known.value}`, " if known else ""


def _raised_by(facts: Facts) -> str:
    known = facts.get("raised request id")
    return f" with request `{known.value}`" if known else ""


def _why(facts: Facts) -> str:
    return _listed("**Why**", [fact.value for name, fact in facts.items() if name.startswith("reason ")])


def _listed(heading: str, lines: list[str]) -> str:
    return "\n".join([heading, *(f"- {line}" for line in lines)]) if lines else ""


def _size(change: SignalChange, facts: Facts) -> str:
    said = [f"{SPOKEN.get(change.name, f'`{change.name}`')}: {_before_after(change.name, facts)}"]
    said += [text for text in (_effect(change, facts), _evidence(change.name, facts)) if text]
    return ", ".join(said)


def _before_after(signal: str, facts: Facts) -> str:
    before, after = facts.get(f"{signal} before"), facts.get(f"{signal} after")
    if before and after:
        return f"{before.value} → {after.value}{_unit(after)}"
    return " → ".join(f"{side.value}{_unit(side)}" if side else "unknown" for side in (before, after))


def _unit(fact: Fact) -> str:
    return "" if fact.unit in ("", "tokens") else f" {fact.unit}"


def _arrow(change: SignalChange, facts: Facts) -> str | None:
    known = all(f"{change.name} {side}" in facts for side in ("before", "after"))
    return f"{SPOKEN.get(change.name, change.name)} {_before_after(change.name, facts)}" if known else None


def _effect(change: SignalChange, facts: Facts) -> str | None:
    size, low, high = (facts.get(f"{change.name} {part}") for part in ("effect", "effect low", "effect high"))
    if size is None:
        return None
    called = "risk difference" if change.effect.name == "risk_difference" else "Cliff's delta"
    unit = f" {size.unit}" if size.unit else ""
    return f"{called} {size.value}{unit}" + (f" ({low.value} to {high.value}{unit})" if low and high else "")


def _evidence(signal: str, facts: Facts) -> str:
    n_before, n_after = facts[f"{signal} requests before"].value, facts[f"{signal} requests after"].value
    text = f"{n_before} requests before and {n_after} after"
    q_value, limit = facts.get(f"{signal} q value"), facts["smallest p value told"].value
    if q_value is None:
        return text
    return text + (f", q at most {limit}" if q_value.value == limit else f", q = {q_value.value}")


def _who(facts: Facts) -> str:
    where = affected(facts)
    seen = f"{facts['requests since onset'].value} requests since the onset"
    told = f"**Who is affected** {where}: {seen}." if where else f"**Who is affected** {seen}."
    return " ".join(part for part in (told, carried_by(facts)) if part)
