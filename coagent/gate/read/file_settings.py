"""Which reader a file gets, and which files are not read: tests, documentation, locks, generated and vendored code."""

import re
from collections.abc import Iterator, Sequence

from coagent.domain.gate import FileText
from coagent.gate.read.code_settings import code_settings
from coagent.gate.read.code_tokens import style_of, tokens
from coagent.gate.read.line_settings import line_settings
from coagent.gate.read.setting import Setting
from coagent.gate.read.yaml_settings import Unreadable, yaml_settings

MOST_CHARS = 1 << 20
_TEST = re.compile(
    r"(?i)(^|/)(tests?|__tests__|spec|specs|testdata|fixtures?|__fixtures__|mocks?|__mocks__|cassettes|snapshots|__snapshots__)/"
    r"|(^|/)(test_[^/]*|conftest)\.py$|_test\.(py|go|rb)$|\.(test|spec|stories)\.[cm]?[jt]sx?$|(Test|Tests|Spec)\.(java|kt|scala|cs)$"
)
_OTHER = re.compile(
    r"(?i)(^|/)(node_modules|vendor|third_party|dist|build|\.git)/|\.(md|mdx|rst|txt|adoc|lock|min\.js|map|svg|csv|sql|html|css)$"
    r"|(^|/)(package-lock\.json|yarn\.lock|pnpm-lock\.yaml|go\.sum|poetry\.lock|CHANGELOG[^/]*|LICENSE[^/]*)$"
)
_YAML = (".yaml", ".yml", ".json", ".jsonc", ".json5")
_LINES = re.compile(
    r"(?i)(^|/)(\.env[\w.-]*|[\w.-]*\.env|Dockerfile[\w.-]*|[\w.-]*\.(toml|ini|cfg|properties|conf|sh|bash))$"
)


def is_read(path: str) -> bool:
    """Whether what it says is what runs.

    >>> is_read("app/chat.py"), is_read("tests/test_chat.py"), is_read("README.md")
    (True, False, False)
    """
    kind = path.lower().endswith(_YAML) or _LINES.search(path) or style_of(path)
    return bool(kind) and not _TEST.search(path) and not _OTHER.search(path)


def file_settings(file: FileText) -> list[Setting]:
    """Raises Unreadable."""
    if sum(len(text) for _, text in file.lines) > MOST_CHARS:
        raise Unreadable(f"it is longer than {MOST_CHARS >> 20} MiB")
    path = file.path
    if path.lower().endswith(_YAML):
        if file.whole:
            return yaml_settings("\n".join(text for _, text in file.lines), path)
        return [one for part in _parts(file.lines) for one in line_settings(part, path, is_whole=False)]
    if _LINES.search(path):
        return line_settings(file.lines, path, is_whole=file.whole)
    style = style_of(path) or "#"
    return [one for part in _parts(file.lines) for one in code_settings(list(tokens(part, style)), path)]


def _parts(lines: Sequence[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Lines that follow each other: a file, or each hunk of one."""
    part: list[tuple[int, str]] = []
    for number, text in lines:
        if part and number != part[-1][0] + 1:
            yield part
            part = []
        part.append((number, text))
    if part:
        yield part
