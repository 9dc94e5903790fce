"""What a finished stage says: the next stage, or the outcome of a batch."""

from math import log10

import msgspec

from coagent.domain import probe_words as words
from coagent.domain.probe import ProbeResult, ProofChange
from coagent.domain.probe_state import ProbeState, Work
from coagent.probe.border import border_evidence
from coagent.probe.log_probabilities import LEARNED, WINDOW_LOOKS, window_evidence
from coagent.probe.plan import KEPT_PROMPTS, wavering
from coagent.probe.prompts import FIXED
from coagent.probe.proof import compare, of_work, together

LEAST_PROMPTS = 5
"""That waver: fewer say too little."""
IGNORED_SHARE = 0.6
"""Of prompts whose three answers differ: temperature 0 makes most answers the same, whatever the hardware does."""
LEAST_TOP = 5
KEPT_DAYS = 60
"""Batches behind the evidence, after the reference. Within so many, P(false alarm within T batches) <= T / threshold;
later each batch has one with a probability of at most KEPT_DAYS / threshold.
"""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`result` None: a stage of the set-up, or a look within a day's window, is done and there is nothing to say."""

    state: ProbeState
    result: ProbeResult | None = None
    because: list[str] = []
    proofs: list[ProofChange] = []
    log10_evidence: float | None = None


def verdict(state: ProbeState, threshold: float) -> Verdict:
    """Of the work under way, which has made all its calls. Raises ValueError where there is none."""
    if state.work is None:
        raise ValueError("nothing was begun")
    seen = of_work(state.work)
    found = STAGES[state.stage](state, state.work, threshold)
    if state.stage == "watch":
        found = _proved(found, compare(state.constants, seen))
    after = msgspec.structs.replace(found.state, constants=together(state.constants, seen))
    return msgspec.structs.replace(found, state=_done(after, state.work, found.result))


def _proved(found: Verdict, proofs: list[ProofChange]) -> Verdict:
    because = [*(words.proof_words(one) for one in proofs), *found.because]
    result = "changed" if proofs else found.result
    return msgspec.structs.replace(found, result=result, because=because, proofs=proofs)


def _look(state: ProbeState, work: Work, _: float) -> Verdict:
    if not work.counts and not work.refused:
        return _failed(state)
    if any(len(top) >= LEAST_TOP for top in work.tops.values()):
        return Verdict(state=msgspec.structs.replace(state, stage="watch", method="log_probabilities", windows=[]))
    return Verdict(state=msgspec.structs.replace(state, stage="seek", method="border"))


def _seek(state: ProbeState, work: Work, _: float) -> Verdict:
    found = wavering(work)
    if _mostly_failed(work):
        return _failed(state)
    if len(found) >= IGNORED_SHARE * len(work.counts):
        return _again(state, words.TEMPERATURE)
    if len(found) < LEAST_PROMPTS:
        return _again(state, words.FEW_WAVER)
    return Verdict(state=msgspec.structs.replace(state, stage="reference", prompts=found[:KEPT_PROMPTS]))


def _reference(state: ProbeState, work: Work, _: float) -> Verdict:
    if _mostly_failed(work):
        return _failed(state)
    return Verdict(state=msgspec.structs.replace(state, stage="watch", days=[_answers(state, work)]))


def _watch(state: ProbeState, work: Work, threshold: float) -> Verdict:
    return (_window if state.method == "log_probabilities" else _border)(state, work, threshold)


def _border(state: ProbeState, work: Work, threshold: float) -> Verdict:
    if _mostly_failed(work):
        return Verdict(state=state, result="cannot_tell", because=[words.CALLS_FAIL])
    reference, *later = [*state.days, _answers(state, work)]
    kept = msgspec.structs.replace(state, days=[reference, *later[-KEPT_DAYS:]])
    evidence = border_evidence(kept.days)
    if evidence.too_dispersed:
        found = Verdict(state=kept, result="cannot_tell", because=[words.DISPERSED])
        return msgspec.structs.replace(found, log10_evidence=evidence.log10[-1])
    return _judged(kept, evidence.log10[-1], threshold, f"answers to {len(state.prompts)} border inputs")


def _window(state: ProbeState, work: Work, threshold: float) -> Verdict:
    """A look; at a day's end the days are compared. A failed look is no look."""
    is_answered = len(work.tops) == len(FIXED)
    *days, today = [*state.windows] or [[]]
    today = [*today, list(work.tops.values())] if is_answered else today
    if not is_answered and not work.tops:
        return Verdict(state=state, result="cannot_tell", because=[words.CALLS_FAIL])
    if len(today) < WINDOW_LOOKS:
        return Verdict(state=msgspec.structs.replace(state, windows=[*days, today]))
    windows = [*days, today][-KEPT_DAYS:]
    kept = msgspec.structs.replace(state, windows=[*windows, []])
    if len(windows) <= LEARNED:
        return Verdict(state=kept, result="cannot_tell", because=[words.LEARNING])
    return _judged(kept, window_evidence(windows)[-1], threshold, "log-probabilities of two fixed prompts")


STAGES = {"look": _look, "seek": _seek, "reference": _reference, "watch": _watch}


def _judged(state: ProbeState, log10_evidence: float, threshold: float, what: str) -> Verdict:
    """A change makes what was learned the past: it is learned anew."""
    if log10_evidence < log10(threshold):
        same = [f"{what} are as before"]
        return Verdict(state=state, result="unchanged", because=same, log10_evidence=log10_evidence)
    anew = msgspec.structs.replace(state, stage="look", epoch=state.epoch + 1, days=[], windows=[], prompts=[])
    differ = [f"{what} are no longer those of the reference"]
    return Verdict(state=anew, result="changed", because=differ, log10_evidence=log10_evidence)


def _failed(state: ProbeState) -> Verdict:
    """The set-up is tried again from its start."""
    return _again(state, words.CALLS_FAIL)


def _again(state: ProbeState, why: str) -> Verdict:
    return Verdict(state=msgspec.structs.replace(state, stage="look"), result="cannot_tell", because=[why])


def _done(state: ProbeState, work: Work, result: ProbeResult | None) -> ProbeState:
    """Checks of canaries are kept to compare with while nothing changes."""
    passed, checked = state.canaries_before
    before = (passed + sum(work.canaries.values()), checked + len(work.canaries))
    if result == "changed":
        before = (sum(work.canaries.values()), len(work.canaries))
    batch = state.batch + (result is not None)
    return msgspec.structs.replace(state, work=None, batch=batch, canaries_before=before)


def _mostly_failed(work: Work) -> bool:
    answered = sum(sum(one.values()) for one in work.counts.values())
    return work.failed > answered or not answered


def _answers(state: ProbeState, work: Work) -> list[dict[str, int]]:
    return [work.counts.get(one, {}) for one in state.prompts]
