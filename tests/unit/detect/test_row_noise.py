import numpy as np
from scipy.stats import kstest

from coagent.detect.sensor.row_noise import GOLDEN, mix, row_hashes, uniform_of
from coagent.domain.batch import Source

HERE = Source("a", "t", 0)


def hashes(source: Source, offsets: range, index: int = 0) -> np.ndarray:
    return row_hashes(source, np.array(offsets), np.full(len(offsets), index, np.int32))


def uniform(rows: np.ndarray, use: int) -> np.ndarray:
    return np.array([uniform_of(one) for one in mix(rows + np.uint64(use * int(GOLDEN) % 2**64))])


def test_noise_follows_from_the_row_and_its_use_alone() -> None:
    rows = hashes(HERE, range(2000))
    assert (rows[500:600] == hashes(HERE, range(500, 600))).all()
    assert kstest(uniform(rows, 3), "uniform").pvalue > 0.001
    assert abs(np.corrcoef(uniform(rows, 3), uniform(rows, 4))[0, 1]) < 0.08
    assert abs(np.corrcoef(uniform(rows, 3), uniform(hashes(HERE, range(2000), index=1), 3))[0, 1]) < 0.08


def test_a_rows_hash_stays_what_it_is() -> None:
    """A replay after an update draws the same noise."""
    assert hashes(HERE, range(2)).tolist() == [0xC36951D9, 0x32D1C92E]


def test_every_source_has_its_own_noise() -> None:
    assert not set(hashes(HERE, range(1000))) & set(hashes(Source("a", "t", 1), range(1000)))
