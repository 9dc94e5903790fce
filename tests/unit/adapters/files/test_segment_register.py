"""Which segments came first is the same for all processes and after every crash."""

import random
from pathlib import Path

import pytest

from coagent.adapters.files.segment_register import SegmentRegister
from coagent.domain.segment import Segment


def segments(*numbers: int) -> list[Segment]:
    return [Segment("p", f"m{number}", tenant="a\n(b)") for number in numbers]


def test_all_that_share_it_see_one_order(tmp_path: Path) -> None:
    ours, theirs = (SegmentRegister(tmp_path / "deep" / "segments") for _ in range(2))
    assert ours.enter(segments(3, 1)) == segments(3, 1)
    assert theirs.enter(segments(2, 1)) == segments(3, 1, 2)
    assert ours.enter(segments(0)) == segments(2, 0)
    assert SegmentRegister(tmp_path / "deep" / "segments").enter([]) == segments(3, 1, 2, 0)


@pytest.mark.parametrize("seed", range(20))
def test_what_a_crash_left_of_a_line_hides_no_other(tmp_path: Path, seed: int) -> None:
    path, rng = tmp_path / "segments", random.Random(seed)
    SegmentRegister(path).enter(segments(1, 2))
    whole = path.read_bytes()
    path.write_bytes(whole[: rng.randrange(len(whole))] + rng.choice([b"", b"\xff\xfe", b"[1]\n", b'["p"']))
    kept = SegmentRegister(path).enter([])
    after = SegmentRegister(path)
    assert after.enter(segments(7, 8))[-2:] == segments(7, 8)
    assert kept + segments(7, 8) == SegmentRegister(path).enter([])


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    register = SegmentRegister(tmp_path / "file" / "segments")
    assert register.enter(segments(1)) == segments(1)
