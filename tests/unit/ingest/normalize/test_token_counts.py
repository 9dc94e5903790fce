from datetime import UTC, datetime

import pytest

from coagent.domain.request import Request
from coagent.ingest.normalize.token_counts import PARTS, contradiction
from coagent.ingest.normalize.usage_keys import MAX_KEYS, may_change_price, slug_of

from .readings import read

NAMED = {"time": datetime(2026, 6, 1, tzinfo=UTC), "provider": "openai", "request_model": "gpt-4o"}
CLAUDE = {"provider": "anthropic", "request_model": "claude-sonnet-4-5"}


def counted(fields, **about):
    """Input, output, cache writes, and why no price may be taken."""
    request, reasons = read(fields, **about)
    assert (request.cost_doubt in reasons) is (request.cost_doubt == "contradictory_counts")
    return request.input_tokens, request.output_tokens, request.cost_doubt


@pytest.mark.parametrize(
    ("fields", "about", "expected"),
    [
        # the producer says how it counts
        ({"input_tokens": 5, "output_tokens": 4, "cached_input_tokens": 3}, {"input_excludes_cache": True}, (8, 4)),
        ({"input_tokens": 5, "output_tokens": 4, "cached_input_tokens": 3}, {"input_excludes_cache": False}, (5, 4)),
        (
            {"input_tokens": 5, "output_tokens": 4, "cached_input_tokens": 3, "cache_write_tokens": 2},
            {"input_excludes_cache": True},
            (10, 4),
        ),
        ({"input_tokens": 5, "output_tokens": 4, "reasoning_tokens": 3}, {"output_excludes_reasoning": True}, (5, 7)),
        ({"input_tokens": 5, "output_tokens": 4, "reasoning_tokens": 3}, {"output_excludes_reasoning": False}, (5, 4)),
        # a part cannot be larger than its whole
        (
            {"input_tokens": 5, "output_tokens": 400, "cached_input_tokens": 128955, "cache_write_tokens": 1253},
            {},
            (130213, 400),
        ),
        ({"input_tokens": 264, "output_tokens": 104, "reasoning_tokens": 989}, {}, (264, 1093)),
        ({"input_tokens": 0, "output_tokens": 9, "cached_input_tokens": 7}, {}, (7, 9)),
        # a total adds up in one way only
        ({"input_tokens": 100, "output_tokens": 10, "cached_input_tokens": 40, "total_tokens": 150}, {}, (140, 10)),
        ({"input_tokens": 100, "output_tokens": 10, "reasoning_tokens": 5, "total_tokens": 115}, {}, (100, 15)),
        ({"input_tokens": 100, "output_tokens": 10, "reasoning_tokens": 5, "total_tokens": "115"}, {}, (100, 15)),
        (
            {
                "input_tokens": 9,
                "output_tokens": 3,
                "cached_input_tokens": 4,
                "reasoning_tokens": 2,
                "total_tokens": 18,
            },
            {},
            (13, 5),
        ),
        (
            {"input_tokens": 10, "output_tokens": 5, "reasoning_tokens": 300, "total_tokens": 315},
            {"output_excludes_reasoning": False},
            (10, 305),
        ),
        # a total of input and output decides nothing: both ways of counting have it
        ({"input_tokens": 100, "output_tokens": 10, "cached_input_tokens": 40, "total_tokens": 110}, {}, (100, 10)),
        (
            {"input_tokens": 5, "output_tokens": 10, "cached_input_tokens": 40, "total_tokens": 15},
            {"input_excludes_cache": True},
            (45, 10),
        ),
        ({"input_tokens": 5, "output_tokens": 10, "reasoning_tokens": 40, "total_tokens": 15}, {}, (5, 50)),
        # what was not cached is given apart
        (
            {"uncached_input_tokens": 5, "output_tokens": 4, "cached_input_tokens": 3, "cache_write_tokens": 2},
            {},
            (10, 4),
        ),
        ({"input_tokens": 10, "uncached_input_tokens": 5, "output_tokens": 4, "cached_input_tokens": 5}, {}, (10, 4)),
        ({"input_tokens": 9, "uncached_input_tokens": 9, "output_tokens": 4, "cached_input_tokens": 5}, {}, (14, 4)),
        # what is unknown stays unknown
        ({"output_tokens": 4, "cached_input_tokens": 5}, {"input_excludes_cache": True}, (None, 4)),
        ({"input_tokens": 4, "reasoning_tokens": 5}, {"output_excludes_reasoning": True}, (4, None)),
        ({"input_tokens": 4, "total_tokens": 4}, {}, (4, None)),
        ({"total_tokens": 40}, {}, (None, None)),
    ],
)
def test_counts_are_completed_where_it_is_decided(fields, about, expected):
    assert counted(fields, **about) == (*expected, None)


@pytest.mark.parametrize(
    ("fields", "about"),
    [
        ({"input_tokens": 5, "output_tokens": 4, "cached_input_tokens": 30}, {"input_excludes_cache": False}),
        ({"input_tokens": 5, "output_tokens": 4, "reasoning_tokens": 30}, {"output_excludes_reasoning": False}),
        ({"input_tokens": 100, "output_tokens": 10, "total_tokens": 500}, {}),
        ({"input_tokens": 100, "output_tokens": 10, "total_tokens": 50}, {}),
        ({"input_tokens": 100, "output_tokens": 10, "input_audio_tokens": 200}, {}),
        ({"input_tokens": 100, "output_tokens": 10, "output_audio_tokens": 20}, {}),
        ({"input_tokens": 100, "output_tokens": 9, "cache_write_tokens": 5, "cache_write_1h_tokens": 6}, {}),
        # two ways to add up, and they cost differently
        (
            {
                "input_tokens": 9,
                "output_tokens": 9,
                "cached_input_tokens": 4,
                "reasoning_tokens": 4,
                "total_tokens": 22,
            },
            {},
        ),
    ],
)
def test_counts_that_contradict_each_other_are_kept_and_not_priced(fields, about):
    request, reasons = read(fields | {"cost_usd": 0.25}, **about)
    assert (request.input_tokens, request.output_tokens) == (fields["input_tokens"], fields["output_tokens"])
    assert "contradictory_counts" in reasons
    assert request.cost_doubt == "contradictory_counts"
    assert request.cost_usd == 0.25


@pytest.mark.parametrize(("parts", "total"), PARTS)
def test_every_part_is_held_against_its_whole(parts, total):
    for own in (7, 8):
        request = Request(**NAMED, **{total: 7}, **dict.fromkeys(parts, own / len(parts)))
        assert bool(contradiction(request)) is (own > 7)


@pytest.mark.parametrize("total", [1108, 1104.0, "1104", 0, None, "many"])
def test_a_total_that_is_off_by_little_or_unknown_changes_nothing(total):
    assert counted({"input_tokens": 1000, "output_tokens": 100, "total_tokens": total}) == (1000, 100, None)


@pytest.mark.parametrize(
    ("fields", "written", "long"),
    [
        ({"cache_write_5m_tokens": 3, "cache_write_1h_tokens": 4}, 7, 4),
        ({"cache_write_5m_tokens": "3"}, 3, None),
        ({"cache_write_1h_tokens": 4}, 4, 4),
        ({"cache_write_tokens": 7, "cache_write_5m_tokens": 3, "cache_write_1h_tokens": 4}, 7, 4),
        ({"cache_write_tokens": 7, "cache_write_5m_tokens": 3}, 7, 4),
        ({"cache_write_tokens": 7, "cache_write_5m_tokens": None}, 7, None),
    ],
)
def test_cache_writes_are_the_sum_of_their_lifetimes(fields, written, long):
    request, reasons = read({"input_tokens": 100, "output_tokens": 1} | fields)
    assert (request.cache_write_tokens, request.cache_write_1h_tokens, reasons) == (written, long, [])


def test_lifetimes_beyond_the_cache_writes_are_a_contradiction():
    fields = {"input_tokens": 100, "output_tokens": 1, "cache_write_tokens": 5, "cache_write_5m_tokens": 9}
    assert read(fields)[0].cost_doubt == "contradictory_counts"


def test_cache_counts_that_may_be_meant_either_way_are_noted():
    either_way = {"input_tokens": 100, "output_tokens": 1, "cached_input_tokens": 40}
    request, reasons = read(CLAUDE | either_way)
    assert (request.input_tokens, request.cost_doubt, reasons) == (100, None, ["undecided_cache_counts"])
    assert read(either_way)[1] == []
    for about in ({"input_excludes_cache": False}, {"input_excludes_cache": True}):
        assert read(CLAUDE | either_way, **about)[1] == []
    assert read(CLAUDE | either_way | {"total_tokens": 141})[1] == []


def test_a_usage_key_that_nothing_reads_leaves_no_price_but_the_billed_one():
    request, reasons = read(
        {"input_tokens": 9, "output_tokens": 1, "cost_usd": 0.5}, unread=("gen_ai.usage.video_tokens",)
    )
    assert (request.cost_usd, request.cost_doubt) == (0.5, "unread_usage")
    assert reasons == ["unread:gen_ai.usage.video_tokens"]


def test_unread_keys_are_bounded_in_number_and_length():
    keys = tuple(f"usage.k{chr(97 + number % 26) * 200}\x1b{number}" for number in range(50))
    _, reasons = read({}, unread=(*keys, "usage.total_tokens"))
    assert len(reasons) == MAX_KEYS + 1
    assert all(len(reason) < 60 and reason.isprintable() for reason in reasons)


@pytest.mark.parametrize(
    "key",
    [
        "gen_ai.usage.total_tokens", "usage.totalTokens", "llm.token_count.total", "usage.total_time",
        "usage.queue_time", "usage.prompt_time", "usage.completion_tokens_details.accepted_prediction_tokens",
        "usage.cost_details.upstream",
        "gen_ai.usage.details.input_tokens", "usage.input_tokens_details.text_tokens", "usage.prompt_cache_miss_tokens",
        "usage.service_tier", "usage.requests", "ai.usage.inputTokenDetails.noCacheTokens",
    ],
)  # fmt: skip
def test_keys_that_change_no_price_raise_no_doubt(key):
    assert not may_change_price(key)
    assert read({"input_tokens": 9, "output_tokens": 1}, unread=(key,))[1] == []


@pytest.mark.parametrize(
    "key",
    [
        "usage.prompt_tokens_details.audio_tokens", "gen_ai.usage.cacheReadTokens",
        "usage.server_tool_use.web_search_requests",
        "gen_ai.usage.details.cache_1h_tokens", "usage.image_tokens", "ai.usage.thoughtTokens", "usage.search_queries",
        "usage.audio_seconds", "gen_ai.usage.citation_tokens", "usage.input_characters",
    ],
)  # fmt: skip
def test_keys_that_may_change_a_price_raise_doubt(key):
    assert may_change_price(key)


def test_a_slug_has_no_serial_number():
    assert slug_of("usage.0123456789abcdef.tokens") == slug_of("usage.fedcba9876543210.tokens")


@pytest.mark.parametrize(("status", "noted"), [("ok", ["zero_counts"]), (None, ["zero_counts"]), ("error", [])])
def test_no_tokens_at_all_are_unknown_for_no_model_answers_to_nothing(status, noted):
    request, reasons = read({"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "status": status})
    assert (request.input_tokens, request.output_tokens, reasons) == (None, None, noted)


@pytest.mark.parametrize(
    "fields",
    [
        {"input_tokens": 0, "output_tokens": 5},
        {"input_tokens": 5, "output_tokens": 0},
        {"input_tokens": 0, "output_tokens": 0, "cache_hit": True},
    ],
)
def test_a_zero_beside_tokens_or_from_a_cache_is_a_zero(fields):
    request, _ = read(fields)
    assert (request.input_tokens, request.output_tokens) == (fields["input_tokens"], fields["output_tokens"])


def test_input_that_is_all_cache_is_not_nothing():
    request, _ = read({"input_tokens": 0, "output_tokens": 0, "cached_input_tokens": 9}, input_excludes_cache=True)
    assert (request.input_tokens, request.output_tokens) == (9, 0)
