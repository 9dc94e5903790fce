"""Files of other projects are what their table says, and each has its licence beside it."""

import hashlib
import re
from pathlib import Path

import coagent.entrypoints.console

FOLDER = Path(coagent.entrypoints.console.__file__).parent
VENDOR = FOLDER / "static" / "vendor"
ROW = re.compile(r"^\| (\S+/\S+) \| (\S+) \| (\S+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)
ROWS = ROW.findall((VENDOR / "README.md").read_text())
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|hx-on|javascript:")


def test_each_file_is_in_the_table_with_its_digest() -> None:
    there = {str(one.relative_to(VENDOR)) for one in VENDOR.rglob("*.*") if one.suffix in (".js", ".css")}
    assert {name for name, *_ in ROWS} == there
    for name, version, _licence, digest in ROWS:
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
        assert version in name
        assert (VENDOR / name).with_name("LICENSE").exists()


def test_nothing_comes_from_another_host_or_stands_inline() -> None:
    for template in (FOLDER / "templates").glob("*.html"):
        text = template.read_text()
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text), template.name
        assert not INLINE.search(text), template.name
        assert "|safe" not in text, template.name
