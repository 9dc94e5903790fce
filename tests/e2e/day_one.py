"""The code blocks of docs/day-one.md, to be run as they stand, but for addresses."""

import os
import re
import subprocess
import sys
from pathlib import Path

from coagent.entrypoints.running import find_running
from tests.e2e.running_up import RunningUp

ROOT = Path(__file__).parents[2]
WALK = (ROOT / "docs" / "day-one.md").read_text()
BROKER = "127.0.0.1:19092"


def blocks(heading: str, language: str) -> list[str]:
    """Those below a heading, up to the next one."""
    section = re.split(r"^#{2,3} ", WALK.split(f" {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)


def here(up: RunningUp, block: str) -> str:
    """With this run's broker and this test's coagent."""
    running = find_running(up.data_dir)
    assert running is not None
    broker = running.environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"]
    return block.replace(BROKER, broker).replace(".venv/bin/coagent", f"{sys.executable} -m coagent")


def run_python(up: RunningUp, block: str, folder: Path, **environment: str) -> None:
    """As an application that has coagent_producers, and of coagent nothing in its environment."""
    (folder / "application").mkdir(exist_ok=True)
    package = folder / "application" / "coagent_producers"
    if not package.exists():
        package.symlink_to(ROOT / "coagent" / "producers")
    file = folder / "application" / "app.py"
    file.write_text(here(up, block))
    subprocess.run(
        [sys.executable, str(file)], env={**os.environ, **environment}, cwd=file.parent, check=True, timeout=120
    )
