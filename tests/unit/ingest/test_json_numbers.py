"""Numbers in JSON are read as Python's `float` reads them, to the last bit."""

import random
from collections.abc import Iterator

import numpy as np

from coagent.ingest.columns.json_numbers import FLOAT, read_numbers

SEED = 3


def texts(chance: random.Random) -> Iterator[str]:
    for _ in range(20_000):
        yield repr(chance.lognormvariate(0, 3))
        yield repr(chance.random() * 10.0 ** chance.randint(-35, 20))
        yield f"-{chance.getrandbits(59)}e{chance.randint(-60, 40)}"
        yield f"{(2 * (chance.getrandbits(53) | 1 << 52) + 1) * 5}e-1"  # half-way between two floats
        yield f"-0.000{chance.getrandbits(55)}"
    for power in range(-40, 20):
        yield from (f"{(2**53 + near) * 10}e{power}" for near in range(-20, 20))
    yield from ("0.0", "-0.0", "0e9", "5e-324", "1.7976931348623157e308")


def read(found: list[str]) -> tuple[list[float], set[int]]:
    """Values, and the places of those that are left to the strict reader."""
    ends = np.cumsum([*map(len, found)])
    spans = np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1).astype(np.int32)[:, None]
    letters, any_number = np.frombuffer("".join(found).encode(), np.uint8), np.array([np.inf])
    values, good, long = read_numbers(letters, spans, np.array([FLOAT]), -any_number, any_number)
    assert good.all()
    return values[:, 0].tolist(), set(long[:, 0].tolist())


def test_every_number_is_the_nearest_float() -> None:
    found = list(texts(random.Random(SEED)))
    values, left = read(found)
    wrong = [
        text
        for place, (text, value) in enumerate(zip(found, values, strict=True))
        if place not in left and (float(text).hex() != value.hex())
    ]
    assert wrong == []


def test_what_python_writes_is_read_without_help() -> None:
    chance = random.Random(SEED)
    _, left = read([repr(chance.lognormvariate(0, 3)) for _ in range(20_000)])
    assert not left
