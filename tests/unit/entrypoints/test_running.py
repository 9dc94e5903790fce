"""Another shell finds the running `coagent up` by its data directory, and no dead one."""

from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from coagent.entrypoints.running import (
    FILE,
    Running,
    adopt_running,
    as_environment,
    find_running,
    forget_running,
    note_running,
)
from coagent.settings import KafkaSettings, PostgresSettings, Settings


def settings(data_dir: Path) -> Settings:
    return Settings(
        data_dir=data_dir,
        kafka=KafkaSettings(
            bootstrap_servers="127.0.0.1:1", partitions=7, secrets={"sasl.password": SecretStr("hunter2")}
        ),
        postgres=PostgresSettings(url=SecretStr("postgresql://x")),
    )


def test_addresses_are_found_and_own_settings_come_first(tmp_path: Path):
    note_running(settings(tmp_path), {"broker": 7})
    environment = {"COAGENT_DATA_DIR": str(tmp_path), "COAGENT_POSTGRES__URL": "postgresql://mine"}
    running = adopt_running(environment)
    assert running is not None
    assert running.processes == {"broker": 7}
    assert environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"] == "127.0.0.1:1"
    assert environment["COAGENT_POSTGRES__URL"] == "postgresql://mine"


def test_the_file_is_its_users_alone_and_holds_no_secret_settings(tmp_path: Path):
    note_running(settings(tmp_path), {})
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert "hunter2" not in (tmp_path / FILE).read_text()


def test_no_other_shell_takes_a_hidden_secret_for_the_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`coagent serve` would let in whoever signs with the stars."""
    given = {
        "COAGENT_DELIVERY__SLACK_SIGNING_SECRET": "geheim",
        "COAGENT_DELIVERY__APPRISE_URLS": '["json://geheim"]',
        "COAGENT_REVIEW__LABELS_TOKEN": "geheim",
        "COAGENT_PROBES__KEYS": '{"acme": "geheim"}',
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    reported = as_environment(Settings(data_dir=tmp_path))
    assert not reported.keys() & given.keys()
    assert not [name for name, value in reported.items() if "*" in value or "geheim" in value]


def test_the_variables_make_the_same_settings_again_whatever_the_shell_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    reported = settings(tmp_path)
    monkeypatch.setenv("COAGENT_INGEST__TOPICS", '["other"]')
    monkeypatch.setenv("COAGENT_MODEL__BASE_URL", "http://elsewhere")
    for name, value in as_environment(reported).items():
        monkeypatch.setenv(name, value)
    without = reported.kafka.model_copy(update={"secrets": {}})
    assert Settings() == reported.model_copy(update={"kafka": without})


def test_what_a_killed_one_left_behind_counts_for_nothing(tmp_path: Path):
    note_running(settings(tmp_path), {})
    reported = msgspec.json.decode((tmp_path / FILE).read_bytes(), type=Running)
    another = msgspec.structs.replace(reported, born=reported.born - 1)  # the process id is used again
    (tmp_path / FILE).write_bytes(msgspec.json.encode(another))
    assert find_running(tmp_path) is None


def test_nothing_runs_after_the_end_nor_in_another_directory(tmp_path: Path):
    note_running(settings(tmp_path), {})
    forget_running(tmp_path)
    assert find_running(tmp_path) is None
    assert adopt_running({"COAGENT_DATA_DIR": str(tmp_path / "none")}) is None
