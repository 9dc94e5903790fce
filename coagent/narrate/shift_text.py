"""A shift in words, for somebody who is on call."""

from coagent.domain.headline import headline, size_words
from coagent.domain.insight import Fact
from coagent.domain.number_format import effect_size
from coagent.domain.shift import Part, Shift, SignalChange
from coagent.domain.shift_words import cost_words, part_words
from coagent.domain.vocabulary import CAUSE_TITLE, signal_name
from coagent.narrate.commands import commands
from coagent.narrate.draft import TITLE_CHARS, Draft
from coagent.narrate.segment_facts import affected, carried_by, service
from coagent.narrate.shift_facts import listed
from coagent.narrate.shift_reach_facts import PARTS
from coagent.narrate.telemetry_text import name

Facts = dict[str, Fact]


def shift_text(shift: Shift, facts: Facts) -> Draft:
    """What changed, since when, why, how much, what did not change, who is affected, its cost, and what to do next."""
    changed = [change for change in listed(shift) if change.moved]
    still = [change for change in listed(shift) if not change.moved]
    parts = [
        _what(shift, facts),
        _since(facts),
        _listed("**Why**", _all(facts, "reason ")),
        _listed(_moved_heading(shift), [_size(change, facts) for change in changed]),
        _listed("**What did not change**", [_still(change, facts) for change in still]),
        _who(shift, facts),
        f"**Cost** {cost_words(shift.cost)}." if shift.cost else "",
        _listed("**Next**", _all(facts, "next step ")),
        commands(facts.values()),
    ]
    return Draft(_title(shift, facts), "\n\n".join(part for part in parts if part))


def _title(shift: Shift, facts: Facts) -> str:
    """Who and what changed with its size, then the cause: as much of that as a title holds."""
    what, title = service(facts, quote=False), facts["cause title"].value
    said = headline(shift.signals, shift.cause)
    status = "" if shift.status == "open" else f"{shift.status.title()} after {facts['lasted'].value}: "
    leads = [f"{status}{what}: {said}"] if said else []
    titles = [*(f"{lead}. {title}" for lead in leads), *leads, f"{status}{what}: {title}", f"{status}{title}"]
    return next((one for one in titles if len(one) <= TITLE_CHARS), title)


def _what(shift: Shift, facts: Facts) -> str:
    what = service(facts, quote=True)
    said = headline(shift.signals, shift.cause) or "answers differ from before"
    first = {
        "recovered": f"{what} is as before again. While it lasted, {said}.",
        "accepted": f"The change of {what} is accepted as the new baseline: {said}.",
    }.get(shift.status, f"{what}: {said}.")
    overall = f"Overall: {facts['overall'].value}."
    return " ".join(part for part in (first, _cause(shift, facts), overall, _held(shift, facts)) if part)


def _cause(shift: Shift, facts: Facts) -> str:
    """The family leads where it is not the provider."""
    text = f"{facts['cause'].value} (confidence {facts['confidence'].value} %)."
    return f"{CAUSE_TITLE['unknown']}: {text}" if shift.cause.family == "unknown" else f"Most likely {text}"


def _held(shift: Shift, facts: Facts) -> str:
    return facts["not paged"].value if "not paged" in facts and shift.status == "open" else ""


def _moved_heading(shift: Shift) -> str:
    what = "What had changed" if shift.status == "recovered" else "What changed"
    return f"**{what}** (effect with its 95 % interval)"


def _since(facts: Facts) -> str:
    low, high = facts["onset row low"].value, facts["onset row high"].value
    rows = f"row {facts['onset row'].value} of this stream (between {low} and {high})"
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


def _all(facts: Facts, prefix: str) -> list[str]:
    return [fact.value for label, fact in facts.items() if label.startswith(prefix)]


def _listed(heading: str, lines: list[str]) -> str:
    return "\n".join([heading, *(f"- {line}" for line in lines)]) if lines else ""


def _size(change: SignalChange, facts: Facts) -> str:
    """The size first, then the effect and what it rests on."""
    return "; ".join(part for part in (size_words(change), _effect(change), _evidence(change.name, facts)) if part)


def _still(change: SignalChange, facts: Facts) -> str:
    after = facts.get(f"{change.name} after")
    level = f" at {after.value} {after.unit}".rstrip() if after else ""
    return "; ".join(part for part in (f"{signal_name(change.name)}{level}", _effect(change)) if part)


def _effect(change: SignalChange) -> str:
    effect = change.effect
    return effect_size(effect.name, effect.value, effect.low, effect.high) if effect.value == effect.value else ""


def _evidence(signal: str, facts: Facts) -> str:
    n_before, n_after = facts[f"{signal} requests before"].value, facts[f"{signal} requests after"].value
    text = f"{n_before} requests before, {n_after} after"
    q_value, limit = facts.get(f"{signal} q value"), facts["smallest p value"].value
    if q_value is None:
        return text
    return text + (f", q at most {limit}" if q_value.value == limit else f", q = {q_value.value}")


def _who(shift: Shift, facts: Facts) -> str:
    where = affected(facts)
    seen = f"{facts['requests since onset'].value} requests since the onset"
    said = f"**Who is affected** {where}: {seen}." if where else f"**Who is affected** {seen}."
    lines = [" ".join(part for part in (said, carried_by(facts)) if part)]
    shown = shift.parts[:PARTS]
    for heading, carries in (("changed", True), ("did not change", False)):
        lines += [f"- {heading}: {_part(part)}" for part in shown if part.carries is carries]
    return "\n".join(lines)


def _part(part: Part) -> str:
    return part_words(part, lambda raw: f"`{name(raw)}`")
