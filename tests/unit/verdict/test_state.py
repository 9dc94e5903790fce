"""What rows add to a trial: each once, in their arms, like with like, unknown stays unknown."""

from datetime import UTC, datetime

import msgspec
import numpy as np

from coagent.domain.segment import Segment
from coagent.domain.slo import Match
from coagent.domain.verdict import Arms, Margin
from coagent.verdict.blocks import MOST_KINDS, WAITING_A_KIND, Blocks
from coagent.verdict.figures import verdict_of
from coagent.verdict.pairs import MOST_WAITING, Half, Pairs
from coagent.verdict.state import begun, decode, encode, with_batch
from tests.unit.verdict.batches import START, batch, mixed, trial

ALL = tuple(Margin(metric=metric, margin=0.1, halt=0.1) for metric in ("success", "quality", "cost", "latency"))


def fed(one, *batches):
    state = begun(one)
    for offset, rows in enumerate(batches):
        state = with_batch(state, one, rows, ("cluster/0", offset))
    return state


def test_a_batch_that_comes_twice_counts_once():
    one, rows = trial(margins=ALL), mixed(0, 400, 1)
    once = fed(one, rows)
    again = with_batch(once, one, rows, ("cluster/0", 0))
    sent_twice = with_batch(once, one, rows, ("cluster/0", 1))
    assert once.requests[0] + once.requests[1] == 400
    assert again is once
    assert sent_twice.requests == once.requests
    assert sent_twice.metrics == once.metrics


def test_the_state_survives_its_checkpoint():
    one = trial(margins=ALL)
    batches = [mixed(400 * part, 400, part) for part in range(6)]
    state, kept = begun(one), begun(one)
    for offset, rows in enumerate(batches):
        state = with_batch(state, one, rows, ("cluster/0", offset))
        kept = decode(encode(with_batch(kept, one, rows, ("cluster/0", offset))))
    assert encode(kept) == encode(state)
    assert verdict_of(one, kept) == verdict_of(one, state)


def test_rows_of_neither_arm_of_another_account_and_of_before_do_not_count():
    one = trial(match=Match(model="gpt-5", task="chat"))
    early = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
    rows = batch(
        0,
        app_version=["1", "2", "3", None, "1", "1"],
        status=["ok"] * 6,
        task=["chat", "chat", "chat", "chat", "sql", "chat"],
        time_s=[START.timestamp()] * 5 + [early],
    )
    assert fed(one, rows).requests == (1, 1)
    other = msgspec.structs.replace(rows, segment=Segment("openai", "gpt-4"))
    assert fed(one, other).requests == (0, 0)


def test_an_unknown_outcome_is_no_success():
    rows = batch(0, app_version=["1", "2"] * 50, status=[None] * 100)
    state = fed(trial(), rows)
    [figures] = verdict_of(trial(), state).metrics
    assert state.requests == (50, 50)
    assert (figures.comparisons, figures.control_known, figures.effect) == (0, 0, None)


def test_a_failure_has_no_latency_and_an_http_status_says_what_it_is():
    rows = batch(0, app_version=["1", "2"] * 2, http_status=[200, 500, 200, 200], duration_s=[1.0, 1.0, 1.0, 1.0])
    one = trial(margins=ALL)
    by_metric = {figures.metric: figures for figures in verdict_of(one, fed(one, rows)).metrics}
    assert (by_metric["success"].control_known, by_metric["success"].candidate_known) == (2, 2)
    assert (by_metric["latency"].control_known, by_metric["latency"].candidate_known) == (2, 1)


def test_tasks_are_compared_with_themselves():
    """The candidate has the harder task more often: compared with each other it would seem worse."""
    random = np.random.default_rng(3)
    batches = []
    for part in range(10):
        arms = random.integers(0, 2, 800)
        hard = random.random(800) < np.where(arms == 1, 0.8, 0.2)
        fails = random.random(800) < np.where(hard, 0.4, 0.05)
        columns = {
            "app_version": [str(arm + 1) for arm in arms.tolist()],
            "status": ["error" if one else "ok" for one in fails.tolist()],
            "task": ["sql" if one else "chat" for one in hard.tolist()],
        }
        batches.append(batch(800 * part, **columns))
    [figures] = verdict_of(trial(), fed(trial(), *batches)).metrics
    assert figures.effect is not None
    assert abs(figures.effect) < 0.04
    assert figures.outcome == "certified"


def test_a_small_canary_uses_the_many_requests_of_the_control():
    random = np.random.default_rng(4)
    arms = (random.random(8000) < 0.1).astype(int)
    rows = batch(
        0,
        app_version=[str(arm + 1) for arm in arms.tolist()],
        status=["error" if one else "ok" for one in (random.random(8000) < 0.1).tolist()],
    )
    [state] = fed(trial(), rows).metrics
    assert state.evidence.moments.rows == np.count_nonzero(arms)
    assert state.evidence.moments.squares / state.evidence.moments.rows < 0.13  # one to one it is 2 * 0.09 + 0.01


def test_halted_where_the_candidate_fails_more_often():
    batches = [mixed(1000 * part, 1000, part, worse=0.3) for part in range(4)]
    found = verdict_of(trial(), fed(trial(), *batches))
    assert (found.status, found.sequence) == ("halted", 1)
    assert found.reason == "worse than its margin: success"
    assert found.ended_at == found.last_at


def test_a_shadow_test_pairs_requests_of_two_models_by_their_id():
    one = trial(
        mode="shadow",
        pair_by="request_id",
        arms=Arms(field="model", control="gpt-5", candidate="gpt-5-mini"),
        match=Match(provider="openai"),
        margins=ALL,
    )
    random = np.random.default_rng(5)
    ids = [f"r{number}" for number in range(600)]
    hardness = np.exp(random.standard_normal(600))
    shared = {"request_id": ids, "status": ["ok"] * 600, "duration_s": hardness.tolist(), "cost_usd": hardness.tolist()}
    control = batch(0, **shared)
    order = random.permutation(500)
    cheaper = batch(
        0,
        segment=Segment("openai", "gpt-5-mini"),
        request_id=[ids[number] for number in order.tolist()],
        status=["ok"] * 500,
        duration_s=hardness[order].tolist(),
        cost_usd=(0.5 * hardness[order]).tolist(),
    )
    found = verdict_of(one, fed(one, control, cheaper))
    by_metric = {figures.metric: figures for figures in found.metrics}
    assert found.unpaired_requests == 100
    assert by_metric["success"].comparisons == 500
    assert by_metric["quality"].comparisons == 0
    assert by_metric["cost"].comparisons == 450
    assert abs(by_metric["cost"].effect + 0.5) < 0.03
    assert by_metric["cost"].outcome == by_metric["latency"].outcome == "certified"


def test_the_state_is_as_small_as_the_page_says():
    three = (ALL[0], ALL[2], ALL[3])
    empty = begun(trial(margins=three))
    sides = [0.5] * WAITING_A_KIND
    blocks = Blocks(waiting={kind: (sides, []) for kind in range(2**62, 2**62 + MOST_KINDS)})
    split = tuple(msgspec.structs.replace(one, blocks=blocks) for one in empty.metrics)
    half = Half(0, (0.5,) * 4, 0.5)
    pairs = Pairs(waiting=dict.fromkeys(range(2**62, 2**62 + MOST_WAITING), half))
    states = [empty, *(msgspec.structs.replace(empty, **one) for one in ({"metrics": split}, {"pairs": pairs}))]
    assert [round(len(encode(one)) / 1e6, 2) for one in states] == [0.02, 0.92, 0.59]


def test_a_forecast_is_made_of_what_is_known():
    one = trial(margins=(Margin(metric="success", margin=0.02, halt=0.02),))
    found = verdict_of(one, fed(one, mixed(0, 800, 1)))
    [figures] = found.metrics
    assert figures.outcome == "open"
    assert figures.comparisons_left is None or figures.comparisons_left > 100
