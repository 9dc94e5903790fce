"""The files that a change touches, from a git repository: whole, on both sides. Git's arguments are never a shell's."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from coagent.domain.errors import Fatal
from coagent.domain.gate import ChangedFiles, FilePair, FileText

MOST_FILES = 3_000
MOST_FILE_BYTES = 1 << 20
MOST_TOTAL_BYTES = 64 << 20
TIMEOUT_S = 120
CONFIGS = ("*.env", ".env*", "*.yaml", "*.yml", "*.toml", "*.json", "*Dockerfile*")
_REF = re.compile(r"[A-Za-z0-9_./@{}~^+-]{1,250}")
_VARIABLE = re.compile(r"""(?:environ(?:\.get)?|env|[Gg]et_?[Ee]nv\w*|LookupEnv)\W{1,3}["']?([A-Z][A-Z0-9_]{2,60})""")
MOST_VARIABLES = 50
_HARMLESS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.quotePath=false")
"""A repository's own configuration runs nothing."""


class GitChanges:
    """From where `head` left `base`, as a pull request is read; without `head` to the work tree."""

    def __init__(self, folder: Path, base: str, head: str | None) -> None:
        self._folder = folder
        top = self._ask("rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape").rstrip("\n")
        self._folder = Path(top)
        for ref in (base, *([head] if head else [])):
            if not _REF.fullmatch(ref) or ref.startswith("-"):
                raise Fatal(f"{ref!r} is no name of a commit: give a branch, a tag or a hash")
        self._base = self._ask("merge-base", base, head or "HEAD", problem=base).decode().strip()
        self._head = (
            self._ask("rev-parse", "--verify", f"{head}^{{commit}}", problem=head).decode().strip() if head else None
        )
        self._left = MOST_TOTAL_BYTES

    def read(self) -> ChangedFiles:
        """Raises Fatal where git is missing or knows no such commit."""
        ends = [self._base, self._head] if self._head else [self._base]
        listed = self._ask("diff", "--no-ext-diff", "--no-textconv", "--name-status", "-z", "-M", *ends, "--")
        names = list(_names(listed.decode("utf-8", "replace").split("\0")))
        not_seen = (
            [f"There are more than {MOST_FILES:,} changed files: the others were not read."]
            if len(names) > MOST_FILES
            else []
        )
        pairs = []
        for old, new in names[:MOST_FILES]:
            sides = [self._text(self._base, old, not_seen), self._text(self._head, new, not_seen)]
            pairs.append(FilePair(before=sides[0], after=sides[1]))
        return ChangedFiles(pairs=tuple(pairs), elsewhere=tuple(self._elsewhere(pairs)), not_seen=tuple(not_seen))

    def _text(self, commit: str | None, path: str | None, not_seen: list[str]) -> FileText | None:
        data = None if path is None else self._data(commit, path)
        if data is None or path is None:
            return None
        self._left -= len(data)
        reason = (
            "is binary"
            if b"\0" in data[:8000]
            else f"is longer than {MOST_FILE_BYTES >> 20} MiB"
            if len(data) > MOST_FILE_BYTES
            else ""
        )
        reason = reason or ("comes after the first 64 MiB" if self._left < 0 else "")
        if reason:
            not_seen += [text] if (text := f"{path} {reason}: not read.") not in not_seen else []
            return None
        lines = data.decode("utf-8", "replace").split("\n")
        return FileText(
            path=path, lines=tuple((number, line.rstrip("\r")) for number, line in enumerate(lines, 1)), whole=True
        )

    def _data(self, commit: str | None, path: str) -> bytes | None:
        if commit is not None:
            return self._ask("cat-file", "blob", f"{commit}:{path}", missing=True)
        file = self._folder / path
        if file.is_symlink() or not file.is_file():
            return None
        with file.open("rb") as opened:
            return opened.read(MOST_FILE_BYTES + 1)

    def _elsewhere(self, pairs: Iterable[FilePair]) -> Iterator[FileText]:
        """Unchanged configurations that name an environment variable of which the change holds a default."""
        texts = [text for pair in pairs if pair.after for _, text in pair.after.lines]
        variables = sorted({found for text in texts for found in _VARIABLE.findall(text)})[:MOST_VARIABLES]
        if not variables:
            return
        wanted = [part for name in variables for part in ("-e", name)]
        where = [self._head] if self._head else []
        listed = self._ask("grep", "-l", "-z", "-w", "-F", *wanted, *where, "--", *CONFIGS, missing=True) or b""
        changed = {pair.after.path for pair in pairs if pair.after}
        for name in sorted(listed.decode("utf-8", "replace").split("\0"))[:100]:
            path = name.partition(":")[2] if self._head else name
            if path and path not in changed and (text := self._text(self._head, path, [])):
                yield text

    def _ask(self, *words: str, problem: str | None = None, missing: bool = False) -> bytes:
        command = ["git", *_HARMLESS, *words]
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
        try:
            done = subprocess.run(  # noqa: S603  a list of arguments, and refs cannot be options
                command, cwd=self._folder, env=environment, capture_output=True, timeout=TIMEOUT_S, check=False
            )
        except FileNotFoundError as gone:
            raise Fatal("git is not installed: install it, or give a diff by `--diff FILE`") from gone
        except subprocess.TimeoutExpired as slow:
            raise Fatal(f"git took longer than {TIMEOUT_S} s: give a diff by `--diff FILE`") from slow
        if done.returncode and not missing:
            said = done.stderr.decode("utf-8", "replace").strip()[:300]
            hint = "fetch it first (in CI: check out with full history)" if problem else "run it in a git repository"
            raise Fatal(f"git {words[0]}{f' {problem}' if problem else ''}: {said}: {hint}")
        return b"" if done.returncode else done.stdout


def _names(fields: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Of `--name-status -z`: a status, then one name, or two where it was renamed or copied."""
    at = 0
    while at + 1 < len(fields):
        status = fields[at][:1]
        if status in ("R", "C"):
            yield fields[at + 1], fields[at + 2]
            at += 3
            continue
        name = fields[at + 1]
        yield (None if status == "A" else name), (None if status == "D" else name)
        at += 2
