"""Settings in lines of `key: value` or `key = value`: .env, TOML, Dockerfiles, shell scripts, and hunks of YAML and
JSON whose surroundings are not known. The model of a parameter is then the nearest one.
"""

import re
from collections.abc import Iterator, Sequence

from coagent.gate.model_name import is_model, is_plausible
from coagent.gate.read.arguments import Words, argument_settings, is_command
from coagent.gate.read.grouping import SEPARATOR, with_models
from coagent.gate.read.setting import (
    AMBIGUOUS,
    CACHE_MARKER,
    FALLBACKS,
    MODEL,
    MODELS,
    SIGNS,
    VARIABLE,
    VERSION,
    Setting,
    canonical,
    is_price,
    may_name_model,
    names_deployment,
    names_route,
    plain_value,
)

Lines = Sequence[tuple[int, str]]
_PAIR = re.compile(
    r"""^\s*(?:-\s+|export\s+|ENV\s+|ARG\s+)*(?P<key>"[^"]{1,200}"|'[^']{1,200}'|[\w.-]{1,200})\s*[:=]\s*(?P<value>.*?)\s*$"""
)
_INLINE = re.compile(r"""["']?(?P<key>[\w-]{1,60})["']?\s*[:=]\s*(?P<value>"[^"]*"|'[^']*'|\[[^\]]*\]|[\w./:@-]+)""")
_COMMENT = re.compile(r"""^\s*(#|//|;|\*)|\s+#.*$""")
_TABLE = re.compile(r"^\s*\[{1,2}([\w.\"' -]+)\]{1,2}\s*$")
_ITEM = re.compile(r"^\s*-\s+(\S.*)$")
_WORD = re.compile(r"""[^\s,\[\]"']+""")
_STRUCTURE = re.compile(r"""(?<!\$)\{|["']\s*:""")
"""Of JSON, or of YAML in one line: no words of a command."""
_ROUTED = re.compile(r"""["']?([\w./:@-]+)["']?\s*:\s*\[([^\[\]]*)\]""")
_NAME = re.compile(r"[\w./:@-]+")
MOST_TEXT = 200


def line_settings(lines: Lines, path: str, *, is_whole: bool) -> list[Setting]:
    """In their order. `is_whole`: they are the file, so that a table's name owns what follows."""
    found, parents = list[Setting](), [0]
    table = ""
    named = ""
    for number, text in lines:
        line = _COMMENT.sub("", text)
        if header := _TABLE.match(line):
            table = header[1] if is_whole else ""
            parents.append(0)
            continue
        at = Setting("", "", path, number, group=len(parents) - 1)
        pair = _PAIR.match(line)
        if pair and pair["key"] == "value" and named.isupper():
            found += _settings(named, pair["value"], at)
        else:
            found += _of_line(line, table, at)
        named = pair["value"] if pair and pair["key"] == "name" else ""
    for words in _commands(lines):
        parents.append(0)
        found += argument_settings(words, Setting("", "", path, words[0][1], group=len(parents) - 1))
    found = with_models(sorted(found, key=lambda one: one.line), parents)
    shows_call = any(one.name in SIGNS for one in found)
    return [one for one in found if one.name not in AMBIGUOUS or one.beside or shows_call]


def _commands(lines: Lines) -> Iterator[Words]:
    """Words of lines that are no pairs: items of one list, and lines that a backslash joins, are one command."""
    words: list[tuple[str, int]] = []
    is_open = False
    for number, text in lines:
        line = _COMMENT.sub("", text)
        item = _ITEM.match(line)
        if words and not is_open and not item:
            yield words
            words = []
        pair = _PAIR.match(line)
        if is_open or (pair and is_command(pair["key"])) or not (pair or _STRUCTURE.search(line)):
            said = pair["value"] if pair and not is_open else item[1] if item else line
            words += [(word, number) for word in _WORD.findall(said) if word != "\\"]
            is_open = line.rstrip().endswith("\\")
    if words:
        yield words


def _of_line(line: str, table: str, at: Setting) -> Iterator[Setting]:
    """`at`: the place of the line."""
    whole = _PAIR.match(line)
    if whole and not whole["value"].startswith(("{", "[{")):
        pairs = [(whole["key"], whole["value"])]
    else:
        pairs = [(one["key"], one["value"]) for one in _INLINE.finditer(line)]
    if whole and whole["value"].startswith("{") and canonical(whole["key"].strip("\"'")) == CACHE_MARKER:
        pairs.append((whole["key"], ""))
    if any(is_price(key) for key, _ in pairs):
        return
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
    elif name == MODELS:
        models = [one for one in _NAME.findall(written) if is_model(one)]
        yield from [at._replace(name=MODELS, value=SEPARATOR.join(models))] if models else []
    elif is_model(value) or (names_deployment(key) and is_plausible(value)):
        yield from [] if names_route(key) else [at._replace(name=MODEL, value=value)]
    elif name == CACHE_MARKER:
        yield at._replace(name=name, value="set")
    elif name in (MODEL, VERSION) or may_name_model(key):
        return
    elif name and value and not value.startswith(("{", "[")):
        yield at._replace(name=name, value=plain_value(value))


def _fallbacks(route: str | None, written: str, at: Setting) -> Iterator[Setting]:
    """A list of models, or LiteLLM's list of `{name: [names]}`."""
    routed = _ROUTED.findall(written)
    for name, names in routed or [(route, written)]:
        models = [one for one in _NAME.findall(names) if is_plausible(one)]
        if models:
            yield at._replace(name=FALLBACKS, value=SEPARATOR.join(models), route=name)
