"""The streams of one provider and model together: what is known of them."""

from dataclasses import dataclass, field

import msgspec
import numpy as np
import zstandard
from numpy.typing import NDArray

from coagent.detect.packing import packed, unpacked
from coagent.detect.report_schedule import Reported
from coagent.detect.sensor.densities import BETS
from coagent.detect.sensor.kernel import USED
from coagent.detect.sensor.sensed import COUNT, IS_TRAFFIC, NAMES

Floats = NDArray[np.float64]

VERSION = 2
LEVEL = 1
LARGEST = 8 << 20
"""No state unpacks to more: what claims to is not one."""


class UnknownGroup(ValueError):
    """Bytes of another version, or no state at all."""


class Member(msgspec.Struct, array_like=True):
    """A stream: the first row that it has not told of, and how often its signals' limits were raised."""

    until: int
    louder: dict[str, int] = {}


@dataclass(slots=True)
class Group:
    """`members` by their streams' keys. Of each signal: `bets`, the evidence of each; `waiting` and `waited`, as in
    `kernel.Evidence`, of speeds; `rows` since evidence began; `low_s`, row time at which it was last low;
    `early`, those that the first stream had, which the budget is for; `peak`, the highest evidence so far. `number`: of
    the last alarm. `reported`: what people know of the detectors.
    """

    members: dict[str, Member] = field(default_factory=dict)
    bets: Floats = field(default_factory=lambda: np.zeros((COUNT, BETS)))
    waiting: Floats = field(default_factory=lambda: np.zeros((COUNT, BETS)))
    waited: Floats = field(default_factory=lambda: np.zeros((COUNT, 2)))
    rows: Floats = field(default_factory=lambda: np.zeros(COUNT))
    low_s: Floats = field(default_factory=lambda: np.zeros(COUNT))
    early: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(COUNT, np.bool_))
    number: int = 0
    peak: Floats = field(default_factory=lambda: np.zeros(COUNT))
    reported: Reported = field(default_factory=Reported)

    @property
    def mean(self) -> Floats:
        """Evidence of each signal."""
        return np.asarray(self.bets.sum(axis=1) / USED)

    def begin_anew(self) -> None:
        for array in (self.bets, self.waiting, self.waited, self.rows):
            array[~IS_TRAFFIC] = 0


class _Stored(msgspec.Struct, array_like=True):
    """`names`: the signals that its arrays are about. `group`: as `packed` has it."""

    version: int
    names: tuple[str, ...]
    group: msgspec.Raw


def encode(group: Group) -> bytes:
    plain = packed(_Stored(VERSION, NAMES, msgspec.Raw(packed(group))))
    return zstandard.ZstdCompressor(level=LEVEL).compress(plain)


def decode(data: bytes) -> Group:
    """Inverse of `encode`; raises UnknownGroup."""
    try:
        plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=LARGEST)
        found = unpacked(plain, _Stored)
        if (found.version, found.names) != (VERSION, NAMES):
            raise UnknownGroup(f"version {found.version}, or other signals")
        group = unpacked(found.group, Group)
    except (zstandard.ZstdError, ValueError, IndexError, TypeError) as error:
        raise UnknownGroup(str(error)) from error
    if group.bets.shape != (COUNT, BETS):
        raise UnknownGroup("other bets")
    return group
