"""The shipped demo in runs that differ in the identities of their rows alone: ranks are random by them."""

import pytest

from coagent.bench.progress import untracked
from coagent.bench.sections.demo import DemoRun, demo_runs
from coagent.bench.sizes import Sizes
from coagent.settings import Settings

RUNS, WITHIN_ROWS = 20, 100

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def runs() -> list[DemoRun]:
    return demo_runs(Sizes(seeds=(1000,), demo_runs=RUNS), Settings(), untracked)


def test_each_run_finds_it_soon_and_nothing_before(runs: list[DemoRun]) -> None:
    late = [one for one in runs if one.rows_to_page is None or one.rows_to_page > WITHIN_ROWS]
    assert late == []
    assert [one for one in runs if one.false] == []


def test_each_run_names_other_weights_or_another_version(runs: list[DemoRun]) -> None:
    assert {one.kind for one in runs} <= {"quantization_or_stack", "silent_version"}
