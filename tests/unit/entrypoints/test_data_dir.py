"""Two of us in one data directory would write each other's state."""

from pathlib import Path

import pytest

from coagent.domain.errors import Fatal
from coagent.entrypoints.data_dir import alone_in


def test_a_second_one_is_reported_and_a_later_one_is_not(tmp_path: Path):
    with alone_in(tmp_path), pytest.raises(Fatal, match="in use by another"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


def test_a_file_is_no_directory(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Fatal, match="cannot be used"), alone_in(tmp_path / "file"):
        pass
