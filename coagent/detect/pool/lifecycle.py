"""What happens when the pool speaks: an alarm opens a suspicion, which grows and ends recovered or final.

A signal whose alarm was told to its end is held: it stays silent until its ranks are uniform again, because the
segments have learned the new level by then, or the provider has gone back. Until then the same change would raise one
alarm after the other.
"""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.config import DetectConfig
from coagent.detect.evidence import log10_of
from coagent.detect.pool.bets import densities
from coagent.detect.pool.candidate import candidate, now, own_place, ref
from coagent.detect.pool.carriers import contributions, sole_carrier
from coagent.detect.pool.caution import measure
from coagent.detect.pool.cells import CELLS, WIDTHS
from coagent.detect.pool.pool import Pool, Raised, Suspicion
from coagent.detect.pool.statistics import forget, note_mixture
from coagent.detect.reference import WOLF
from coagent.detect.signals import COUNT, COVARIATE, RESTLESS
from coagent.domain.candidate import Candidate, Phase
from coagent.domain.row import RowRef

TARGETS = (16, 64, 256, 1024, 4096, 16_384)
"""Fresh rows after which it is told again."""
FEWEST_FINAL, MOST_FINAL = 64, 16_384
"""Fresh rows that settle an alarm: half of what its segments' references hold, since then these have learned the change
themselves and fresh rows show less of it; at least and at most so many.
"""
FEWEST_MEMBERS = 2
"""One is no pool."""
OPEN, HELD = 1, 2
RECOVERY = float(np.log(1000.0))
FEWEST_BACK = 64
DEVIATIONS = 2.0
LATE_SHARE = 1.0
OWN_MOST = 0.5
"""Share of the evidence from segments with an own alarm of the same signal from which on the pool is silent."""

Chosen = NDArray[np.bool_]


def weights(pool: Pool) -> NDArray[np.float64]:
    """Shares of the evidence: equal, one kept for signals to come; less for what cried wolf."""
    known = (pool.statistics.known > 0) & ~COVARIATE
    return np.where(known, 1 / (known.sum() + LATE_SHARE), 0.0) / factor(pool)


def factor(pool: Pool) -> NDArray[np.float64]:
    """By how much what cried wolf has to shout louder, shape (signals,)."""
    return np.asarray(WOLF ** pool.statistics.wolves.astype(np.float64))


def _passed(pool: Pool, config: DetectConfig) -> Chosen:
    """Signals whose own evidence is enough."""
    statistics = pool.statistics
    return np.asarray((statistics.stat > config.pool_threshold * factor(pool)) & (statistics.alarmed == 0))


def raise_alarm(pool: Pool, config: DetectConfig) -> list[Candidate]:
    """Nothing, or the alarm where the pool's evidence passed, and not by what its segments tell themselves."""
    carried = np.where(pool.statistics.alarmed > 0, 0.0, weights(pool) * pool.statistics.stat)
    if carried.sum() <= config.pool_threshold or len(pool.members) < FEWEST_MEMBERS:
        return []
    primary = int(np.argmax(carried))
    passed = _passed(pool, config)
    passed[primary] = True
    _note(pool, passed)
    brought = contributions(pool, primary)
    own = pool.members.own(primary)
    if brought[own].sum() > OWN_MOST * brought.sum():
        _close(pool, held=False)
        return []
    _open(pool, primary, sole_carrier(brought))
    return _told(pool, config, "raised", first=True)


def _note(pool: Pool, chosen: Chosen) -> None:
    for signal in np.flatnonzero(chosen).tolist():
        evidence = log10_of(pool.statistics.stat[signal])
        onset, low, high = _onset(pool, signal)
        pool.alarms[signal] = Raised(signal, now(pool), _row_at(pool, onset), low, high, evidence)
        note_mixture(pool.statistics, signal)


def _onset(pool: Pool, signal: int) -> tuple[int, int, int]:
    """Ordinal in the pool at which the change began, with bounds of about 95 %, as the evidence's ages tell."""
    evidence, age_sum, square_sum = pool.statistics.bet_sums[signal].astype(np.float64).sum(axis=1)
    age = age_sum / evidence
    spread = DEVIATIONS * float(np.sqrt(max(square_sum / evidence - age**2, 0.0)))
    per_known, last = pool.rows_seen / pool.statistics.known[signal], pool.rows_seen - 1
    onset, low, high = (max(last - round(back * per_known), 0) for back in (age, age + spread, max(age - spread, 0.0)))
    return onset, low, high


def _row_at(pool: Pool, ordinal: int) -> RowRef:
    return ref(ordinal, pool.places.time_of(ordinal))


def _open(pool: Pool, primary: int, sole: int | None) -> None:
    places = [sole] if sole is not None else range(len(pool.members))
    rows = sum(pool.members.seen[place].reference_rows for place in places)
    most = int(np.clip(rows // 2, FEWEST_FINAL, MOST_FINAL))
    onset, raised = pool.alarms[primary].onset, now(pool)
    if sole is not None:
        seen = pool.members.seen[sole]
        raised = own_place(pool, sole)
        onset = ref(min(max(seen.since, 0), raised.ordinal), min(onset.time.timestamp(), seen.time_s))
        pool.alarms = {signal: _own(alarm, onset, raised) for signal, alarm in pool.alarms.items()}
    pool.suspicion = Suspicion(onset, raised, rows, most, sole=sole)
    pool.fresh, pool.latest = np.zeros((COUNT, CELLS), np.int64), np.zeros((COUNT, CELLS))
    pool.fresh_rates = np.zeros((COUNT, 2))
    pool.unusual_after = {}


def _own(alarm: Raised, onset: RowRef, raised: RowRef) -> Raised:
    """In the rows of the member that carries it alone."""
    return Raised(alarm.signal, raised, onset, onset.ordinal, raised.ordinal, alarm.log10_evidence)


def _told(pool: Pool, config: DetectConfig, phase: Phase, *, first: bool = False) -> list[Candidate]:
    if pool.suspicion is None:
        return []
    pool.suspicion.sequence += not first
    return [candidate(pool, pool.suspicion, phase, float(np.log10(config.pool_threshold)))]


def join(pool: Pool, config: DetectConfig) -> list[Candidate]:
    """Other signals passed their limits while an alarm is open; covariates do so at any time, and are told then."""
    passed = _passed(pool, config)
    if not passed.any():
        return []
    _note(pool, passed)
    return _told(pool, config, "growing")


def recover(pool: Pool, config: DetectConfig) -> list[Candidate]:
    """All alarmed signals are uniform again: what cried wolf must shout louder. Held ones begin anew, untold."""
    statistics = pool.statistics
    well = statistics.recovery > RECOVERY
    held = (statistics.alarmed == HELD) & well
    forget(statistics, np.flatnonzero(held))
    ill = (statistics.alarmed == OPEN) & ~COVARIATE
    if pool.suspicion is None or not ill.any() or not well[ill].all():
        return []
    if not all(_looks_uniform(pool, int(signal)) for signal in np.flatnonzero(ill)):
        statistics.recovery[ill] = 0.0
        return []
    told = _told(pool, config, "recovered")
    statistics.wolves[ill] += 1
    measure(statistics, np.flatnonzero((statistics.known > 0) & ~COVARIATE))
    _close(pool, held=False)
    return told


def _looks_uniform(pool: Pool, signal: int) -> bool:
    """Whether the latest ranks look no more like the alarm than even ones do, as far as so many tell."""
    cells = pool.latest[signal]
    rows = cells.sum()
    expected = rows * WIDTHS
    ratio = pool.statistics.variance[signal, 1]
    law = np.log(_law(pool, signal))
    gap = float((cells - expected) @ law)
    spread = float(np.sqrt(rows * ratio * (WIDTHS @ law**2 - (WIDTHS @ law) ** 2)))
    return bool(rows >= FEWEST_BACK and gap < DEVIATIONS * spread)


def _law(pool: Pool, signal: int) -> NDArray[np.float64]:
    """What the alarm looked like, shape (CELLS,)."""
    return np.asarray(densities() @ pool.statistics.mixture[signal].astype(np.float64))


def due(pool: Pool, config: DetectConfig) -> list[Candidate]:
    """What falls due with the fresh rows that there are."""
    suspicion = pool.suspicion
    if suspicion is None:
        return []
    if suspicion.fresh >= suspicion.most_fresh:
        told = _told(pool, config, "final")
        _settle(pool)
        return told
    reached = sum(suspicion.fresh >= target for target in TARGETS)
    if reached <= suspicion.told:
        return []
    suspicion.told = reached
    return _told(pool, config, "growing")


def _settle(pool: Pool) -> None:
    """Told to its end: held until it does not show any more. Where only times moved, more of it is to be expected."""
    statistics = pool.statistics
    alarmed = (statistics.alarmed == OPEN) & ~COVARIATE
    if not (alarmed & ~RESTLESS).any():
        statistics.wolves[alarmed] += 1
        measure(statistics, np.flatnonzero((statistics.known > 0) & ~COVARIATE))
    _close(pool, held=True)


def _close(pool: Pool, *, held: bool) -> None:
    """The suspicion ends; all evidence begins anew."""
    statistics = pool.statistics
    open_now = statistics.alarmed == OPEN
    kept = open_now & held & ~COVARIATE
    forget(statistics, np.flatnonzero((statistics.alarmed != HELD) & ~kept))
    statistics.alarmed[kept] = HELD
    statistics.recovery[kept] = 0.0
    pool.alarms, pool.suspicion, pool.carried = {}, None, {}
    pool.members.settle(nothing_carried=True)
    for field, values in pool.unusual_after.items():
        known = pool.unusual_before.setdefault(field, {})
        known.update({value: known.get(value, 0) + count for value, count in values.items()})
    pool.unusual_after = {}
