"""Writes docs/sources.md from the table of sources."""

from pathlib import Path

from coagent.ingest.sources import SOURCES
from coagent.ingest.sources.page import page

FILE = Path(__file__).parents[1] / "docs" / "sources.md"

FILE.write_text(page(SOURCES))
