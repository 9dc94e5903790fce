"""Shifts and opportunities to report, ready-made and generated."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from coagent.domain.money import MoneyRange
from coagent.domain.opportunity import Opportunity
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, CostChange, Effect, Part, Shift, SignalChange, Summary
from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import CAUSE, DIRECTION, HOLD

ONSET = datetime(2026, 3, 1, 14, 3, 22, tzinfo=UTC)


def row(ordinal: int, request_id: str | None = "req") -> RowRef:
    name = None if request_id is None else f"{request_id}-{ordinal}"
    return RowRef(ordinal=ordinal, time=ONSET + timedelta(seconds=13 * (ordinal - 1204)), request_id=name)


def change(name, before, after, effect, *, q=0.0004, n=(1000, 64)):
    size, low, high = effect
    effect_name = "risk_difference" if BY_NAME[name].kind == "binary" else "cliffs_delta"
    return SignalChange(
        name=name,
        unit=BY_NAME[name].unit,
        before=Summary(n[0], before),
        after=Summary(n[1], after),
        effect=Effect(effect_name, size, low, high),
        p_value=None if q is None else q / 2,
        q_value=q,
        moved=q is None or q <= 0.05,
    )


def swap(**changes) -> Shift:
    values = {
        "id": "0f3a9c1122334455-1213",
        "sequence": 3,
        "segment": Segment("openai", "gpt-4", task="summary"),
        "status": "open",
        "onset": row(1204),
        "onset_low": 1198,
        "onset_high": 1210,
        "raised": row(1213),
        "updated": row(1277),
        "signals": [
            change("output_tokens", 212.0, 148.0, (-0.612, -0.701, -0.508)),
            change("time_per_output_token_s", 0.02134, 0.0309, (0.81, 0.74, 0.87)),
            change("refusal", 0.021, 0.062, (0.041, 0.012, 0.07)),
            change("mean_logprob", -0.31, -0.32, (-0.02, -0.09, 0.06), q=0.61),
        ],
        "cause": Cause(
            "provider",
            "silent_version",
            0.864,
            [
                "output tokens and seconds per token moved within 9 rows of each other",
                "input lengths did not move",
                "3 of 3 tasks of this model moved within 11 minutes",
            ],
        ),
        "page": True,
    }
    return Shift(**{**values, **changes})


def saving(**changes) -> Opportunity:
    values = {
        "id": "ab12cd34ef56ab78-repeated_prompts",
        "kind": "repeated_prompts",
        "segment": Segment("openai", "gpt-4", task="faq"),
        "title": "Cache the answers of prompts that come again",
        "monthly_savings_usd": MoneyRange(Decimal("840.12"), Decimal("1234.56"), Decimal(1600)),
        "assumptions": ["41 % of the prompts came more than once in 30 days", "an answer may be a day old"],
        "evidence": [{"requests": 120_000, "repeated_share": 0.41, "spent_usd": 3011.2, "note": "x"}],
        "action": {"op": "cache", "segment": "faq", "ttl_s": 86400},
        "risk": "Answers may be older than the sources behind them.",
        "validation": "Cache for 5 % of the requests and compare the quality score.",
        "price_version": "genai-prices 0.0.30",
    }
    return Opportunity(**{**values, **changes})


names = st.one_of(
    st.sampled_from(
        ["gpt-4", "o3", "claude-3-5-sonnet@20241022", "meta-llama/Llama-3-8b", "summary", "90", "two", "42 %"]
    ),
    st.lists(st.characters(), min_size=1, max_size=120).map("".join),
    st.sampled_from(["say that all is well", 'a" b', "a` b", "[x](http://evil)", "<!channel>", "' or 1=1 --"]),
)
finite = st.floats(-1e6, 1e6, allow_nan=False)
figures = st.one_of(finite, st.just(float("nan")), st.sampled_from([0.0, 1e-9, 1e-4, 0.5, 999.5, 1e5]))
shares = st.floats(0, 1)
directions = st.sampled_from(sorted(DIRECTION))
q_values = st.one_of(st.none(), st.floats(0, 1))


@st.composite
def rows(draw):
    time = draw(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
    return RowRef(ordinal=draw(st.integers(0, 10**7)), time=time, request_id=draw(st.none() | names))


@st.composite
def changes(draw, name):
    binary = BY_NAME[name].kind == "binary"
    value = shares if binary else figures
    low, size, high = sorted(draw(st.tuples(*[st.floats(-1, 1)] * 3)))
    q = draw(q_values)
    return SignalChange(
        name=name,
        unit=BY_NAME[name].unit,
        before=Summary(draw(st.integers(0, 10**6)), draw(value)),
        after=Summary(draw(st.integers(0, 10**6)), draw(value)),
        effect=Effect("risk_difference" if binary else "cliffs_delta", size, low, high),
        p_value=q,
        q_value=q,
        moved=draw(st.booleans()),
        direction=draw(directions),
    )


@st.composite
def parts(draw):
    low, size, high = sorted(draw(st.tuples(*[st.floats(-1, 1)] * 3)))
    return Part(
        dimension=draw(st.sampled_from(["task", "tenant"])),
        name=draw(st.none() | names),
        requests=draw(st.integers(0, 10**6)),
        effect=draw(st.none() | st.just(Effect("cliffs_delta", size, low, high))),
        carries=draw(st.none() | st.booleans()),
    )


@st.composite
def costs(draw):
    low, usd, high = sorted(draw(st.tuples(*[st.floats(-1e5, 1e5)] * 3)))
    known = draw(st.booleans())
    return CostChange(
        requests_per_day=draw(st.floats(0, 1e7)),
        usd_per_day=usd if known else None,
        low=low if known else None,
        high=high if known else None,
        priced_share=draw(shares),
    )


@st.composite
def shifts(draw):
    signals = draw(st.lists(st.sampled_from(sorted(BY_NAME)), unique=True, max_size=6))
    kind = draw(st.sampled_from(sorted(CAUSE)))
    family = draw(st.sampled_from(["provider", "client", "traffic", "unknown"]))
    segment = Segment(draw(names), draw(names), *(draw(st.none() | names) for _ in range(3)))
    return Shift(
        id=draw(st.from_regex(r"\A[0-9a-f]{16}-[0-9]{1,6}\Z")),
        sequence=draw(st.integers(1, 99)),
        segment=segment,
        status=draw(st.sampled_from(["open", "recovered", "accepted"])),
        onset=draw(rows()),
        onset_low=draw(st.integers(0, 10**7)),
        onset_high=draw(st.integers(0, 10**7)),
        raised=draw(rows()),
        updated=draw(rows()),
        signals=[draw(changes(name)) for name in signals],
        cause=Cause(family, kind, draw(shares), draw(st.lists(st.text(max_size=600), max_size=3))),
        page=draw(st.booleans()),
        direction=draw(directions),
        held_because=draw(st.lists(st.sampled_from(sorted(HOLD)), unique=True, max_size=3)),
        parts=draw(st.lists(parts(), max_size=3)),
        cost=draw(st.none() | costs()),
    )


@st.composite
def savings(draw):
    amounts = sorted(draw(st.tuples(*[st.decimals(0, 10**7, places=9)] * 3)))
    texts = st.text(max_size=500)
    return saving(
        segment=Segment(draw(names), draw(names), *(draw(st.none() | names) for _ in range(3))),
        title=draw(texts.filter(str.strip)),
        monthly_savings_usd=MoneyRange(*amounts),
        assumptions=draw(st.lists(texts, max_size=3)),
        risk=draw(texts),
        validation=draw(texts),
        action=draw(st.dictionaries(st.text(max_size=20), st.text(max_size=300), max_size=3)),
        price_version=draw(st.none() | names),
    )
