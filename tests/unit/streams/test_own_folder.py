"""Workers that share a data directory have folders of their own, and each finds its folder again."""

import subprocess
import sys
from pathlib import Path

from streams.own_folder import own_folder

HOLD = """
import sys
from pathlib import Path
from streams.own_folder import own_folder
held = own_folder(Path(sys.argv[1]), "cluster")
print(held.path.name, held.is_first, flush=True)
sys.stdin.read()
"""


def test_a_folder_is_free_again_when_its_process_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "cluster True\n"
        second = own_folder(tmp_path, "cluster")
        assert (second.path, second.is_first) == (tmp_path / "cluster-2", False)
        other.kill()
    third = own_folder(tmp_path, "cluster")
    assert (third.path, third.is_first) == (tmp_path / "cluster", True)
    for held in (second, third):
        held.lock.close()
