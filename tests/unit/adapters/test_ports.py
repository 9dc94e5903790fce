"""Ports of embedded servers stay the same, and a taken one is named."""

import socket
from pathlib import Path

import pytest

from coagent.adapters.embedded import ports
from coagent.adapters.embedded.ports import PortWish, free_port
from coagent.domain.errors import Fatal


def test_the_usual_port_at_first_and_the_same_ever_after(tmp_path: Path):
    usual = free_port()
    assert PortWish(usual).settle(tmp_path / "port", "broker") == usual
    assert PortWish(free_port()).settle(tmp_path / "port", "broker") == usual


def test_another_one_at_first_where_the_usual_one_is_taken(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        usual = taken.getsockname()[1]
        assert PortWish(usual).settle(tmp_path / "port", "broker") not in {0, usual}


def test_the_operators_choice_comes_first_and_stays(tmp_path: Path):
    named = free_port()
    PortWish(free_port()).settle(tmp_path / "port", "broker")
    assert PortWish(0, named, "X").settle(tmp_path / "port", "broker") == named
    assert PortWish().settle(tmp_path / "port", "broker") == named


def test_a_kept_port_that_is_taken_is_reported_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ports, "WAIT_S", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "port").write_text(str(port))
        with pytest.raises(Fatal, match=rf"port {port} .* broker listens, is taken.*COAGENT_X"):
            PortWish(0, None, "COAGENT_X").settle(tmp_path / "port", "broker")


@pytest.mark.parametrize("left", ["", "x", "-5", "99999999", "\0"])
def test_a_port_file_left_by_half_is_written_anew(tmp_path: Path, left: str):
    usual = free_port()
    (tmp_path / "port").write_text(left)
    assert PortWish(usual).settle(tmp_path / "port", "broker") == usual
    assert (tmp_path / "port").read_text() == str(usual)
