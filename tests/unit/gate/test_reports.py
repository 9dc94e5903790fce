"""Reports as their readers demand them: SARIF 2.1.0, GitLab's Code Quality."""

import json
from pathlib import Path
from typing import Any

import pytest

from coagent.domain.gate import GateReport
from coagent.entrypoints.gate.formats import written
from coagent.gate.diff.unified import read_diff
from coagent.gate.read.changes import read_changes
from tests.unit.gate.cases import CASES
from tests.unit.gate.repository import diff, repository
from tests.unit.gate.test_cases import judged

NAMES = ("malicious names", "a binary file", "removed cache marker", "cheaper list price, longer answers")


@pytest.fixture(params=NAMES)
def report(request: pytest.FixtureRequest, tmp_path: Path) -> GateReport:
    case = next(one for one in CASES if one.name == request.param)
    return judged(read_changes(read_diff(diff(repository(tmp_path, case)))))


def told(report: GateReport) -> int:
    return sum(one.level != "pass" for one in report.findings)


def test_sarif_has_what_2_1_0_requires(report: GateReport) -> None:
    """Sections 3.13, 3.14, 3.19, 3.27, 3.28, 3.29, 3.30 and 3.49 of the OASIS standard."""
    log = json.loads(written(report, "sarif", "default"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    [run] = log["runs"]
    driver = run["tool"]["driver"]
    rules = [one["id"] for one in driver["rules"]]
    assert driver["name"]
    assert len(set(rules)) == len(rules)
    assert all(one["shortDescription"]["text"] for one in driver["rules"])
    assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
    assert len(run["results"]) == told(report)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        [location] = result["locations"]
        place = location["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert not set(uri) & set(' <>"{}|\\^`')
        assert not uri.startswith("/")
        assert place["region"]["startLine"] >= 1


def test_code_quality_is_what_gitlab_reads(report: GateReport) -> None:
    entries: list[dict[str, Any]] = json.loads(written(report, "code-quality", "default"))
    assert len(entries) == told(report)
    assert len({one["fingerprint"] for one in entries}) == len(entries)
    for one in entries:
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert one["description"]
        assert not one["location"]["path"].startswith(("/", "./"))
        assert one["location"]["lines"]["begin"] >= 1


def test_a_finding_is_known_again_when_lines_move(tmp_path: Path) -> None:
    case = next(one for one in CASES if one.name == "one answer to four")
    after = {name: b"\n\n\n" + (text.encode() if isinstance(text, str) else text) for name, text in case.after.items()}
    found = []
    for number, files in enumerate((case.after, after)):
        folder = tmp_path / str(number)
        folder.mkdir()
        moved = type(case)(case.name, case.before, files)
        report = judged(read_changes(read_diff(diff(repository(folder, moved)))))
        found.append({one["fingerprint"] for one in json.loads(written(report, "code-quality", "default"))})
    assert found[0] == found[1]
    assert found[0]
