"""Proof before statistics: what an endpoint declares and counts, compared with what it declared and counted before."""

from collections.abc import Iterable
from decimal import Decimal
from statistics import median
from typing import TypeVar

from coagent.domain.probe import Probe, ProofChange, ProofName
from coagent.domain.probe_call import Answer, Ask
from coagent.domain.probe_state import Constants, Work
from coagent.probe.cost import listed_usd

SAME_RATIO = 0.01
"""Of billed to listed cost: below it are rounding and currency."""
KEPT_VALUES = 20
"""Of one thing: with so many it is no constant, and another one proves nothing. Convention."""
SHOWN_CHARS = 80
Got = Iterable[tuple[Ask, Answer]]
Value = TypeVar("Value")


def seen(known: Constants, got: Got) -> Constants:
    """With what these answers declare and count; costs are those of `costs`."""
    answered = [(ask, answer) for ask, answer in got if answer.text is not None]
    models = (answer.response_model for _, answer in answered if answer.response_model)
    prints = (answer.system_fingerprint for _, answer in answered if answer.system_fingerprint)
    counted = [(_prompt(ask), answer.prompt_tokens) for ask, answer in answered if answer.prompt_tokens is not None]
    of_prompt = {one: tuple(tokens for prompt, tokens in counted if prompt == one) for one in dict(counted)}
    now = Constants(response_models=tuple(models), fingerprints=tuple(prints), tokens=of_prompt)
    return together(known, now)


def costs(probe: Probe, got: Got) -> tuple[Decimal, Decimal]:
    """US dollars billed and listed, of all calls that name what they cost."""
    pairs = [(answer.billed_usd, listed_usd(probe, answer)) for _, answer in got if answer.text is not None]
    known = [(billed, listed) for billed, listed in pairs if billed is not None and listed]
    return sum((one for one, _ in known), Decimal(0)), sum((one for _, one in known), Decimal(0))


def of_work(work: Work) -> Constants:
    """Of all calls of a stage."""
    ratios = (float(work.billed_usd / work.listed_usd),) if work.listed_usd else ()
    return together(work.seen, Constants(ratios=ratios))


def together(known: Constants, now: Constants) -> Constants:
    """At most KEPT_VALUES of each, the oldest."""
    prompts = known.tokens | now.tokens
    tokens = {one: _union(known.tokens.get(one, ()), now.tokens.get(one, ())) for one in prompts}
    return Constants(
        response_models=_union(known.response_models, now.response_models),
        fingerprints=_union(known.fingerprints, now.fingerprints),
        tokens=tokens,
        ratios=_union(known.ratios, _new_ratios(known.ratios, now.ratios)),
    )


def compare(known: Constants, now: Constants) -> list[ProofChange]:
    """What never was so before. What was not known at all, or took KEPT_VALUES values, is no change."""
    ratios = _new(known.ratios, _new_ratios(known.ratios, now.ratios))
    return [
        *_declared("response_model", known.response_models, now.response_models),
        *_declared("system_fingerprint", known.fingerprints, now.fingerprints),
        *_tokens(known.tokens, now.tokens),
        *([ProofChange("billed_per_listed", f"{known.ratios[-1]:.3g}", f"{ratios[-1]:.3g}")] if ratios else []),
    ]


def _prompt(ask: Ask) -> str:
    return f"canary {ask.place}" if ask.messages is not None else ask.text


def _union(known: tuple[Value, ...], now: Iterable[Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys([*known, *now]))[:KEPT_VALUES]


def _new(known: tuple[Value, ...], now: Iterable[Value]) -> list[Value]:
    is_constant = 0 < len(known) < KEPT_VALUES
    return [one for one in now if one not in known] if is_constant else []


def _declared(name: ProofName, known: tuple[str, ...], now: tuple[str, ...]) -> list[ProofChange]:
    new = _new(known, now)
    return [ProofChange(name, _shown(known[-1]), _shown(new[-1]))] if new else []


def _tokens(known: dict[str, tuple[int, ...]], now: dict[str, tuple[int, ...]]) -> list[ProofChange]:
    """The median change of those prompts that are counted otherwise."""
    news = [(known.get(one, ()), _new(known.get(one, ()), counts)) for one, counts in now.items()]
    moved = [(before[-1], new[-1]) for before, new in news if new]
    if not moved:
        return []
    before, after = (f"{median(counts):g}" for counts in zip(*moved, strict=True))
    return [ProofChange("prompt_tokens", before, after)]


def _new_ratios(known: tuple[float, ...], now: tuple[float, ...]) -> list[float]:
    return [one for one in now if not any(_same(one, other) for other in known)]


def _same(ratio: float, other: float) -> bool:
    return abs(ratio - other) <= SAME_RATIO * max(abs(other), SAME_RATIO)


def _shown(value: str) -> str:
    return value[:SHOWN_CHARS]
