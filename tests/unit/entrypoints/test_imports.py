"""Each process loads what it needs: a list of commands needs no compiler, a sink no statistics."""

import os
import subprocess
import sys

import pytest

HELP = """
import sys
from coagent.entrypoints.cli.main import app
try:
    app(["--help"])
except SystemExit:
    pass
"""
ALLOWED = {
    *("coagent", "typer", "rich", "click", "shellingham", "pygments", "markdown_it", "mdurl", "typing_extensions"),
    *("attr", "attrs", "annotated_doc", "sitecustomize"),  # of typer's own
}
PROCESSES = {
    "ingest": (
        "import coagent.entrypoints.ingest",
        {"sqlalchemy", "psycopg", "faust", "langgraph", "langchain_core", "matplotlib", "river", "alembic"},
    ),
    "sink": (
        "import coagent.entrypoints.sink",
        {"scipy", "faust", "langgraph", "langchain_core", "matplotlib", "river", "numba"},
    ),
    "worker": (
        "import streams.detect, streams.group, streams.confirm",
        {"sqlalchemy", "psycopg", "river", "langgraph", "langchain_core", "matplotlib"},
    ),
    "agent": ("import coagent.entrypoints.agent", {"faust", "matplotlib", "river", "numba", "openai"}),
    "up": (
        "import coagent.entrypoints.cli.up",
        {"scipy", "faust", "langgraph", "langchain_core", "matplotlib", "river", "numba"},
    ),
    "console": (
        "import coagent.entrypoints.console.wired, coagent.entrypoints.cli.console",
        {"authlib", "joserfc", "httpx2", "numpy", "faust", "langgraph", "matplotlib", "river", "numba", "alembic"},
    ),
    "analyze": ("import coagent.entrypoints.cli.analyze", {"faust", "langgraph", "matplotlib", "sqlalchemy"}),
}


def loaded(code: str) -> set[str]:
    """Top-level modules outside of the standard library."""
    report = "print('|'.join({name.split('.')[0] for name in sys.modules} - sys.stdlib_module_names))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\n{report}"],
        env={**os.environ, "COAGENT_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"},
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in done.stdout.splitlines()[-1].split("|") if not name.startswith("_")}


def test_a_list_of_the_commands_loads_nothing_but_what_prints_it() -> None:
    assert loaded(HELP) <= ALLOWED


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_loads_its_own_rooms_alone(process: str) -> None:
    code, others = PROCESSES[process]
    assert not loaded(code) & others
