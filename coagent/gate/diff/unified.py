"""A unified diff, as git and diff -u write it (POSIX diff, "Diff Unified Output Format"; git-diff, "Generating patch
text with -p"). Nothing in it is trusted: sizes are bounded, and what is left out is said.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from coagent.domain.gate import ChangedFiles, FilePair, FileText

MOST_BYTES = 16 << 20
MOST_FILES = 3_000
MOST_LINE_CHARS = 4_000
NOWHERE = "/dev/null"

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_QUOTED = re.compile(r"\\([0-7]{3}|.)")
_BINARY = ("Binary files ", "GIT binary patch")


@dataclass(slots=True)
class _File:
    """As far as it was read; `names` are those of the `diff --git` line."""

    before: str | None = None
    after: str | None = None
    names: tuple[str, str] | None = None
    is_binary: bool = False
    lines: tuple[list[tuple[int, str]], list[tuple[int, str]]] = field(default_factory=lambda: ([], []))


def read_diff(data: bytes) -> ChangedFiles:
    """Both sides of each file as far as the diff shows them: a file that is new or deleted whole, others by hunks."""
    not_seen = []
    if len(data) > MOST_BYTES:
        data = data[:MOST_BYTES]
        not_seen.append(f"The diff is longer than {MOST_BYTES >> 20} MiB: the rest was not read.")
    files = list(_files(data.decode("utf-8", "replace").split("\n")))
    not_seen += [f"{_name(one)} is binary: not read." for one in files if one.is_binary]
    if len(files) > MOST_FILES:
        not_seen.append(f"The diff has more than {MOST_FILES:,} files: the others were not read.")
    pairs = tuple(_pair(one) for one in files[:MOST_FILES] if any(one.lines) and not one.is_binary)
    return ChangedFiles(pairs=pairs, not_seen=tuple(not_seen))


def _name(file: _File) -> str:
    return file.after or file.before or (file.names[1] if file.names else "a file")


def _pair(file: _File) -> FilePair:
    is_new, is_gone = file.before is None, file.after is None
    sides = zip((file.before, file.after), file.lines, (is_gone, is_new), strict=True)
    texts = [
        None if path is None else FileText(path=path, lines=tuple(found), whole=all_) for path, found, all_ in sides
    ]
    return FilePair(before=texts[0], after=texts[1])


def _files(lines: list[str]) -> Iterator[_File]:
    file, at = _File(), 0
    while at < len(lines):
        line = lines[at]
        starts_plain = line.startswith("--- ") and lines[at + 1 : at + 2] and lines[at + 1].startswith("+++ ")
        if line.startswith("diff --git ") or (starts_plain and any(file.lines)):
            yield from [file] if _is_one(file) else []
            file = _File(names=_git_names(line))
        if starts_plain:
            file.before, file.after = _path(line[4:]), _path(lines[at + 1][4:])
            at += 1
        elif line.startswith(_BINARY):
            file.is_binary = True
        elif found := _HUNK.match(line):
            at = _take_hunk(file, lines, at, found)
        at += 1
    yield from [file] if _is_one(file) else []


def _is_one(file: _File) -> bool:
    return any(file.lines) or file.is_binary


def _take_hunk(file: _File, lines: list[str], at: int, found: re.Match[str]) -> int:
    """Its lines by the counts of its header, whatever they look like; the place of its last line."""
    old, new = int(found[1]), int(found[3])
    left = [int(found[2] or 1), int(found[4] or 1)]
    while at + 1 < len(lines) and (left[0] > 0 or left[1] > 0):
        line = lines[at + 1]
        mark, text = line[:1] or " ", line[1:].rstrip("\r")[:MOST_LINE_CHARS]
        if mark not in " +-\\":
            break
        if mark in " -":
            file.lines[0].append((old, text))
            old, left[0] = old + 1, left[0] - 1
        if mark in " +":
            file.lines[1].append((new, text))
            new, left[1] = new + 1, left[1] - 1
        at += 1
    return at


def _git_names(line: str) -> tuple[str, str] | None:
    halves = line.removeprefix("diff --git ").split(" b/", 1)
    return (halves[0].removeprefix("a/"), halves[1]) if len(halves) == 2 else None  # noqa: PLR2004  two names


def _path(written: str) -> str | None:
    """Without the prefix, the time that diff -u adds, and git's quotes; None: the file does not exist."""
    name = written.split("\t", 1)[0].rstrip("\r")
    if name.startswith('"') and name.endswith('"'):
        name = _unquoted(name[1:-1])
    if name == NOWHERE:
        return None
    return name[2:] if name.startswith(("a/", "b/")) else name


def _unquoted(text: str) -> str:
    """Git's C-style quotes: octal bytes of UTF-8."""
    plain = {"n": "\n", "t": "\t", "r": "\r"}
    parts = _QUOTED.sub(lambda one: chr(int(one[1], 8) & 0xFF) if one[1].isdigit() else plain.get(one[1], one[1]), text)
    return parts.encode("latin-1", "replace").decode("utf-8", "replace")
