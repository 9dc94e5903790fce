"""Tokens of program text with its lines: strings whole, comments gone. One scanner for all languages, which differ in
how comments and strings are written.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

Kind = Literal["name", "text", "number", "mark"]
KINDS: dict[str, Kind] = {"name": "name", "text": "text", "number": "number", "mark": "mark"}


class Token(NamedTuple):
    kind: Kind
    text: str
    line: int


HASH = frozenset({"py", "pyi", "rb", "ex", "exs", "r", "jl", "tf", "ipynb"})
SLASHES = frozenset(
    {"js", "jsx", "ts", "tsx", "mjs", "cjs", "mts", "cts", "go", "java", "kt", "kts", "scala", "cs"}
) | {*("rs", "swift", "php", "c", "cc", "cpp", "h", "hpp", "dart", "vue", "svelte", "groovy", "m", "bicep")}
_TRIPLE = r'"""(?:[^\\]|\\.)*?"""|' + r"'''(?:[^\\]|\\.)*?'''"
_STRINGS = r'"(?:[^"\\\n]|\\.)*"' + r"|'(?:[^'\\\n]|\\.)*'" + r"|`(?:[^`\\]|\\.)*`"
_REST = (
    r"(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_$][\w$]*)|(?P<mark>==|!=|:=|=>|\?\?|\|\||[^\s])"
)
_SHAPES = {
    "#": re.compile(rf"(?P<skip>#[^\n]*)|(?P<text>[rRbBfFuU]{{0,2}}(?:{_TRIPLE}|{_STRINGS}))|{_REST}", re.DOTALL),
    "/": re.compile(rf"(?P<skip>//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>{_TRIPLE}|{_STRINGS})|{_REST}", re.DOTALL),
}
_PREFIX = re.compile(r"^[rRbBfFuU]{0,2}(?=[\"'`])")
_INSIDE_COMMENT = re.compile(r"^\s*\*(?:\s|/|$)")
MOST_TOKENS = 400_000


def style_of(path: str) -> str | None:
    """`#` or `/`, how the language of the file writes comments; None where it is no program text that is read."""
    ending = path.rpartition(".")[2].lower() if "." in path else ""
    return "#" if ending in HASH else "/" if ending in SLASHES else None


def tokens(lines: Sequence[tuple[int, str]], style: str) -> Iterator[Token]:
    """Of lines that follow each other; they may begin inside a block comment."""
    source, at, place = _outside_comments([text for _, text in lines], style), 0, 0
    for count, found in enumerate(_SHAPES[style].finditer(source)):
        if count >= MOST_TOKENS:
            return
        place += source.count("\n", at, found.start())
        at = found.start()
        kind = KINDS.get(found.lastgroup or "")
        if kind:
            yield Token(kind, _inner(found[0]) if kind == "text" else found[0], lines[place][0])


def _outside_comments(texts: list[str], style: str) -> str:
    """Without the lines of a block comment whose beginning is not among them."""
    source = "\n".join(texts)
    if style == "/" and "/*" not in source.partition("*/")[0]:
        return "\n".join("" if _INSIDE_COMMENT.match(text) else text for text in texts)
    return source


def _inner(written: str) -> str:
    text = _PREFIX.sub("", written)
    quotes = 3 if text.startswith(('"""', "'''")) else 1
    return text[quotes:-quotes]
