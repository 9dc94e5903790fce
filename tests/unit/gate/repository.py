"""A git repository with two commits."""

import subprocess
from pathlib import Path

from tests.unit.gate.cases import Case, Files


def repository(folder: Path, case: Case) -> Path:
    """`base` and `head` are branches."""
    git(folder, "init", "-q", "-b", "base")
    _commit(folder, {**case.steady, **case.before})
    git(folder, "checkout", "-q", "-b", "head")
    for name in case.before:
        (folder / name).unlink()
    _commit(folder, case.after)
    return folder


def diff(folder: Path) -> bytes:
    return git(folder, "diff", "-M", "base", "head")


def git(folder: Path, *words: str) -> bytes:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True).stdout


def _commit(folder: Path, files: Files) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "one")
