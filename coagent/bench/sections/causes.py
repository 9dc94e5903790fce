"""Whether the cause of a planted change is named rightly."""

from collections import Counter
from itertools import pairwise
from typing import Literal

import msgspec

from coagent.bench.progress import Track
from coagent.bench.simulator.changes import Change
from coagent.bench.simulator.fleet import Fleet
from coagent.bench.simulator.labelled import LABELLED
from coagent.bench.simulator.traffic import PATTERNS
from coagent.bench.sizes import Sizes
from coagent.bench.watcher import Watcher
from coagent.domain.shift import Shift

RUN_LENGTH = 1e6
BATCH_ROWS = 512
BANDS = (0.0, 0.5, 0.7, 0.9)
Outcome = Literal["right", "wrong_kind", "unknown", "wrong_family", "unreported"]


class CauseOfChange(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of outcomes. Where only the traffic changed, nothing reported is right too. `said`: what was reported
    instead of the right kind, with traffic and seed; `stated`: each confidence, and whether it was right.
    """

    change: str
    right: int
    wrong_kind: int
    unknown: int
    wrong_family: int
    unreported: int
    paged_wrongly: int
    said: list[str]
    stated: list[tuple[float, bool]]


class Band(msgspec.Struct, frozen=True):
    """Of `reported` causes with a confidence from `low` on, up to the next band, this share was right."""

    low: float
    reported: int
    right: float | None


class Causes(msgspec.Struct, frozen=True, kw_only=True):
    """Shares of the changes that were reported at all or rightly not; `right` has the right family and kind,
    `right_family` the family at least. `recall` is the share of all changes that were reported or rightly not.
    """

    runs: int
    recall: float
    right: float
    right_family: float
    unknown: float
    wrong_family: float
    calibration: list[Band]
    changes: list[CauseOfChange]


def causes(sizes: Sizes, track: Track[Change]) -> Causes:
    """Each labelled change once a heavy seed; the seeds take the patterns of traffic in turn."""
    found = [_judged(sizes, change) for change in track(LABELLED, "causes")]
    total: Counter[str] = Counter()
    for one in found:
        total.update(
            {name: getattr(one, name) for name in ("right", "wrong_kind", "unknown", "wrong_family", "unreported")}
        )
    runs, reported = total.total(), max(total.total() - total["unreported"], 1)
    return Causes(
        runs=runs,
        recall=reported / runs,
        right=total["right"] / reported,
        right_family=(total["right"] + total["wrong_kind"]) / reported,
        unknown=total["unknown"] / reported,
        wrong_family=total["wrong_family"] / reported,
        calibration=calibration([one for each in found for one in each.stated]),
        changes=found,
    )


def _judged(sizes: Sizes, change: Change) -> CauseOfChange:
    outcomes: Counter[Outcome] = Counter()
    said, stated, paged = [], list[tuple[float, bool]](), 0
    for number, seed in enumerate(sizes.heavy):
        traffic = PATTERNS[number % len(PATTERNS)]
        watcher = _watched(
            Fleet(
                change=change, traffic=traffic, rows_before=sizes.cause_rows_before,
                rows_after=sizes.cause_rows_after, seed=seed,
            )
        )  # fmt: skip
        after = [one for one in watcher.reported if one.updated.ordinal >= sizes.cause_rows_before]
        outcome = outcome_of(change, after[-1] if after else None)
        outcomes[outcome] += 1
        paged += any(one.page and one.cause.family not in change.families for one in after)
        if after:
            stated.append((after[-1].cause.confidence, outcome == "right"))
        if outcome != "right":
            said.append(f"{_what(after)} ({traffic.name}, seed {seed})")
    return CauseOfChange(
        change=change.name,
        right=outcomes["right"],
        wrong_kind=outcomes["wrong_kind"],
        unknown=outcomes["unknown"],
        wrong_family=outcomes["wrong_family"],
        unreported=outcomes["unreported"],
        paged_wrongly=paged,
        said=said,
        stated=stated,
    )


def calibration(stated: list[tuple[float, bool]]) -> list[Band]:
    """By confidence as stated; `unknown` says none, and is left out by those who count.

    >>> calibration([(0.95, True), (0.93, False), (0.6, True)])[2:]
    [Band(low=0.7, reported=0, right=None), Band(low=0.9, reported=2, right=0.5)]
    """
    found = []
    for low, high in pairwise((*BANDS, 1.01)):
        within = [right for confidence, right in stated if low <= confidence < high]
        found.append(Band(low, len(within), sum(within) / len(within) if within else None))
    return found


def _watched(fleet: Fleet) -> Watcher:
    """Until an alarm after the change was followed to its end."""
    watcher = Watcher(RUN_LENGTH)
    for batch in fleet.batches(BATCH_ROWS):
        watcher.feed(batch)
        late = any(one >= fleet.rows_before for one in watcher.alarms)
        if late and watcher.settled == len(watcher.alarms):
            break
    return watcher


def outcome_of(change: Change, reported: Shift | None) -> Outcome:
    """Of a change as it was last reported; None: it was not."""
    if reported is None:
        return "right" if "traffic" in change.families else "unreported"
    if reported.cause.family in change.families:
        return "right" if not change.kinds or reported.cause.kind in change.kinds else "wrong_kind"
    return "unknown" if reported.cause.family == "unknown" else "wrong_family"


def _what(reported: list[Shift]) -> str:
    return f"{reported[-1].cause.family}/{reported[-1].cause.kind}" if reported else "nothing"
