"""Dashboard and alerts ask for metrics that there are, and each alert has its section in docs/operations.md."""

import json
import re
from pathlib import Path

import yaml

from coagent.adapters.metrics import declared

ROOT = Path(__file__).parents[3]
DASHBOARD = json.loads((ROOT / "docker/grafana/dashboards/coagent.json").read_text())
RULES = yaml.safe_load((ROOT / "docker/prometheus/alerts.yaml").read_text())["groups"][0]["rules"]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
KNOWN = {metric.name: metric for metric in declared.ALL}


def asked() -> list[str]:
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    return shown + [rule["expr"] for rule in RULES]


def test_every_metric_that_is_asked_for_is_declared() -> None:
    assert {name for expr in asked() for name in re.findall(r"\bcoagent_\w+", expr)} <= set(KNOWN)


def test_labels_that_are_asked_for_are_declared() -> None:
    for labels, name in re.findall(r"by \(([^)]*)\) \([a-z]+\((coagent_\w+)", "\n".join(asked())):
        assert set(labels.split(", ")) <= set(KNOWN[name].labels)


def test_counters_are_read_by_their_growth() -> None:
    for expr in asked():
        for name in re.findall(r"(?<![(\w])coagent_\w+\b(?! offset)", expr):
            assert KNOWN[name].kind == "gauge", expr


def test_no_alert_needs_a_counter_that_may_not_be_there_yet() -> None:
    """A counter has no series before its first count: what is added to it or compared with 0 is empty, not 0."""
    for rule in RULES:
        assert not re.search(r"_total\[\w+\]\)+ (\+|== 0)", rule["expr"]), rule["alert"]


def test_every_alert_has_its_section() -> None:
    assert {rule["alert"] for rule in RULES} <= set(re.findall(r"^### (\w+)$", OPERATIONS, re.MULTILINE))


def test_every_metric_is_listed() -> None:
    assert {name for name in KNOWN if f"`{name}`" not in OPERATIONS} == set()
