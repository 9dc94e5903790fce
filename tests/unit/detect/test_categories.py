import numpy as np

from coagent.detect.categories import MOST, Categories
from coagent.detect.columns import Columns
from coagent.detect.raw import Raw, raw

from .batches import batch_of


def table(**columns: object) -> Raw:
    return raw(Columns(batch_of(columns)))  # type: ignore[arg-type]


def test_strata_have_equal_shares_of_the_first_rows_and_new_lengths_are_apart() -> None:
    lengths = np.arange(100.0, 900.0)
    own = Categories.from_first_rows(table(input_tokens=lengths))
    codes = own.of(table(input_tokens=lengths))
    assert np.bincount(codes).tolist() == [100] * 8
    far = own.of(table(input_tokens=[1200.0, 3000.0, 1e6, 10.0]))
    assert sorted(far) == [8, 9, 10, 11]


def test_characters_count_where_most_rows_know_them() -> None:
    known = table(input_chars=[4.0, 8.0, None], input_tokens=[1.0, 2.0, 3.0])
    assert Categories.from_first_rows(known).by_chars
    assert not Categories.from_first_rows(table(input_chars=[4.0, None, None], input_tokens=[1.0, 2.0, 3.0])).by_chars


def test_what_the_client_chose_makes_categories_and_the_rare_share_one() -> None:
    limits = [100.0] * 10 + [200.0] * 10
    own = Categories.from_first_rows(table(max_tokens=limits, stream=[0.0] * 20))
    codes = own.of(table(max_tokens=[100.0, 200.0, 333.0, 444.0, 100.0], stream=[0.0, 0.0, 0.0, 0.0, 1.0]))
    assert codes.tolist() == [0, 1, 2, 2, 3]
    assert own.labels() == [
        "not streamed, max_tokens 100",
        "not streamed, max_tokens 200",
        "not streamed, other max_tokens",
        "streamed, max_tokens 100",
    ]


def test_codes_do_not_depend_on_how_rows_are_cut() -> None:
    rng = np.random.default_rng(0)
    rows = table(input_tokens=rng.integers(1, 9000, 500), stream=rng.integers(0, 2, 500))
    whole, cut = (Categories.from_first_rows(rows[:, :100]) for _ in range(2))
    parts = [cut.of(rows[:, at : at + 7]) for at in range(0, 500, 7)]
    assert whole.of(rows).tolist() == np.concatenate(parts).tolist()


def test_categories_are_bounded() -> None:
    rng = np.random.default_rng(1)
    limits, heats = rng.choice([10.0, 20.0, 30.0, 40.0], 4000), rng.choice([0.0, 0.5, 1.0], 4000)
    rows = table(input_tokens=rng.integers(1, 9000, 4000), max_tokens=limits, temperature=heats)
    own = Categories.from_first_rows(rows[:, :100])
    assert own.of(rows).max() == MOST - 1
    assert len(own.labels()) == MOST
