"""Fits the table of causes and prints how well it does on seeds and recordings that it did not see.

    python tools/fit_causes.py [--cases FOLDER]    fit, print, and write coagent/confirm/cause/likelihood_table.py
    python tools/fit_causes.py --check             print alone, of the table as it is

With a folder of labelled cases (as `coagent bench --cases` takes it) recordings are fitted too, each source as one
change, and each is judged by a fit without it. Facts (FACTS in coagent/confirm/cause/kinds.py) are not fitted.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cause_fit import current, fit, probabilities, table_text
from cause_looks import RECORDED, Look, recorded, simulated

from coagent.confirm.cause import likelihood_table
from coagent.confirm.cause.kinds import FACTS, FAMILY
from coagent.confirm.cause.posterior import FACT_CONFIDENCE, KINDS, is_lone_length, named, stated
from coagent.confirm.config import ConfirmConfig

SEED = 27
FIT_SEEDS, CHECK_SEEDS = (27_000, 30), (27_500, 12)
"""First seed, and runs of each change."""
TABLE = Path(likelihood_table.__file__)
BANDS = ((0.75, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.01), (0.9, 1.01))


@dataclass(frozen=True)
class Outcome:
    look: Look
    family: str
    kind: str
    confidence: float

    @property
    def right_family(self) -> bool:
        return self.family in self.look.families

    @property
    def right_kind(self) -> bool:
        return self.kind in self.look.kinds


def outcomes(looks: Sequence[Look], chances: Sequence[Sequence[float]]) -> list[Outcome]:
    """What each look is named, as confirm would name it; facts decide by themselves."""
    return [_outcome(look, row) for look, row in zip(looks, chances, strict=True)]


def _outcome(look: Look, row: Sequence[float]) -> Outcome:
    fact = stated(look.findings)
    chances = dict(zip(KINDS, row, strict=True))
    if fact is not None:
        chances = {FACTS[fact.name]: FACT_CONFIDENCE, "unknown": 1 - FACT_CONFIDENCE}
    kind, confidence = named(chances, ConfirmConfig().name_confidence)
    if kind == "silent_version" and is_lone_length(look.findings):
        kind, confidence = "unknown", 1 - confidence
    return Outcome(look, FAMILY[kind], kind, confidence)


def report(found: Sequence[Outcome]) -> None:
    """How right what is named is by its confidence, and by change."""
    called = [one for one in found if one.kind != "unknown"]
    print(f"{len(found)} looks, {len(called)} named; of those, by confidence in the family:")
    for low, high in BANDS:
        _rates(f"{low:.2f} to {min(high, 1.0):.2f}", [one for one in called if low <= one.confidence < high])
    last = [one for one in found if one.look.final]
    wrong = [one for one in last if one.kind != "unknown" and not one.right_family]
    print(f"last looks: {len(last)}, wrong family {len(wrong) / max(len(last), 1):.2%}")
    for change in dict.fromkeys(one.look.change for one in last):
        some = [one for one in last if one.look.change == change]
        _rates(f"{change} ({len(some)})", [one for one in some if one.kind != "unknown"])


def _rates(title: str, some: Sequence[Outcome]) -> None:
    if some:
        family, kind = sum(one.right_family for one in some), sum(one.right_kind for one in some)
        print(f"  {title:48s} named {len(some):4d}  right family {family:4d}  right kind {kind:4d}")


def left_out(simulation: Sequence[Look], recordings: Sequence[Look]) -> list[Outcome]:
    """Each source of recordings judged by a fit without it."""
    found = []
    for source in RECORDED:
        own = [one for one in recordings if one.group == source]
        weights = fit([*simulation, *(one for one in recordings if one.group != source)])
        found += outcomes(own, probabilities(own, weights).tolist()) if own else []
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="print how well the table does and write nothing")
    parser.add_argument("--cases", type=Path, help="folder of labelled recordings")
    options = parser.parse_args()
    recordings = recorded(options.cases) if options.cases else []
    simulation = [] if options.check else simulated(*FIT_SEEDS)
    weights = current() if options.check else fit([*simulation, *recordings])
    if not options.check:
        TABLE.write_text(table_text(weights, SEED))
    unseen = simulated(*CHECK_SEEDS)
    report(outcomes(unseen, probabilities(unseen, weights).tolist()))
    if simulation and recordings:
        print("recordings, each source left out of the fit:")
        report(left_out(simulation, recordings))


if __name__ == "__main__":
    main()
