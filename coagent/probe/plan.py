"""Which calls come next, and what their answers add to what is known."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import islice

import msgspec

from coagent.domain.probe import Probe
from coagent.domain.probe_call import Answer, Ask
from coagent.domain.probe_state import ProbeState, Work
from coagent.probe.canary import Canary
from coagent.probe.cost import actual
from coagent.probe.log_probabilities import WINDOW_LOOKS
from coagent.probe.prompts import FIXED, seek_prompts
from coagent.probe.proof import costs, seen

SOUGHT_PROMPTS, SOUGHT_TIMES = 1000, 3
KEPT_PROMPTS = 20
SOUGHT_LEAST = 60
"""Prompts that are tried however soon enough waver: their share says whether temperature 0 is obeyed."""
REFERENCE_CALLS = 100
BATCH_CALLS = 10
TOP = 20
"""Log-probabilities asked for: the most that the protocol gives."""
Got = Sequence[tuple[Ask, Answer]]


def begun(state: ProbeState, at: datetime) -> ProbeState:
    """With the work that is under way, or new."""
    return state if state.work else msgspec.structs.replace(state, work=Work(began_at=at))


def next_asks(state: ProbeState, canaries: Sequence[Canary], limit: int) -> list[Ask]:
    """At most so many; none where the stage has all it needs."""
    return list(islice(_asks(state, canaries), limit))


def total_asks(state: ProbeState, canaries: Sequence[Canary]) -> int:
    """Calls that the stage makes at most."""
    rest = sum(1 for _ in _asks(state, canaries))
    return rest + (state.work.calls if state.work else 0)


def take(state: ProbeState, probe: Probe, got: Got) -> ProbeState:
    """With these answers. A failed call is no sample."""
    work = state.work
    if work is None:
        raise ValueError("answers to nothing that was begun")
    own = [(ask, answer) for ask, answer in got if ask.messages is None]
    answered = [(ask, answer) for ask, answer in own if answer.text is not None]
    billed, listed = costs(probe, got)
    return msgspec.structs.replace(
        state,
        dearest_usd=max([state.dearest_usd, *(actual(probe, *one) for one in own)]),
        work=msgspec.structs.replace(
            work,
            asked=_added(work.asked, (ask.place for ask, _ in got)),
            failed=work.failed + len(own) - len(answered),
            counts=_counted(work.counts, answered),
            tops=work.tops | {ask.place: top for ask, answer in answered if (top := answer.log_probabilities)},
            refused=work.refused or any(answer.refuses_log_probabilities for _, answer in own),
            seen=seen(work.seen, got),
            billed_usd=work.billed_usd + billed,
            listed_usd=work.listed_usd + listed,
            cost_usd=work.cost_usd + sum((actual(probe, *one) for one in got), Decimal(0)),
        ),
    )


def wavering(work: Work) -> list[str]:
    """Places whose answers were not always the same, in the order they were asked."""
    return [place for place in work.asked if len(work.counts.get(place, {})) > 1]


def _asks(state: ProbeState, canaries: Sequence[Canary]) -> Iterator[Ask]:
    asked = Counter(state.work.asked if state.work else {})
    if state.stage == "look":
        yield from _times([Ask(place=FIXED[0], text=FIXED[0], top_log_probabilities=TOP)], 1, asked)
    elif state.stage == "seek":
        yield from _seek(state, asked)
    elif state.stage == "reference":
        yield from _times(_one_token(state.prompts), REFERENCE_CALLS, asked)
    elif state.method == "log_probabilities":
        yield from _times([Ask(place=one, text=one, top_log_probabilities=TOP) for one in FIXED], 1, asked)
        if ends_window(state):
            yield from _times([one.ask for one in canaries], 1, asked)
    else:
        yield from _times(_one_token(state.prompts), BATCH_CALLS, asked)
        yield from _times([one.ask for one in canaries], 1, asked)


def ends_window(state: ProbeState) -> bool:
    """Whether the look under way is the last of its day."""
    return bool(state.windows) and len(state.windows[-1]) == WINDOW_LOOKS - 1


def _seek(state: ProbeState, asked: Counter[str]) -> Iterator[Ask]:
    """Prompt by prompt, until enough are known to waver."""
    done = sum(count >= SOUGHT_TIMES for count in asked.values())
    if state.work and done >= SOUGHT_LEAST and len(wavering(state.work)) >= KEPT_PROMPTS:
        return
    for one in _one_token(seek_prompts(SOUGHT_PROMPTS)):
        yield from [one] * (SOUGHT_TIMES - asked[one.place])


def _one_token(prompts: Iterable[str]) -> list[Ask]:
    return [Ask(place=one, text=one) for one in prompts]


def _times(asks: Sequence[Ask], times: int, asked: Counter[str]) -> Iterator[Ask]:
    """In turns: what fails for a minute takes a little of every prompt."""
    for turn in range(times):
        yield from (one for one in asks if asked[one.place] <= turn)


def _added(asked: dict[str, int], places: Iterable[str]) -> dict[str, int]:
    found = dict(asked)
    for place in places:
        found[place] = found.get(place, 0) + 1
    return found


def _counted(counts: dict[str, dict[str, int]], answered: Got) -> dict[str, dict[str, int]]:
    found = {place: dict(one) for place, one in counts.items()}
    for ask, answer in answered:
        of_place = found.setdefault(ask.place, {})
        of_place[answer.text or ""] = of_place.get(answer.text or "", 0) + 1
    return found
