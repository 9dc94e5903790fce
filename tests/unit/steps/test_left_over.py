"""What a version before left: its states become those of streams, and what it left unread is counted once."""

import time
from collections import Counter

import pytest

from coagent.adapters.kafka.internal_codec import EARLIER_BATCHES
from coagent.domain.segment import Segment
from coagent.domain.topics import EARLIER_REQUESTS
from coagent.steps.left_over import CountLeftOver
from coagent.steps.states_by_stream import NO_DETECTION, _Nothing, by_stream, lost_mutes
from coagent.steps.stream_state import decode, unwrap, wrap
from streams.state import State
from tests.earlier_version import LEFT_ROWS, PLAIN, READ_ROWS, STREAM, accounts, of_topic


@pytest.fixture(scope="module")
def states() -> dict[Segment, bytes]:
    found = {Segment.from_key(one.key): State.unpack(one.value).data for one in of_topic("coagent-detect-changelog")}
    return {account: data for account, data in found.items() if data}


def unread():
    return [EARLIER_BATCHES.decode(one.value, one.headers) for one in of_topic(EARLIER_REQUESTS)]


def counted(rollups) -> Counter[Segment]:
    newest = {(one.segment, one.minute, one.part): one.requests for one in rollups}
    total: Counter[Segment] = Counter()
    for (segment, _, _), requests in newest.items():
        total[segment] += requests
    return total


def test_the_recording_has_states_of_each_account(states):
    assert set(states) == set(accounts(0, LEFT_ROWS))
    assert {account: unwrap(data)[0].rows_seen for account, data in states.items()} == accounts(0, READ_ROWS)


def test_what_was_left_unread_is_counted_once_in_its_account(states):
    count = CountLeftOver(states)
    rollups = [rollup for batch in unread() for rollup in count(batch)]
    assert counted(rollups) == accounts(READ_ROWS, LEFT_ROWS)
    assert count.rows == LEFT_ROWS - READ_ROWS


def test_the_same_again_gives_the_same_ids_and_a_batch_twice_counts_once(states):
    once, again = CountLeftOver(states), CountLeftOver(states)
    first = [rollup for batch in unread() for rollup in once(batch)]
    second = [rollup for batch in unread() for rollup in (*again(batch), *again(batch))]
    assert first == second


def test_rows_that_the_states_have_seen_are_not_counted(states):
    sources = {str(batch.source): (1 << 40, 0) for batch in unread()}
    seen = {}
    for account, data in states.items():
        kept = unwrap(data)[0]
        kept.sources = sources
        seen[account] = wrap(kept, NO_DETECTION, _Nothing())
    count = CountLeftOver(seen)
    assert [rollup for batch in unread() for rollup in count(batch)] == []


def test_accounts_become_streams_and_decisions_go_on(states):
    found = dict(by_stream(states))
    assert set(found) == {STREAM, PLAIN}
    watch, sources, _ = decode(found[STREAM], STREAM)
    assert watch.control.obeyed == ["recorded-mute"]
    assert watch.control.muted_until[""] > time.time()
    assert (watch.rows_seen, watch.suspicion) == (0, None)
    assert set(sources) == set(unwrap(states[PLAIN])[0].sources)
    plain, _, _ = decode(found[PLAIN], PLAIN)
    assert plain.rows_seen == accounts(0, READ_ROWS)[PLAIN]
    assert plain.control.muted_until == {}


def test_it_is_said_that_detection_begins_anew(states, caplog):
    decode(dict(by_stream(states))[STREAM], STREAM)
    assert "begins anew" in caplog.text


def test_a_source_goes_on_where_the_slowest_account_stood(states):
    each = [account for account in states if account.stream == STREAM]
    stood = [unwrap(states[account])[0].sources for account in each]
    _, sources, _ = decode(dict(by_stream(states))[STREAM], STREAM)
    assert sources == {name: min(one[name] for one in stood) for name in stood[0]}


def test_a_mute_of_one_account_among_others_ends_and_is_named(states):
    muted, other = [account for account in states if account.stream == STREAM]
    kept = unwrap(states[other])[0]
    kept.control.muted_until = {}
    half = {**states, other: wrap(kept, NO_DETECTION, _Nothing())}
    assert decode(dict(by_stream(half))[STREAM], STREAM)[0].control.muted_until == {}
    assert lost_mutes(half, time.time()) == [muted]
    assert lost_mutes(states, time.time()) == []


def test_bytes_that_are_no_state_are_left_out():
    assert list(by_stream({STREAM: b"\x00what"})) == []
