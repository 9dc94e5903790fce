from pathlib import Path

import pytest

from coagent.domain.errors import Fatal
from coagent.slo.slo_file import read_slos

EXAMPLE = Path(__file__).parents[3] / "examples" / "slos.yaml"
GOOD = """version: 1
slos:
  - name: works
    objective: 99
    indicator: {success_rate: {}}
"""


def test_the_example_is_read():
    found = {one.name: one for one in read_slos(EXAMPLE.read_text(), "slos.yaml")}
    assert ("latency", 8.0, {"provider": "openai", "model": "gpt-*", "task": "chat"}) == (
        *(found["chat-is-fast"].indicator, found["chat-is-fast"].bound, found["chat-is-fast"].match.given),
    )
    assert [14.4, 6.0, 1.0] == [one.rate for one in found["requests-succeed"].windows]
    assert [True, False] == [one.page for one in found["batch-is-done-in-a-minute"].windows]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "objective: 99",
            "objective: 93",
            "slos.yaml:4: slos[0].objective: a burn rate of 14.4 could never be",
        ),
        ("objective: 99", "objective: 93", "Raise the objective above 93.06"),
        ("objective: 99", "objective: 100", "slos.yaml:4: slos[0].objective: "),
        ("{success_rate: {}}", "{}", "slos.yaml:5: slos[0].indicator: name exactly one"),
        ("{success_rate: {}}", "{success_rate: {}, cost: {under_usd: 1}}", "name exactly one"),
        ("{success_rate: {}}", "{latency: {under: soon}}", "slos.yaml:5: slos[0].indicator.latency.under: "),
        ("{success_rate: {}}", "{quality: {at_least: 2}}", "slos.yaml:5: slos[0].indicator.quality.at_least: "),
        ("name: works", "name: Works!", "slos.yaml:3: slos[0].name: "),
        ("    objective", "    window: 1d\n    objective", "at most the SLO's window"),
        ("version: 1", "version: 2", "slos.yaml:1: version: "),
        ("- name", "- {", "slos.yaml:"),
        ("{success_rate: {}}", "{latency: {under: 0s}}", "slos.yaml:5: slos[0].indicator.latency.under: no answer"),
        ("    objective", "    window: 9999999w\n    objective", "slos.yaml:4: slos[0].window: it is longer than 366d"),
        ("    objective", "    alerts: [{long: 1h, short: 1s, rate: 2}]\n    objective", "short is at least 1m"),
        ("    objective", "    match: {tier: default}\n    objective", "slos.yaml:4: slos[0].match.tier: no request"),
        ("name: works", "name: 2024-13-45", "slos.yaml: month must be in 1..12: correct the file"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(old: str, new: str, words: str):
    with pytest.raises(Fatal) as wrong:
        read_slos(GOOD.replace(old, new), "slos.yaml")
    assert words in str(wrong.value)


def test_a_name_is_used_once():
    with pytest.raises(Fatal, match=r"slos.yaml:6: slos\[1\]\.name: an SLO 'works' is there already"):
        read_slos(GOOD + GOOD.split("slos:\n")[1], "slos.yaml")
