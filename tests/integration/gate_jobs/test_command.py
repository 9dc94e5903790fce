"""`coagent gate` as a pull request's job runs it: exit status, formats, policy, and what it says where it cannot."""

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec
import pytest

from tests.unit.gate.cases import CASES
from tests.unit.gate.company import COMPANY
from tests.unit.gate.repository import diff, git, repository

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
BY_NAME = {one.name: one for one in CASES}
FAILS, PASSES = "one answer to four", "cheaper model, measured"


def gate(folder: Path, *words: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COAGENT_")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "120"}
    command = [sys.executable, "-m", "coagent", "gate", *words]
    return subprocess.run(command, cwd=folder, env=environment, input=stdin, capture_output=True, check=False)


def prepared(folder: Path, name: str, policy: str = "max_added_usd_a_month: 10\nretirement: pass\n") -> Path:
    repository(folder, BY_NAME[name])
    (folder / ".coagent").mkdir()
    (folder / ".coagent/gate-snapshot.json").write_bytes(msgspec.json.encode(COMPANY))
    (folder / ".coagent/gate.yaml").write_text(policy)
    return folder


def test_it_fails_and_writes_each_format(tmp_path: Path) -> None:
    prepared(tmp_path, FAILS)
    formats = ("markdown", "junit", "sarif", "code-quality", "json")
    wanted = [word for one in formats for word in ("--format", one, "--output", f"gate.{one}")]
    done = gate(tmp_path, "--base", "base", "--head", "head", *wanted)
    assert done.returncode == 1, done.stderr.decode()
    assert "fails" in done.stdout.decode()
    assert (tmp_path / "gate.markdown").read_text().startswith("<!-- coagent:gate:default -->\n")
    suite = ET.parse(tmp_path / "gate.junit").getroot()  # noqa: S314  our own
    assert suite.get("failures") == "1"
    [entry] = json.loads((tmp_path / "gate.code-quality").read_text())
    assert (entry["check_name"], entry["severity"]) == ("coagent/added_cost", "major")
    report = json.loads((tmp_path / "gate.json").read_text())
    assert (report["outcome"], len(report["changes"])) == ("fail", 1)
    assert report["added_usd_a_month"]["low"] <= report["added_usd_a_month"]["value"]


def test_sarif_names_file_and_line_of_each_finding(tmp_path: Path) -> None:
    prepared(tmp_path, FAILS)
    [run] = json.loads(gate(tmp_path, "--base", "base", "--head", "head", "--format", "sarif").stdout)["runs"]
    rules = [one["id"] for one in run["tool"]["driver"]["rules"]]
    assert run["results"]
    for one in run["results"]:
        place = one["locations"][0]["physicalLocation"]
        assert rules[one["ruleIndex"]] == one["ruleId"]
        assert (tmp_path / place["artifactLocation"]["uri"]).exists()
        assert place["region"]["startLine"] >= 1
        assert one["level"] in ("error", "warning")


def test_it_passes_by_a_diff_on_standard_input(tmp_path: Path) -> None:
    done = gate(prepared(tmp_path, PASSES), stdin=diff(tmp_path))
    assert (done.returncode, b"passes" in done.stdout) == (0, True), done.stderr.decode()


@pytest.mark.parametrize(("word", "status"), [("pass", 0), ("warn", 0), ("fail", 1)])
def test_without_traffic_the_policy_decides(word: str, status: int, tmp_path: Path) -> None:
    prepared(tmp_path, PASSES, f"cannot_tell: {word}\nretirement: pass\n")
    (tmp_path / ".coagent/gate-snapshot.json").unlink()
    done = gate(tmp_path, "--base", "base", "--head", "head")
    assert done.returncode == status
    assert b"no traffic is known" in done.stdout


def test_the_work_tree_is_judged_where_no_head_is_named(tmp_path: Path) -> None:
    prepared(tmp_path, FAILS)
    git(tmp_path, "checkout", "-q", "base")
    assert gate(tmp_path, "--base", "base").returncode == 0
    git(tmp_path, "checkout", "-q", "head", "--", ".")
    assert gate(tmp_path, "--base", "base").returncode == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--base", "nowhere"), "nowhere"),
        (("--base=--output=pwned",), "no name of a commit"),
        (("--diff", "missing.diff"), "missing.diff: No such file"),
        (("--diff", ".coagent/gate.yaml"), "no unified diff"),
        (("--diff", "-", "--base", "base"), "give one of"),
        (("--format", "pdf"), "'pdf': one of"),
    ],
)
def test_what_it_cannot_judge_ends_with_2_and_says_why(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    done = gate(prepared(tmp_path, PASSES), *words)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert not (tmp_path / "pwned").exists()


def test_a_policy_with_a_mistake_names_its_line(tmp_path: Path) -> None:
    done = gate(prepared(tmp_path, PASSES, "version: 1\nmax_added: 5\n"), "--base", "base", "--head", "head")
    assert done.returncode == 2
    assert "gate.yaml:" in done.stderr.decode()
    assert "max_added" in done.stderr.decode()


def test_a_declared_change_is_judged_without_a_repository(tmp_path: Path) -> None:
    prepared(tmp_path, PASSES)
    (tmp_path / "change.yaml").write_text("changes:\n  - {before: gpt-4o, after: gpt-5-mini, task: summary}\n")
    done = gate(tmp_path, "--change", "change.yaml", "--format", "json")
    [one] = json.loads(done.stdout)["changes"]
    assert done.returncode == 1
    assert (one["change"]["kind"], one["change"]["file"], one["change"]["line"]) == ("model_swapped", "change.yaml", 2)
    (tmp_path / "change.yaml").write_text("changes:\n  - {set: colour, after: red}\n")
    done = gate(tmp_path, "--change", "change.yaml")
    assert (done.returncode, b"change.yaml:2" in done.stderr) == (2, True)
