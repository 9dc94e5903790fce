"""Writes docs/configuration.md from the settings: `python tools/write_configuration.py`. A test compares the two."""

from pathlib import Path

from coagent.entrypoints.configuration_page import configuration_page

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"

if __name__ == "__main__":
    PAGE.write_text(configuration_page())
    print(PAGE)
