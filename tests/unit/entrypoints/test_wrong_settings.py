"""A wrong variable is named, its value is not; a misspelt one is reported."""

import json
import os
import subprocess
import sys

import pytest
from pydantic import ValidationError

from coagent.settings import Settings, explain


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


def test_settings_are_json_too_and_what_is_unset_is_null():
    done = subprocess.run(
        [sys.executable, "-m", "coagent", "settings", "--json"],
        env={**os.environ, "COAGENT_KAFKA__SECRETS": '{"sasl.password": "hunter2"}'},
        capture_output=True,
        text=True,
        check=True,
    )
    values = {one["variable"]: one["value"] for one in map(json.loads, done.stdout.splitlines())}
    assert values["COAGENT_MODEL__BASE_URL"] is None
    assert values["COAGENT_KAFKA__PARTITIONS"] == "4"
    assert "hunter2" not in done.stdout


def test_a_misspelt_setting_of_a_group_is_refused_with_the_one_that_was_meant():
    done = settings(COAGENT_KAFKA__BOOTSTRAP_SERVER="hunter2")
    assert done.returncode == 2
    assert "no such setting, did you mean COAGENT_KAFKA__BOOTSTRAP_SERVERS?" in done.stderr


def test_what_should_be_json_and_is_not_names_its_group():
    done = settings(COAGENT_KAFKA__SECRETS="hunter2")
    assert (2, "coagent: a variable of COAGENT_KAFKA__… cannot be read: lists and tables are written as JSON\n") == (
        done.returncode,
        done.stderr,
    )


def test_a_claim_that_ends_before_the_work_is_refused():
    done = settings(COAGENT_AGENT__REWRITE_S="900")
    assert 2 == done.returncode
    assert "COAGENT_AGENT: Value error, CLAIM_S has to be above REWRITE_S" in done.stderr


def test_a_misspelt_group_is_reported():
    done = settings(COAGENT_KAFK__PARTITIONS="3")
    assert (0, "coagent: COAGENT_KAFK__PARTITIONS: unknown setting, ignored") == (
        done.returncode,
        done.stderr.split(";")[0],
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COAGENT_INGEST__FLUSH_AGE_S", "inf"),
        ("COAGENT_INGEST__COMMIT_S", "nan"),
        ("COAGENT_AGENT__NARRATE_EVERY_S", "1e300"),
        ("COAGENT_AGENT__LOOKBACK_DAYS", "1e9"),
        ("COAGENT_DETECTION__ROWS_PER_MONTH", "inf"),
        ("COAGENT_INGEST__TOPICS", "[]"),
        ("COAGENT_INGEST__TOPICS", '[" "]'),
        ("COAGENT_KAFKA__BOOTSTRAP_SERVERS", " "),
        ("COAGENT_KAFKA__OPTIONS", '{"sasl.mechanism": ""}'),
    ],
)
def test_infinite_and_empty_values_are_refused(variable: str, value: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert variable in explain(refused.value)
