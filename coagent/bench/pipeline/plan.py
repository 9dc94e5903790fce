"""What `coagent bench pipeline` measures."""

import msgspec

SOAK_FROM_S = 120.0


class Fleet(msgspec.Struct, frozen=True):
    """So many accounts (segments), spread evenly over so many streams."""

    accounts: int
    streams: int


class Live(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent live: `per_s` requests a second of all accounts together for `seconds`; in the middle all streams
    change. `per_s` None: half of what the backlog of the same fleet reached by the clock.
    """

    accounts: int
    streams: int
    seconds: float
    per_s: float | None

    @property
    def is_soak(self) -> bool:
        """Long enough to see whether anything grows."""
        return self.seconds >= SOAK_FROM_S


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """`seconds`: at most, of each rival. `chief`: the fleet whose figures stand for all where one figure is asked for.
    `two_workers`: also with two workers, None not at all.
    """

    records: int
    seconds: float
    chief: Fleet
    backlogs: tuple[Fleet, ...]
    lives: tuple[Live, ...]
    two_workers: Fleet | None = None

    @property
    def steps(self) -> int:
        return len(self.backlogs) + len(self.lives) + (self.two_workers is not None)


CHIEF = Fleet(1_000, 10)
FULL = Plan(
    records=300_000,
    seconds=8.0,
    chief=CHIEF,
    backlogs=(
        Fleet(10, 3), Fleet(100, 10), CHIEF, Fleet(10_000, 30),
        Fleet(10, 10), Fleet(100, 100), Fleet(1_000, 1_000), Fleet(10_000, 10_000),
    ),
    lives=(
        Live(accounts=1_000, streams=10, seconds=30.0, per_s=None),
        Live(accounts=1_000, streams=10, seconds=60.0, per_s=1_000),
        Live(accounts=5_000, streams=30, seconds=60.0, per_s=500),
        Live(accounts=8, streams=8, seconds=60.0, per_s=400),
    ),
    two_workers=CHIEF,
)  # fmt: skip
"""About a quarter of an hour on two cores. The last fleet: segments that are busy, 50 requests a second each."""
QUICK = Plan(
    records=100_000,
    seconds=4.0,
    chief=CHIEF,
    backlogs=(Fleet(10, 3), CHIEF),
    lives=(Live(accounts=1_000, streams=10, seconds=20.0, per_s=1_000),),
)
"""Less than three minutes."""


def plan_of(fleet: Fleet, records: int, seconds: float) -> Plan:
    """One fleet alone: its backlog, then a request a second of each account."""
    live = Live(accounts=fleet.accounts, streams=fleet.streams, seconds=seconds, per_s=fleet.accounts)
    return Plan(records=records, seconds=min(seconds, 10.0), chief=fleet, backlogs=(fleet,), lives=(live,))


def soak_of(fleet: Fleet, records: int, minutes: float) -> Plan:
    """One fleet at half the rate of its backlog, long enough to see whether anything grows."""
    live = Live(accounts=fleet.accounts, streams=fleet.streams, seconds=60 * minutes, per_s=None)
    return Plan(records=records, seconds=4.0, chief=fleet, backlogs=(fleet,), lives=(live,))
