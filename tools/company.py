"""Tries the advisors on simulated companies with planted waste of known size.

    python -m tools.company [--seeds FIRST LAST] [--lean FIRST LAST]

Prints a row for each planted kind, then what was found in lean companies, where nothing is to be found.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from coagent.advise import opportunities, usage_of
from coagent.domain.opportunity import Opportunity
from coagent.domain.rollup import Rollup
from tools.company_jobs import Planted, lean, wasteful
from tools.company_traffic import list_prices, traffic


def advised(rollups: Iterable[Rollup]) -> list[Opportunity]:
    """What the advisors find in a company's four weeks."""
    return opportunities(usage_of(rollups), list_prices())


def named(planted: Planted, found: Iterable[Opportunity]) -> Opportunity | None:
    """What answers to the planted waste."""
    fitting = (one for one in found if (one.kind, one.segment.request_model) == (planted.kind, planted.model))
    return next(fitting, None)


def holds(planted: Planted, found: Opportunity | None) -> bool:
    """Whether it was found, with the true saving within its range."""
    if found is None or planted.usd is None:
        return found is not None
    money = found.alone_savings_usd or found.monthly_savings_usd
    return money.low <= Decimal(planted.usd) <= money.high


def spend_usd(rollups: Iterable[Rollup]) -> Decimal:
    """Of a mean month."""
    costs = [rollup.cost_usd or Decimal(0) for rollup in rollups]
    return sum(costs, Decimal(0)) * 30 / 28


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs=2, type=int, default=(0, 20))
    parser.add_argument("--lean", nargs=2, type=int, default=(0, 10))
    chosen = parser.parse_args()
    _planted(range(*chosen.seeds))
    _lean(range(*chosen.lean))


def _planted(seeds: Iterable[int]) -> None:
    outcomes = defaultdict(list)
    for seed in seeds:
        company = wasteful(seed)
        rollups = list(traffic(company.jobs, seed))
        found = advised(rollups)
        answers = {one.kind: named(one, found) for one in company.planted}
        for one in company.planted:
            answer = answers[one.kind]
            outcomes[one.kind].append((answer is not None, holds(one, answer)))
            if not holds(one, answer):
                print(f"seed {seed}: {one.kind} {one.model} true {one.usd} found {answer and answer.alone_savings_usd}")
        others = [one for one in found if one not in answers.values()]
        for one in others:
            print(f"seed {seed}: not planted: {one.kind} {one.segment.label} {one.monthly_savings_usd}")
        print(f"seed {seed}: sums", *_sums(found), "of", round(spend_usd(rollups), 2))
    for kind, held in outcomes.items():
        print(
            f"{kind:24} found {sum(one for one, _ in held):3} in range {sum(one for _, one in held):3} of {len(held)}"
        )


def _sums(found: list[Opportunity]) -> tuple[Decimal, Decimal, Decimal]:
    money = [one.monthly_savings_usd for one in found]
    return tuple(sum((getattr(one, name) for one in money), Decimal(0)) for name in ("low", "expected", "high"))


def _lean(seeds: Iterable[int]) -> None:
    for seed in seeds:
        for one in advised(traffic(lean(seed).jobs, seed)):
            print(f"lean {seed}: {one.kind} {one.segment.label} {one.monthly_savings_usd}")


if __name__ == "__main__":
    main()
