"""Variants of the labelled cases: how many changes are found however their rows are taken, and what is false; beside us
River's ADWIN on the same rows.
"""

import gzip
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from coagent.bench.progress import Track
from coagent.bench.rivals.river_detector import ADWIN_STANDARDIZED
from coagent.bench.sections.case_rivals import RivalCase, judged_rival, signals_of
from coagent.bench.sections.cases import SHIFTS, Case, Label, judged_case, labels_of
from coagent.bench.sections.quantiles import quantile
from coagent.bench.simulator.variants import FIXED, LEAST_NULL, VARIANTS, Cut, Record, Variant, retimed
from coagent.ports import RawRecord
from coagent.settings import Settings


class Varied(msgspec.Struct, frozen=True, kw_only=True):
    """Of one variant and label: how many of its `streams` were right (changes found, improvements reported without a
    page, nothing reported where nothing changed), median rows to the alarm of those found, and false reports. `wrong`
    names those that were not. `rival_found`: changes that any of ADWIN's alarms follows, whatever its cause; None where
    none is due. `rival_false`: its alarms where none is due.
    """

    variant: str
    expect: str
    streams: int
    right: int
    median_rows: float | None
    false: int
    paged: int
    rival_found: int | None
    rival_false: int
    wrong: list[str]


class _Judged(NamedTuple):
    ours: Case
    rival: RivalCase


def variants(
    folder: Path, settings: Settings, at_s: float, seeds: tuple[int, ...], track: Track[Variant]
) -> list[Varied]:
    """Of every case with two stretches in which the order of rows means nothing."""
    labels = {name: one for name, one in labels_of(folder).items() if not any(part in name for part in FIXED)}
    rows = {name: _records(folder / f"{name}.jsonl.gz") for name in labels}
    return [
        one
        for variant in track(VARIANTS, "variants of cases")
        for one in _summed(
            variant, [case for seed in seeds for case in _cases(variant, labels, rows, seed, settings, at_s)]
        )
    ]


def _records(path: Path) -> list[Record]:
    with gzip.open(path, "rb") as lines:
        return [msgspec.json.decode(line) for line in lines]


def _cases(  # noqa: PLR0917  what is cut, and how it is read
    variant: Variant,
    labels: dict[str, Label],
    rows: dict[str, list[Record]],
    seed: int,
    settings: Settings,
    at_s: float,
) -> list[_Judged]:
    found = list[_Judged]()
    for name, label in labels.items():
        planted = label.expect == "none" and variant.expect is not None
        if label.expect not in variant.of or (planted and label.rows < LEAST_NULL):
            continue
        change = label.change_at_row or label.rows // 2
        cut = variant.make(
            Cut(rows[name][:change], rows[name][change:]), np.random.default_rng([seed, label.rows, change])
        )
        as_labelled = Label(len(cut.before), variant.expect or label.expect, cut.rows)
        records = [RawRecord(msgspec.json.encode(one), name) for one in retimed(cut)]
        signals = list(signals_of(records, settings, at_s))
        found.append(
            _Judged(
                judged_case(f"{name}, seed {seed}", as_labelled, records, settings, at_s),
                judged_rival(ADWIN_STANDARDIZED, name, as_labelled, signals),
            )
        )
    return found


def _summed(variant: Variant, every: list[_Judged]) -> list[Varied]:
    return [
        _one(variant, expect, [one for one in every if one.ours.expect == expect])
        for expect in dict.fromkeys(one.ours.expect for one in every)
    ]


def _one(variant: Variant, expect: str, both: list[_Judged]) -> Varied:
    some, rivals = [one.ours for one in both], [one.rival for one in both]
    delays = [one.rows_to_alarm for one in some if one.right and expect in SHIFTS]
    return Varied(
        variant=variant.name,
        expect=expect,
        streams=len(some),
        right=sum(one.right for one in some),
        median_rows=quantile(delays, 0.5),
        false=sum(one.false for one in some),
        paged=sum(one.paged for one in some),
        rival_found=sum(one.rows_to_alarm is not None for one in rivals) if expect in SHIFTS else None,
        rival_false=sum(one.false for one in rivals),
        wrong=[one.name for one in some if not one.right or one.false],
    )
