"""Numbers that look random and follow from a row's identity: a replay draws the same ones."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns
from coagent.detect.sensor.jit import compiled, inlined
from coagent.domain.batch import Source

Hashes = NDArray[np.uint64]

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
"""Of splitmix64."""


@compiled
def mix_one(x: np.uint64) -> np.uint64:
    """The splitmix64 finalizer."""
    x = (x ^ (x >> np.uint64(30))) * MIX_1
    x = (x ^ (x >> np.uint64(27))) * MIX_2
    return np.uint64(x ^ (x >> np.uint64(31)))


@inlined
def uniform_of(mixed: np.uint64) -> float:
    """Uniform on (0, 1)."""
    return (np.float64(mixed >> np.uint64(11)) + 0.5) * 2.0**-53


@compiled
def mix(x: Hashes) -> Hashes:
    """`mix_one` of each, shape (rows,)."""
    found = np.empty_like(x)
    for j in range(len(x)):
        found[j] = mix_one(x[j])
    return found


def hashes_of(columns: Columns) -> Hashes:
    """Shape (rows,)."""
    found = [row_hashes(part.source, part.offsets, part.indexes) for part in columns.by_batch]
    return found[0] if len(found) == 1 else np.concatenate(found)


def row_hashes(source: Source, offsets: NDArray[np.int64], indexes: NDArray[np.int32]) -> Hashes:
    """One hash a row, shape (rows,), from where the row came from; 32 bits, which are kept with the row."""
    digest = hashlib.blake2b(str(source).encode(), digest_size=8).digest()
    return _place_hashes(np.frombuffer(digest, "<u8")[0], offsets, indexes)


@compiled
def _place_hashes(base: np.uint64, offsets: NDArray[np.int64], indexes: NDArray[np.int32]) -> Hashes:
    found = np.empty(len(offsets), np.uint64)
    for j in range(len(offsets)):
        offset = mix_one(base + np.uint64(offsets[j]) * GOLDEN)
        found[j] = mix_one(offset + np.uint64(indexes[j]) * GOLDEN) >> np.uint64(32)
    return found
