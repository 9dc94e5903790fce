"""Another shell finds the running `coagent up` by its data directory, and no dead one."""

from pathlib import Path

import msgspec
import pytest

from coagent.entrypoints.running import FILE, Running, adopt_running, find_running, forget_running, note_running

ADDRESSES = {"COAGENT_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1", "COAGENT_POSTGRES__URL": "postgresql://x"}


def test_addresses_are_found_and_own_settings_come_first(tmp_path: Path):
    note_running(tmp_path, ADDRESSES, {"broker": 7})
    environment = {"COAGENT_DATA_DIR": str(tmp_path), "COAGENT_POSTGRES__URL": "postgresql://mine"}
    running = adopt_running(environment)
    assert running is not None
    assert running.processes == {"broker": 7}
    assert environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"] == "127.0.0.1:1"
    assert environment["COAGENT_POSTGRES__URL"] == "postgresql://mine"


def test_the_file_is_its_users_alone_and_holds_no_secret_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COAGENT_KAFKA__SECRETS", '{"sasl.password": "hunter2"}')
    monkeypatch.setenv("COAGENT_KAFKA__PARTITIONS", "7")
    note_running(tmp_path, ADDRESSES, {})
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    written = (tmp_path / FILE).read_text()
    assert "hunter2" not in written
    assert '"COAGENT_KAFKA__PARTITIONS": "7"' in written


def test_what_a_killed_one_left_behind_counts_for_nothing(tmp_path: Path):
    note_running(tmp_path, ADDRESSES, {})
    told = msgspec.json.decode((tmp_path / FILE).read_bytes(), type=Running)
    another = msgspec.structs.replace(told, born=told.born - 1)  # the process id is used again
    (tmp_path / FILE).write_bytes(msgspec.json.encode(another))
    assert find_running(tmp_path) is None


def test_nothing_runs_after_the_end_nor_in_another_directory(tmp_path: Path):
    note_running(tmp_path, ADDRESSES, {})
    forget_running(tmp_path)
    assert find_running(tmp_path) is None
    assert adopt_running({"COAGENT_DATA_DIR": str(tmp_path / "none")}) is None
