"""A report of `coagent analyze` gives the gate what the views do."""

from pathlib import Path

import msgspec
import pytest

from coagent.bootstrap.gate import snapshot_of_report_file
from coagent.domain.errors import Fatal
from coagent.domain.gate import Change, Traffic
from coagent.domain.report import Records, Report
from coagent.gate.effect.effects import effects_of
from tests.unit.gate.company import CATALOGUE, COMPANY


def written(folder: Path, traffic: tuple[Traffic, ...]) -> Path:
    report = Report(
        records=Records(0, 0, 0, []), segments=[], shifts=[], dismissed=[], opportunities=[], traffic=list(traffic)
    )
    path = folder / "report.json"
    path.write_bytes(report.to_json())
    return path


def test_every_figure_is_the_same(tmp_path: Path) -> None:
    snapshot = snapshot_of_report_file(written(tmp_path, COMPANY.traffic))
    assert snapshot.days == COMPANY.days
    changes = [
        Change(kind="model_swapped", name="model", before="gpt-4o", after="gpt-5-mini", file="a", line=1),
        Change(kind="parameter_changed", name="max_tokens", before="5", after="9", model="gpt-4o", file="a", line=2),
    ]
    alone = msgspec.structs.replace(COMPANY, reviewed=(), tiers=())
    assert effects_of(changes, snapshot, CATALOGUE) == effects_of(changes, alone, CATALOGUE)


def test_a_report_without_traffic_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Fatal, match="analyze --json"):
        snapshot_of_report_file(written(tmp_path, ()))
