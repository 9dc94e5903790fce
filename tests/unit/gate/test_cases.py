"""Every case, read from a bare diff and from the repository, is judged as expected."""

from pathlib import Path

import pytest

from coagent.adapters.git import GitChanges
from coagent.domain.gate import GateReport, ReadChanges
from coagent.gate.diff.unified import read_diff
from coagent.gate.judge import judge
from coagent.gate.read.changes import read_changes
from tests.unit.gate.cases import CASES, Case
from tests.unit.gate.company import CATALOGUE, COMPANY, POLICY, TODAY
from tests.unit.gate.repository import diff, repository


def changed(read: ReadChanges) -> list[tuple[str, str, str | None, str | None]]:
    return sorted((one.kind, one.name, one.before, one.after) for one in read.changes)


def judged(read: ReadChanges, *, has_traffic: bool = True) -> GateReport:
    snapshot = COMPANY if has_traffic else None
    return judge(read, snapshot=snapshot, catalogue=CATALOGUE, policy=POLICY, policy_name="test", today=TODAY)


def broken(report: GateReport) -> list[str]:
    return sorted(one.rule for one in report.findings if one.level != "pass")


def test_there_are_enough() -> None:
    assert len(CASES) >= 30
    assert sum(one.is_trap for one in CASES) >= 10
    assert len({one.name for one in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_from_the_repository(case: Case, tmp_path: Path) -> None:
    read = read_changes(GitChanges(repository(tmp_path, case), "base", "head").read())
    assert changed(read) == sorted(case.changes, key=str)
    report = judged(read)
    assert (report.outcome, broken(report)) == (case.outcome, sorted(case.rules)), report
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_from_a_bare_diff(case: Case, tmp_path: Path) -> None:
    read = read_changes(read_diff(diff(repository(tmp_path, case))))
    wanted = case.changes if case.bare_changes is None else case.bare_changes
    assert changed(read) == sorted(wanted, key=str)
    assert judged(read).outcome == (case.bare_outcome or case.outcome)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_without_data_nothing_is_guessed(case: Case, tmp_path: Path) -> None:
    read = read_changes(GitChanges(repository(tmp_path, case), "base", "head").read())
    report = judged(read, has_traffic=False)
    effects = [effect for one in report.changes for effect in one.effects]
    assert all(effect.change is None and effect.why_unknown for effect in effects)
    assert report.added_usd_a_month is None
    assert "no traffic" in report.traffic
