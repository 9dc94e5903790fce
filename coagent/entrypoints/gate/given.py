"""What the command is given: the change, the policy and the traffic. Raises Fatal with the place and what to do."""

import sys
from pathlib import Path
from typing import BinaryIO

import yaml

from coagent.adapters.git import GitChanges
from coagent.domain.errors import Fatal
from coagent.domain.gate import ReadChanges, Snapshot
from coagent.entrypoints.gate.files import POLICY_FILE, SNAPSHOT_FILE
from coagent.gate.diff.unified import MOST_BYTES, read_diff
from coagent.gate.policy import GatePolicy
from coagent.gate.read.changes import read_changes
from coagent.gate.read.declared import DeclaredFile, declared_changes, wrong_in
from coagent.settings import Settings
from coagent.yaml_file import YamlFile

STDIN = Path("-")
MOST_YAML_BYTES = 1 << 20


def change_of(diff: Path | None, base: str | None, head: str | None, change: Path | None) -> ReadChanges:
    """From one of them; a diff on standard input where it is no terminal and nothing is named."""
    if sum(one is not None for one in (diff, base, change)) > 1:
        raise Fatal("give one of --diff, --base and --change")
    if head and not base:
        raise Fatal("--head needs --base: the commit to compare it with")
    if base:
        return read_changes(GitChanges(Path.cwd(), base, head).read())
    if change:
        return declared(change)
    if diff is None and sys.stdin.isatty():
        raise Fatal("nothing to read: give --base REF, --diff FILE or a diff on standard input")
    return read_changes(read_diff(_diff(diff or STDIN)))


def _diff(path: Path) -> bytes:
    """One byte more than is read, so that a longer one is seen."""
    if path == STDIN:
        data = sys.stdin.buffer.read(MOST_BYTES + 1)
    else:
        with _opened(path) as file:
            data = file.read(MOST_BYTES + 1)
    if data.strip() and b"@@ -" not in data and b"diff --git" not in data and b"\n+++ " not in data:
        raise Fatal(f"{path}: no unified diff: write it by `git diff` or `diff -u`")
    return data


def declared(path: Path) -> ReadChanges:
    """Of a declared change file."""
    file = YamlFile(_text(path), str(path))
    found = file.convert(DeclaredFile)
    wrong = wrong_in(found)
    if wrong:
        raise file.wrong(*wrong)
    lines = [file.line(f"$.changes[{place}]") for place in range(len(found.changes))]
    return ReadChanges(changes=declared_changes(found, str(path), lines))


def policy_of(path: Path | None) -> tuple[GatePolicy, str]:
    """With its name; what coagent thinks usual where none is there."""
    if path is None and not POLICY_FILE.exists():
        return GatePolicy(), "the built-in one: .coagent/gate.yaml sets your own"
    file = path or POLICY_FILE
    text = _text(file)
    return (YamlFile(text, str(file)).convert(GatePolicy) if text.strip() else GatePolicy()), str(file)


def traffic_of(snapshot: Path | None, report: Path | None, days: int | None) -> Snapshot | None:
    """Of a file, else of `.coagent/gate-snapshot.json`, else of the database where one is named; else None."""
    from coagent.bootstrap import gate  # noqa: PLC0415  drivers take a moment to load

    if snapshot and report:
        raise Fatal("give one of --snapshot and --report")
    if report:
        return gate.snapshot_of_report_file(report)
    if snapshot or SNAPSHOT_FILE.exists():
        return gate.snapshot_of_file(snapshot or SNAPSHOT_FILE)
    settings = Settings()
    return gate.snapshot_of_views(settings, days or 30) if settings.postgres.url else None


def _text(path: Path) -> str:
    with _opened(path) as file:
        data = file.read(MOST_YAML_BYTES + 1)
    if len(data) > MOST_YAML_BYTES:
        raise Fatal(f"{path}: longer than {MOST_YAML_BYTES >> 20} MiB: name another file")
    try:
        text = data.decode()
    except UnicodeDecodeError as wrong:
        raise Fatal(f"{path}: no UTF-8 text: correct the file") from wrong
    if _has_aliases(text):
        raise Fatal(f"{path}: aliases (*name) are not taken: write the values out")
    return text


def _has_aliases(text: str) -> bool:
    """A few of them can stand for billions of values."""
    try:
        return any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, yaml.SafeLoader))
    except yaml.YAMLError:
        return False  # who reads it says what is wrong


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as wrong:
        raise Fatal(f"{path}: {wrong.strerror}: name a file that can be read") from wrong
