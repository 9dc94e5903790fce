"""The manifests are what Kubernetes takes, and say of ports, groups, topics and settings what the code says."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from coagent.bootstrap.lag import stages
from coagent.settings import Settings, unknown_variables

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docker/kubernetes"
BASE = yaml.safe_load((FOLDER / "base/kustomization.yaml").read_text())
AUTOSCALING = yaml.safe_load((FOLDER / "autoscaling/kustomization.yaml").read_text())
KUSTOMIZATIONS = {FOLDER / "base": BASE, FOLDER / "autoscaling": AUTOSCALING}
DOCUMENTS: list[dict[str, Any]] = [
    one
    for file in sorted(FOLDER.glob("*/*.yaml"))
    if file.name != "kustomization.yaml"
    for one in yaml.safe_load_all(file.read_text())
]
WORKLOADS = {one["metadata"]["name"]: one for one in DOCUMENTS if one["kind"] in {"Deployment", "StatefulSet", "Job"}}
PROCESSES = ("ingest", "worker", "sink", "agent")
SCALED = {one["metadata"]["name"]: one["spec"] for one in DOCUMENTS if one["kind"] == "ScaledObject"}


def pod(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = WORKLOADS[name]["spec"]["template"]["spec"]
    return spec


def container(name: str) -> dict[str, Any]:
    [one] = pod(name)["containers"]
    return dict(one)


def settings() -> dict[str, str]:
    return dict(one.split("=", 1) for one in BASE["configMapGenerator"][0]["literals"])


def test_every_file_is_applied() -> None:
    for folder, kustomization in KUSTOMIZATIONS.items():
        files = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}
        assert files == {name for name in kustomization["resources"] if name.endswith(".yaml")}


def test_all_processes_are_there() -> None:
    assert set(WORKLOADS) == {*PROCESSES, "migrate"}


@pytest.mark.parametrize("name", [*PROCESSES, "migrate"])
def test_a_pod_may_do_little_and_says_what_it_needs(name: str) -> None:
    one, security = container(name), pod(name)["securityContext"]
    user = re.search(r"^USER (\d+)$", (ROOT / "docker/Dockerfile").read_text(), re.MULTILINE)
    assert user is not None
    assert (security["runAsNonRoot"], security["runAsUser"]) == (True, int(user[1]))
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {*one["resources"]["requests"]} == {"cpu", "memory"}
    assert "memory" in one["resources"]["limits"]
    mounted = {mount["name"]: mount["mountPath"] for mount in one["volumeMounts"]}
    assert mounted == {"data": "/home/coagent/data", "tmp": "/tmp"}


@pytest.mark.parametrize("name", PROCESSES)
def test_probes_ask_at_the_port_of_the_process(name: str) -> None:
    one = container(name)
    assert one["ports"] == [{"name": "metrics", "containerPort": getattr(Settings().metrics, f"{name}_port")}]
    asked = {probe: one[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
    assert asked == {
        "startupProbe": {"path": "/live", "port": "metrics"},
        "livenessProbe": {"path": "/live", "port": "metrics"},
        "readinessProbe": {"path": "/ready", "port": "metrics"},
    }


@pytest.mark.parametrize("name", PROCESSES)
def test_labels_meet_their_selector(name: str) -> None:
    spec = WORKLOADS[name]["spec"]
    assert spec["template"]["metadata"]["labels"] == spec["selector"]["matchLabels"]


def test_settings_are_coagents(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unknown_variables(settings()) == []
    for name, value in settings().items():
        monkeypatch.setenv(name, value)
    assert Settings().metrics.host == "0.0.0.0"  # noqa: S104  in its own network


def test_scaling_asks_for_the_lag_that_there_is() -> None:
    read_by = stages(Settings())
    assert set(SCALED) == {"ingest", "worker", "sink"}
    for name, spec in SCALED.items():
        [trigger] = spec["triggers"]
        group, topics = read_by[name]
        assert trigger["metadata"]["consumerGroup"] == group
        assert trigger["metadata"]["topic"] in topics
        assert spec["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": WORKLOADS[name]["kind"], "name": name}
        assert spec["maxReplicaCount"] <= int(settings()["COAGENT_KAFKA__PARTITIONS"])
        assert trigger["metadata"]["bootstrapServers"] == settings()["COAGENT_KAFKA__BOOTSTRAP_SERVERS"]


def test_kubernetes_own_schemas_take_them() -> None:
    validate = pytest.importorskip("kubernetes_validate", reason="kubernetes-validate is not installed").validate
    for one in DOCUMENTS:
        if not one["apiVersion"].startswith("keda.sh/"):
            validate(one, "1.31", strict=True)


@pytest.mark.parametrize("folder", KUSTOMIZATIONS, ids=lambda folder: folder.name)
def test_kustomize_renders_them(folder: Path) -> None:
    if shutil.which("kubectl") is None:
        pytest.skip("no kubectl on PATH")
    rendered = subprocess.run(["kubectl", "kustomize", str(folder)], check=True, capture_output=True, text=True).stdout
    found = [one["kind"] for one in yaml.safe_load_all(rendered)]
    assert {"Namespace", "ConfigMap", "Job", "Deployment", "StatefulSet", "Service"} <= set(found)
