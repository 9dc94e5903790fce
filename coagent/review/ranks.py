"""A request's place in a fixed random order, from its id and a seed alone: a replay draws the same requests."""

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from coagent.domain.request import MAX_TEXT_CHARS

Ranks = NDArray[np.int64]
HIGHEST = 2**62 - 1
"""Fits into a bigint, and is in the range of what a topic may hold."""


def ranks(request_ids: list[str], seed: str) -> Ranks:
    """Shape (ids,), 0 to 2**62 - 1, uniform; equal ids have equal ranks.

    A multilinear hash of the characters with random odd factors, then the finalizer of SplitMix64.
    """
    if not request_ids:
        return np.empty(0, np.int64)
    texts = np.array(request_ids)
    characters = texts.view(np.uint32).reshape(len(request_ids), -1)[:, :MAX_TEXT_CHARS].astype(np.uint64)
    sums = characters @ _factors(seed)[: characters.shape[1]]  # shorter texts end in zeros, which add nothing
    return (_mixed(sums) >> np.uint64(2)).astype(np.int64)


@lru_cache(8)
def _factors(seed: str) -> NDArray[np.uint64]:
    key = hashlib.blake2b(seed.encode(), digest_size=32).digest()
    stream = hashlib.shake_256(key).digest(8 * MAX_TEXT_CHARS)
    return np.frombuffer(stream, "<u8") | np.uint64(1)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
