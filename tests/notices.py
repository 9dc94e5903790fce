"""Notices to show, ready-made and generated."""

from datetime import timedelta

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from coagent.deliver.notices import Crowd, finding, many
from coagent.domain.insight import Fact, Insight
from coagent.domain.notice import Notice, Word
from coagent.narrate.insights import plain_insight
from tests.shown_subjects import ONSET, saving, savings, shifts, swap

AT = ONSET + timedelta(minutes=20)
WORD = Word(
    id="w1", conversation="c", kind="accept", by="ann", via="github:acme/ops", at=AT, reason="the new model is fine"
)


TEXT = """`openai/gpt-4` answers differently. Most likely the provider serves another model version (confidence 86 %).

**Since** 2026-03-01 14:03:22 UTC, request `req-1204`. Noticed after 10 requests.

**Why**
- output tokens and seconds per token moved within 9 rows of each other
- input lengths did not move

**What moved**
- output tokens: from 212 to 148, Cliff's delta -0.612 (-0.701 to -0.508)
- refusal rate: from 2.1 to 6.2 %

**Next** Send the request ids to the provider and ask what changed.

**Details** `coagent explain 0f3a9c1122334455-1213` · **Accept** `coagent accept 0f3a9c1122334455-1213`"""


def shift_insight(**changes) -> Insight:
    """Worded here, so that what delivery makes of it stays the same whatever the narrator learns to say."""
    reported = plain_insight(swap(**changes), changes.get("sequence", 3), ONSET)
    title = "Silent model change: openai/gpt-4, output tokens from 212 to 148"
    facts = [Fact("confidence", "86", "%"), Fact("onset time", "2026-03-01 14:03:22", "UTC")]
    return replace(reported, title=title, text=TEXT, facts=facts)


def opened(**changes) -> Notice:
    return finding(shift_insight(**changes), "opened", revision=1, at=AT)


def updated(**changes) -> Notice:
    news = ["Cost changed: unknown → +41 USD per day.", "Spread to task `faq`."]
    return finding(shift_insight(**changes), "updated", revision=2, at=AT, news=news)


def accepted() -> Notice:
    return finding(shift_insight(status="accepted"), "accepted", revision=3, at=AT, word=WORD)


def recovered(revision: int = 4) -> Notice:
    return finding(shift_insight(status="recovered"), "recovered", revision=revision, at=AT)


def reopened(revision: int = 5) -> Notice:
    return finding(shift_insight(), "reopened", revision=revision, at=AT)


def opportunity() -> Notice:
    reported = plain_insight(saving(), 1, ONSET)
    insight = replace(
        reported, title="Cache repeated answers: openai/gpt-4", text="**Saves** 840 to 1,600 USD per month."
    )
    return finding(insight, "opened", revision=1, at=AT)


def group(count: int = 42) -> Notice:
    members = [shift_insight(id=f"{number:016x}-7") for number in range(count)]
    crowd = Crowd(shown=members, total=count, open=count)
    return many("group-1", "opened", crowd, revision=1, at=AT, heading=f"Silent model change: {count} findings")


SHOWN = {
    "opened": opened,
    "updated": updated,
    "accepted": accepted,
    "opportunity": opportunity,
    "group": lambda: group(3),
}

evil = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        [
            "<!channel> <@U123> <#C1> <http://evil|x>",
            "@everyone #123 GH-7 acme/ops#9 https://evil.example www.evil.example a@b.co",
            "[x](http://evil) ![y](http://evil/z.png) <img src=x> <script>alert(1)</script>",
            "```\nrm -rf\n``` `a` **b** _c_ ~~d~~ | e | \n# h\n- i\n1. j\n> k",
            "[~admin] {color:red}x{color} !http://evil/z.png! |a|b| h1. x {code}y",
            "\u202egnp.exe\u202c \x00 \x1b[31m \u200b \ue000",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "\r\nBcc: all@acme.example",
        ]
    ),
)


def is_text(subject: object) -> bool:
    """JSON, in which a subject comes, has no lone surrogates."""
    try:
        return bool(msgspec.json.encode(subject))
    except UnicodeEncodeError:
        return False


@st.composite
def notices(draw):
    subject = draw(st.one_of(shifts(), savings()).filter(is_text))
    insight = plain_insight(subject, 1, ONSET)
    if draw(st.booleans()):
        crowd = Crowd(shown=[insight] * draw(st.integers(0, 60)), total=70, open=3)
        return many("g", "digest", crowd, revision=1, at=AT, heading=draw(evil))
    word = (
        None
        if draw(st.booleans())
        else Word(
            id="w", conversation="c", kind="snooze", by=draw(evil), via=draw(evil), at=AT, until=AT, reason=draw(evil)
        )
    )
    return finding(insight, "updated", revision=2, at=AT, news=draw(st.lists(evil, max_size=3)), word=word)
