"""The scripts of the examples, run by bash on a loopback forge: a failing change is commented and fails the job."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.gate_jobs.forges import Forge, GithubForge, GitlabForge
from tests.integration.gate_jobs.test_command import FAILS, PASSES, prepared
from tests.integration.gate_jobs.test_comment import actions, gitlab_ci
from tests.servers.local import running
from tests.unit.gate.repository import git

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
INSTALL = "python -m pip install coagent-watch"


def tools(folder: Path) -> str:
    """A PATH on which `coagent` is the one under test."""
    folder.mkdir()
    (folder / "coagent").write_text(f'#!/bin/sh\nexec {sys.executable} -m coagent "$@"\n')
    (folder / "coagent").chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def run(script: str, folder: Path, more: dict[str, str]) -> int:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("COAGENT_", "GITHUB_", "CI_"))}
    environment = {**kept, "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environment, check=False).returncode


def github_job(folder: Path, more: dict[str, str]) -> int:
    """Each step as the runner does it: later ones only while all is well, with what earlier ones exported."""
    action: dict[str, Any] = yaml.safe_load((ROOT / "examples/gate/github/action.yml").read_text())
    base = git(folder, "rev-parse", "base").decode().strip()
    given = {"BASE": base, "POLICY": action["inputs"]["policy"]["default"], "GITHUB_ENV": str(folder / "exported")}
    for step in action["runs"]["steps"]:
        if step["run"] == INSTALL:
            continue
        exported = folder / "exported"
        lines = exported.read_text().splitlines() if exported.exists() else []
        status = run(step["run"], folder, {**more, **given, **dict(line.split("=", 1) for line in lines)})
        if status:
            return status
    return 0


def gitlab_job(folder: Path, more: dict[str, str]) -> int:
    job: dict[str, Any] = yaml.safe_load((ROOT / "examples/gate/gitlab/gitlab-ci.yml").read_text())["coagent-gate"]
    base = git(folder, "rev-parse", "base").decode().strip()
    script = "\n".join(line for line in job["script"] if line != INSTALL)
    return run(script, folder, {**more, "CI_MERGE_REQUEST_DIFF_BASE_SHA": base})


@pytest.mark.parametrize(
    ("made", "environment", "job"),
    [(GithubForge, actions, github_job), (GitlabForge, gitlab_ci, gitlab_job)],
    ids=["github", "gitlab"],
)
@pytest.mark.parametrize("case", [(FAILS, 1, "Fails"), (PASSES, 0, "Passes")], ids=["fails", "passes"])
def test_the_job_comments_and_ends_as_the_gate_does(made, environment, job, case, tmp_path: Path) -> None:
    name, status, says = case
    folder = tmp_path / "app"
    folder.mkdir()
    prepared(folder, name)
    server: Forge = made()
    with running(server):
        path = {"PATH": tools(tmp_path / "bin")}
        assert job(folder, {**environment(server), **path}) == status
        assert job(folder, {**environment(server), **path}) == status
    [comment] = server.comments
    assert "coagent gate: " in comment["body"]
    assert says in comment["body"]


def test_the_workflow_uses_the_action_with_the_base_of_the_pull_request() -> None:
    [job] = yaml.safe_load((ROOT / "examples/gate/github/workflow.yml").read_text())["jobs"].values()
    used = {step.get("uses", "").split("@")[0]: step.get("with", {}) for step in job["steps"]}
    assert used["actions/checkout"]["fetch-depth"] == 0
    assert "pull_request.base.sha" in used["./.github/actions/coagent-gate"]["base"]
