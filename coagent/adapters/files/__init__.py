"""Log files as a source of raw records, whatever they are written in."""

from coagent.adapters.files.log_files import LogFiles
from coagent.adapters.files.paths import STDIN

__all__ = ["STDIN", "LogFiles"]
