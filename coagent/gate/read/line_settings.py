"""Settings in lines of `key: value` or `key = value`: .env, TOML, Dockerfiles, and hunks of YAML and JSON whose
surroundings are not known. The model of a parameter is then the nearest one.
"""

import re
from collections.abc import Iterator, Sequence

from coagent.gate.model_name import is_model, is_plausible
from coagent.gate.read.code_settings import with_models
from coagent.gate.read.setting import (
    AMBIGUOUS,
    CACHE_MARKER,
    FALLBACKS,
    MODEL,
    VARIABLE,
    Setting,
    canonical,
    may_name_model,
    plain_value,
)

_PAIR = re.compile(
    r"""^\s*(?:-\s+|export\s+|ENV\s+|ARG\s+)*(?P<key>"[^"]{1,200}"|'[^']{1,200}'|[\w.-]{1,200})\s*[:=]\s*(?P<value>.*?)\s*$"""
)
_INLINE = re.compile(r"""["']?(?P<key>[\w-]{1,60})["']?\s*[:=]\s*(?P<value>"[^"]*"|'[^']*'|\[[^\]]*\]|[\w./:@-]+)""")
_COMMENT = re.compile(r"""^\s*(#|//|;|\*)|\s+#.*$""")
_TABLE = re.compile(r"^\s*\[{1,2}([\w.\"' -]+)\]{1,2}\s*$")
_MARK = "cache_control"
MOST_TEXT = 200


def line_settings(lines: Sequence[tuple[int, str]], path: str, *, is_whole: bool) -> list[Setting]:
    """In their order. `is_whole`: they are the file, so that a table's name owns what follows."""
    found, parents = list[Setting](), [0]
    table = ""
    for number, text in lines:
        line = _COMMENT.sub("", text)
        if header := _TABLE.match(line):
            table = header[1] if is_whole else ""
            parents.append(0)
            continue
        found += _of_line(line, table, Setting("", "", path, number, group=len(parents) - 1))
    found = with_models(found, parents)
    return [one for one in found if one.name not in AMBIGUOUS or one.beside]


def _of_line(line: str, table: str, at: Setting) -> Iterator[Setting]:
    """`at`: the place of the line."""
    whole = _PAIR.match(line)
    if whole and not whole["value"].startswith(("{", "[{")):
        pairs = [(whole["key"], whole["value"])]
    else:
        pairs = [(one["key"], one["value"]) for one in _INLINE.finditer(line)]
    if whole and whole["value"].startswith("{") and canonical(whole["key"].strip("\"'")) == CACHE_MARKER:
        pairs.append((whole["key"], ""))
    for key, written in pairs:
        plain = key.strip("\"'").rpartition(".")[2]
        yield from _settings(plain, written, at._replace(owner=f"{table}.{plain}" if table else ""))


def _settings(key: str, written: str, at: Setting) -> Iterator[Setting]:
    value = written.rstrip(",").strip().strip("\"'")[:MOST_TEXT]
    name = canonical(key)
    if key.isupper() and len(key) > 1 and value:
        yield at._replace(name=f"{VARIABLE}:{key}", value=plain_value(value))
    if name == FALLBACKS or (written.startswith("[") and is_model(key)):
        yield from _fallbacks(None if name == FALLBACKS else key, written, at)
    elif (name == MODEL or may_name_model(key)) and key != "model_name":
        yield from [at._replace(name=MODEL, value=value)] if is_model(value) else []
    elif name == CACHE_MARKER:
        yield at._replace(name=name, value="set")
    elif name and value and not value.startswith(("{", "[")):
        yield at._replace(name=name, value=plain_value(value))


def _fallbacks(route: str | None, written: str, at: Setting) -> Iterator[Setting]:
    models = [one for one in re.findall(r"[\w./:@-]+", written) if is_plausible(one)]
    if models:
        yield at._replace(name=FALLBACKS, value=" > ".join(models), route=route)
