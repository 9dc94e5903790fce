"""A wrong variable is named, its value is not; a misspelt one is told."""

import os
import subprocess
import sys

import pytest


def settings(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "coagent", "settings"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COAGENT_DETECTION__WARM_ROWS", "hunter2"),
        ("COAGENT_KAFKA__PARTITION", "hunter2"),
        ("COAGENT_KAFKA__SECRETS", '["hunter2"]'),
        ("COAGENT_KAFKA__OPTIONS", '{"sasl.password": "hunter2"}'),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not(variable: str, value: str):
    done = settings(**{variable: value})
    assert done.returncode == 2
    assert variable in done.stderr
    assert "hunter2" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_what_should_be_json_and_is_not_names_its_group():
    done = settings(COAGENT_KAFKA__SECRETS="hunter2")
    assert (2, "coagent: a variable of COAGENT_KAFKA__… cannot be read: lists and tables are written as JSON\n") == (
        done.returncode,
        done.stderr,
    )


def test_a_misspelt_group_is_told():
    done = settings(COAGENT_KAFK__PARTITIONS="3")
    assert (0, "coagent: COAGENT_KAFK__PARTITIONS is no setting and is ignored") == (
        done.returncode,
        done.stderr.split(";")[0],
    )
