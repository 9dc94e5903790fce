"""Which signals moved, and which did not."""

from coagent.confirm.cause.finding import Finding
from coagent.confirm.compare.effects import excludes_zero, least
from coagent.confirm.compare.length_adjusted import LENGTHS
from coagent.confirm.compare.signal_result import FULL_SIZE, Results, SignalResult, covariates_of
from coagent.confirm.compare.tails import WIDER, Tail, tail
from coagent.confirm.wording import moved, names
from coagent.domain.number_format import percent

GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("price", "price", ("unit_price_usd",)),
    ("tokenizer", "tokenizer", ("input_chars_per_token",)),
    ("text", "text", ("output_chars_per_token",)),
    ("logprob", "logprob", ("mean_logprob",)),
    ("slower", "faster", ("time_per_output_token_s", "duration_s")),
    ("first_token_later", "first_token_sooner", ("time_to_first_token_s",)),
    ("shape", "shape", ("first_token_over_pace",)),
    ("longer", "shorter", LENGTHS),
    ("refusal", "refusal", ("refusal",)),
    ("truncation", "truncation", ("truncation",)),
    ("failure", "failure_ends", ("error", "fallback")),
    ("form", "form", ("tool_call", "empty", "schema_invalid", "quality_score")),
    ("caching", "caching", ("cached_input_share",)),
)
"""The finding where one of the signals rose, where it fell, and the signals."""

STILL: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("answer_still", "the answers", (*LENGTHS, "output_chars_per_token", "mean_logprob", "refusal", "tool_call")),
    ("speed_still", "the speed", ("time_per_output_token_s", "time_to_first_token_s")),
)
"""The finding where none of the signals that are known moved."""

UNLIKE = 0.8
"""Cliff's delta from which on nearly all answers are unlike those before."""
ROWS_WIDER = 64
"""Fresh rows from which on the outermost five percent before are looked at too: with fewer a topic does as much."""
UNSEEN_SHARE = 0.5
"""Share of answers of unseen lengths that counts in full: most of them."""


def moved_findings(results: Results) -> list[Finding]:
    """One for each group of signals in which one moved by itself."""
    found = []
    for rose, fell, signals in GROUPS:
        known = [results[name] for name in signals if name in results]
        strongest = max(known, key=own_strength, default=None)
        if strongest and (strength := own_strength(strongest)) > 0:
            found.append(Finding(rose if _rose(strongest) else fell, strength, _text(strongest)))
    return found


def replaced_findings(results: Results) -> list[Finding]:
    """`replaced`: nearly all answers are unlike any before though the request mix did not change. Other questions
    seldom do that without another length of their own.
    """
    stillness = min((one.stillness for one in covariates_of(results)), default=0.0)
    signals = [results[name] for name in (*LENGTHS, "output_chars_per_token") if name in results]
    found = [one for one in signals if one.moved and least(one.effect) >= UNLIKE]
    if not found or not stillness:
        return []
    return [Finding("replaced", stillness, f"nearly all answers are unlike any before in {names(found)}")]


def unseen_findings(results: Results) -> list[Finding]:
    """`unseen`: many answers are as short or long as hardly any before though the request mix did not change: what a
    rollout to some of the requests does, where other questions move all answers a little.
    """
    stillness = min((one.stillness for one in covariates_of(results)), default=0.0)
    lengths = [results[name] for name in LENGTHS if name in results and results[name].moved]
    tails = [one.tail if one.fresh_rows < ROWS_WIDER else _further(one.tail, tail(one.pair, WIDER)) for one in lengths]
    far = max((one for one in tails if one is not None), key=lambda one: one.low, default=None)
    if far is None or far.low <= 0 or not stillness:
        return []
    share, expected = percent(far.share), percent(far.expected)
    strength = stillness * min(1.0, far.low / UNSEEN_SHARE)
    return [Finding("unseen", strength, f"{share} of the answers have lengths that {expected} had before")]


def _further(one: Tail | None, other: Tail | None) -> Tail | None:
    return max((tail for tail in (one, other) if tail is not None), key=lambda tail: tail.low, default=None)


def still_findings(results: Results) -> list[Finding]:
    """What did not move is evidence too; it is as strong as the group's least known member lets it be."""
    found = []
    for finding, what, signals in STILL:
        known = [results[name] for name in signals if name in results]
        stillness = min((own_stillness(one) for one in known), default=0.0)
        if stillness > 0:
            found.append(Finding(finding, stillness, f"{what} did not change ({names(known)})"))
    return found


def own_strength(result: SignalResult) -> float:
    """The strength that the answers' lengths do not explain; 0 where that cannot be known."""
    if not (result.moved and result.follows_length):
        return result.strength
    return min(1.0, least(result.given_length.effect) / FULL_SIZE[result.signal.kind]) if result.given_length else 0.0


def own_stillness(result: SignalResult) -> float:
    """How still it is but for what the answers' lengths explain."""
    own = result.own_effect
    if not result.follows_length or own is None or excludes_zero(own):
        return result.stillness
    return max(result.stillness, 1 - max(abs(own.low), abs(own.high)))


def _rose(result: SignalResult) -> bool:
    return (result.own_effect or result.effect).value > 0


def _text(result: SignalResult) -> str:
    if result.given_length is None or not result.follows_length:
        return moved(result)
    return f"{moved(result)}, among answers of like length {result.given_length.effect.value:+.2f}"
