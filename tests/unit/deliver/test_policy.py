from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from coagent.deliver.policy import DEFAULT, Briefing, DigestTime, Policy, QuietHours, last_brief, next_digest, quiet_end
from coagent.deliver.policy_file import read_policy
from coagent.deliver.routing import decide
from coagent.deliver.subject import subject_of
from coagent.domain.errors import Fatal
from tests.notices import opportunity, shift_insight

EXAMPLE = Path(__file__).parents[3] / "examples" / "routes.yaml"
CONFIGURED = ["slack", "github", "pagerduty", "folder", "email"]


def example() -> Policy:
    return read_policy(EXAMPLE.read_text(encoding="utf-8"), "routes.yaml")


def decided(policy: Policy, insight):
    return decide(policy, insight, subject_of(insight), CONFIGURED)


def test_the_example_file_does_what_its_comments_say():
    policy = example()
    page = decided(policy, shift_insight())
    assert (["slack:#llm-pages", "github"], "pages") == (page.now, page.route)
    assert page.escalate is not None
    assert ["pagerduty"] == page.escalate.to
    saving = decided(policy, opportunity().insight)
    assert (["github"], "savings") == (saving.now, saving.route)
    quiet = decided(policy, shift_insight(page=False))
    assert (["folder"], ["slack"], "files, rest") == (quiet.now, quiet.digest, quiet.route)


def test_why_is_reported_route_by_route():
    why = decided(example(), shift_insight(page=False)).why
    assert "route 'pages' does not fit: severity is info" == why[0]
    assert "route 'savings' does not fit: kind is shift" == why[2]
    assert "route 'rest' fits: slack, in the digest" == why[-1]


def test_by_default_pages_go_everywhere_and_nothing_else_pages():
    assert CONFIGURED == decided(DEFAULT, shift_insight()).now
    rest = decided(DEFAULT, shift_insight(page=False))
    assert (["folder"], ["slack", "github", "email"]) == (rest.now, rest.digest)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "version: 1\nroutes:\n  - name: a\n    to: [slak]\n",
            r"yaml:4: routes\[0\].to\[0\]: no channel 'slak'",
        ),
        ("version: 1\nroutes:\n  - name: a\n    when: {couse: price}\n", r"routes.yaml:4: .*unknown field `couse`"),
        (
            "routes:\n  - name: a\n    when:\n      cause: prices\n",
            r"yaml:4: routes\[0\].when.cause: .*'prices'",
        ),
        ("routes:\n  - to: [slack]\n", r"routes.yaml:2: .*missing required field `name`"),
        ("routes:\n  - name: a\n  - name: b\n", r"routes.yaml:3: routes\[1\]: never reached"),
        ("routes:\n  - {name: a, continue: true}\n  - name: a\n", r"routes.yaml:3: routes\[1\].name: a route 'a'"),
        ("routes: []\ndigest:\n  zone: Mars/Base\n", r"routes.yaml:3: digest.zone: no time zone 'Mars/Base'"),
        ("routes: []\ndigest:\n  at: '25:00'\n", r"routes.yaml:3: digest.at: "),
        ("routes: []\nlimits:\n  slack: 0\n", r"routes.yaml:3: limits"),
        ("routes: []\nbrief:\n  to: [slack, pagerduty]\n", r"routes.yaml:3: brief.to\[1\]: pagerduty pages people"),
        ("routes: []\nbrief:\n  to: [slak]\n", r"routes.yaml:3: brief.to\[0\]: no channel 'slak'"),
        ("routes: []\nbrief:\n  to: [slack]\n  zone: Mars/Base\n", r"routes.yaml:4: brief.zone: no time zone"),
        ("routes: [\n", r"routes.yaml:2: "),
        ("", r"routes.yaml:1: "),
    ],
)
def test_what_is_wrong_is_reported_with_its_line(text, problem):
    with pytest.raises(Fatal, match=problem):
        read_policy(text, "routes.yaml")


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-03-02T21:59", None),
        ("2026-03-02T22:00", "2026-03-03T07:00"),
        ("2026-03-03T06:59", "2026-03-03T07:00"),
        ("2026-03-03T07:00", None),
        ("2026-03-29T00:30", "2026-03-29T07:00"),  # the night of the change to summer time
        ("2026-03-06T23:00", None),  # a Friday
    ],
)
def test_quiet_hours_over_midnight_in_their_own_zone(at, end):
    berlin = ZoneInfo("Europe/Berlin")
    quiet = QuietHours(begin="22:00", end="07:00", zone="Europe/Berlin", days=("mon", "sat"))
    moment = datetime.fromisoformat(at).replace(tzinfo=berlin).astimezone(UTC)
    expected = end and datetime.fromisoformat(end).replace(tzinfo=berlin).astimezone(UTC)
    assert expected == quiet_end(quiet, moment)


def test_the_next_digest_is_tomorrows_when_todays_is_over():
    digest = DigestTime(at="09:00", zone="Europe/Berlin")
    assert datetime(2026, 3, 2, 8, tzinfo=UTC) == next_digest(digest, datetime(2026, 3, 2, 7, 59, tzinfo=UTC))
    assert datetime(2026, 3, 3, 8, tzinfo=UTC) == next_digest(digest, datetime(2026, 3, 2, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("at", "expected", "weekly"),
    [
        ("2026-03-02T06:59", "2026-03-01T07:00", False),
        ("2026-03-02T07:00", "2026-03-02T07:00", True),  # a Monday, 08:00 in Berlin
        ("2026-03-03T23:00", "2026-03-03T07:00", False),
        ("2026-03-30T06:30", "2026-03-30T06:00", True),  # summer time
    ],
)
def test_the_last_brief_is_the_newest_that_is_due(at, expected, weekly):
    briefing = Briefing(to=["slack"], at="08:00", zone="Europe/Berlin")
    moment, due = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (at, expected))
    assert (due, weekly) == last_brief(briefing, moment)
