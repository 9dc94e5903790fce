"""Compiled code is that of the sources that are there now."""

import os
import subprocess
import sys
from pathlib import Path

import coagent

JIT = "from coagent.detect.sensor import jit; print(jit._CACHE)"
READING = "from coagent.ingest.columns.json_spans import _find_spans; print(_find_spans._cache.cache_path)"


def printed(code: str, folder: Path, package: Path) -> str:
    """By a process that imports this package."""
    variables = {**os.environ, "PYTHONPATH": str(package.parent), "NUMBA_CACHE_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=package.parent, env=variables, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_another_constant_is_another_cache_and_the_old_one_goes(tmp_path: Path) -> None:
    package = tmp_path / "coagent"
    for part in ("__init__.py", "detect/__init__.py", "detect/sensor/__init__.py", "detect/sensor/jit.py"):
        (package / part).parent.mkdir(parents=True, exist_ok=True)
        (package / part).write_bytes((Path(coagent.__file__).parent / part).read_bytes())
    constants = package / "detect/sensor/constants.py"
    constants.write_text("CELLS = 300\n")
    before = printed(JIT, tmp_path / "cache", package)
    assert printed(JIT, tmp_path / "cache", package) == before
    constants.write_text("CELLS = 400\n")
    after = printed(JIT, tmp_path / "cache", package)
    assert after != before
    assert [str(path) for path in (tmp_path / "cache").iterdir()] == [after]


def test_it_is_known_whether_a_run_has_compiled(tmp_path: Path) -> None:
    package = Path(coagent.__file__).parent
    asked = "from coagent.detect.sensor import jit; print(jit.is_compiled())"
    compiling = "from coagent.detect.sensor.row_noise import mix_one; import numpy as np; mix_one(np.uint64(1))"
    assert printed(asked, tmp_path, package) == "False"
    printed(compiling, tmp_path, package)
    assert printed(asked, tmp_path, package) == "True"


def test_what_ingest_compiles_has_one_cache_whatever_is_imported_first(tmp_path: Path) -> None:
    package = Path(coagent.__file__).parent
    alone = printed(READING, tmp_path, package)
    assert printed(f"import coagent.detect.sensor.kernel\n{READING}", tmp_path, package) == alone
