"""The bench is a room that nothing else loads."""

import subprocess
import sys

HELP = """
import sys
from coagent.entrypoints.cli.main import app
app(["--help"], standalone_mode=False)
print([name for name in sys.modules if name.startswith("coagent.bench")])
"""


def test_help_lists_the_bench_and_does_not_load_it():
    reported = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True).stdout
    assert "bench" in reported
    assert reported.splitlines()[-1] == "[]"
