"""The wheel of the producers, built and imported where nothing of coagent is."""

import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients
REPOSITORY = Path(__file__).parents[4]
TRIED = """
import sys
sys.path[:0] = sys.argv[1:]
import coagent_producers.content_free, coagent_producers.kafka_sender, coagent_producers.measures
coagent_producers.kafka_sender.KafkaSender("127.0.0.1:1", "t").send(b"{}")
assert "coagent" not in sys.modules
print("sent")
"""


def test_it_builds_and_imports_with_confluent_kafka_and_msgspec_alone(tmp_path: Path) -> None:
    source = shutil.copytree(REPOSITORY / "coagent" / "producers", tmp_path / "source")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(source)]
    built = subprocess.run(build, capture_output=True, text=True, check=False)
    if built.returncode and "index" in built.stderr.lower():
        pytest.skip(f"the build tools cannot be had here: {built.stderr[-300:]}")
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("coagent_producers-*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    for package in ("confluent_kafka", "msgspec"):
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        folder = Path(spec.origin).parent
        for part in (folder, folder.with_name(f"{package}.libs")):
            if part.exists():
                (tmp_path / "installed" / part.name).symlink_to(part)
    tried = [sys.executable, "-I", "-S", "-c", TRIED, str(tmp_path / "installed")]
    assert subprocess.run(tried, capture_output=True, text=True, check=True).stdout == "sent\n"
