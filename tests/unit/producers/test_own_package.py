"""The producers install by themselves, beside nothing else of coagent."""

import ast
import sys
import tomllib
from pathlib import Path

import coagent

FOLDER = Path(coagent.__file__).parent / "producers"
PROJECT = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
IMPORTED_AS = {"confluent-kafka": "confluent_kafka", "msgspec": "msgspec"}


def imported(module: Path) -> set[str]:
    """Packages outside of the standard library, and of the folder itself."""
    found = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(str(node.module).split(".")[0])
    return found - sys.stdlib_module_names


def test_every_module_needs_no_more_than_the_package_declares():
    declared = {IMPORTED_AS[one.split(">")[0]] for one in PROJECT["dependencies"]}
    for module in FOLDER.glob("*.py"):
        allowed = declared | ({"litellm"} if module.name == "litellm_logger.py" else set())
        assert imported(module) <= allowed, module.name


def test_it_has_coagents_version_and_a_name_of_ours():
    whole = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text())
    assert PROJECT["version"] == coagent.__version__
    assert (PROJECT["name"], whole["project"]["name"]) == ("coagent-producers", "coagent-watch")
    assert whole["tool"]["setuptools"]["packages"]["find"]["exclude"] == ["coagent.producers*"]
