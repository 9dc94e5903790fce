"""A shift as a picture in files: what stands in it, and that any shift gives a sound one."""

import doctest
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from coagent.domain.errors import Fatal
from coagent.domain.number_format import MINUS
from coagent.domain.shift import Summary
from coagent.entrypoints.plots import distribution_axes
from coagent.entrypoints.plots.evidence import close_up, whole
from coagent.entrypoints.plots.files import plot_shifts
from coagent.entrypoints.plots.shape import shape

from .shift_reports import ALARM, EVERYTHING, HARMFUL, HOSTILE, NOW, ONSET, ORDINARY, alone, of_signals, shift

TEXT = "{http://www.w3.org/2000/svg}text"


def texts(path):
    """All text of an SVG, which has to be sound XML without a script."""
    root = ET.fromstring(path.read_bytes())  # noqa: S314  coagent's own file
    tags = {one.tag.rpartition("}")[2] for one in root.iter()}
    assert not tags & {"script", "foreignObject", "image", "a"}
    return ["".join(one.itertext()) for one in root.iter(TEXT)]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plots")
    return {name: list(plot_shifts([found], folder / name)) for name, found in EVERYTHING.items()}


def test_examples():
    assert doctest.testmod(distribution_axes).failed == 0


def test_it_shows_how_it_was_found_what_moved_who_else_and_why(drawn):
    found = texts(drawn["ordinary"][0])
    for part in (
        f"answers shrank from 240 to 96 tokens ({MINUS}60 %)",
        "Silent model change (provider, 93 % sure): the provider serves another model version without declaring it",
        "openai/gpt-4 · summary",
        f"request {ONSET:,} ({ONSET - 3:,} to {ONSET + 6:,})",
        f"{ALARM - ONSET + 1} requests into it",
        "alarm threshold, passed by chance at most once in 1,000,000 requests",
        "output tokens, median",
        f"from 240 to 96 tokens ({MINUS}60 %)",
        "Cliff's delta -0.70 (-0.80 to -0.60)",
        "tokens, log scale",
        "error rate",
        "from 0.4 % to 8.1 % (+7.7 points)",
        "• the traffic stood still",
        "• also changed: openai/gpt-4 · search (1,200 requests)",
        "• unchanged: openai/gpt-4-mini (53,000 requests)",
        "• coagent explain 0123456789abcdef",
        "• coagent accept 0123456789abcdef",
    ):
        assert part in found


@pytest.mark.parametrize("name", EVERYTHING)
def test_every_shift_gives_two_sound_files(drawn, name):
    svg, png = drawn[name]
    assert (svg.suffix, png.suffix) == (".svg", ".png")
    assert svg.stat().st_size < 300_000
    assert png.read_bytes().startswith(b"\x89PNG")
    assert not [text for text in texts(svg) if "nan" in text.split()]


def test_names_are_data(drawn, tmp_path):
    svg, png = drawn["harmful"]
    found = " ".join(texts(svg))
    assert "<script>" in found
    assert "$\\frac{1}{0}$" in found
    assert HOSTILE not in found
    assert svg.parent == png.parent
    assert [one.parent for one in plot_shifts([HARMFUL], tmp_path)] == [tmp_path, tmp_path]


def test_the_same_shift_gives_the_same_bytes(drawn, tmp_path):
    svg, png = plot_shifts([ORDINARY], tmp_path)
    assert [svg.read_bytes(), png.read_bytes()] == [one.read_bytes() for one in drawn["ordinary"]]


def test_many_signals_are_cut_and_that_is_said(drawn):
    assert "… and 4 more signals that changed" in texts(drawn["12 signals"][0])


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Fatal, match="--plots"):
        list(plot_shifts([alone(of_signals(1))], tmp_path / "file" / "plots"))


def test_matplotlib_is_loaded_only_to_draw():
    modules = "coagent.entrypoints.cli.explain, coagent.entrypoints.cli.analyze"
    code = f"import sys, {modules}; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_close_up_holds_onset_and_alarm():
    found = shift()
    window = close_up(found, found.evidence)
    assert window.first < found.onset_low < ALARM < window.last < NOW
    assert 0 < window.share(ONSET) < window.share(ALARM) < 1
    assert window.share(NOW) is None


def test_no_close_up_where_the_whole_way_shows_it():
    found = shift(alarm=None)
    assert close_up(found, found.evidence) is None
    assert whole(found.evidence) == (100, NOW)


def quantiles(values):
    return Summary(len(values), float(np.median(values)), np.quantile(values, np.linspace(0, 1, 21)).tolist())


def test_a_shape_has_the_shares_of_the_quantiles():
    found = shape(quantiles(np.linspace(0, 10, 201)), quantiles(np.linspace(5, 10, 201)), 10)
    assert not found.log
    assert found.edges.tolist() == pytest.approx(np.linspace(0, 10, 11))
    assert found.before.tolist() == pytest.approx([0.1] * 10)
    assert found.after.tolist() == pytest.approx([0.0] * 5 + [0.2] * 5)


def test_ties_lie_in_one_bin():
    found = shape(quantiles([3.0] * 50), quantiles([3.0] * 40 + [9.0] * 10), 6)
    assert sorted(found.before.tolist()) == [0, 0, 0, 0, 0, 1]
    assert found.after.sum() == pytest.approx(1)
    assert max(found.after) >= 0.75


def test_far_tails_are_gathered_in_the_last_bin():
    values = np.concatenate([np.linspace(1, 2, 990), np.full(10, 9.0)])
    found = shape(quantiles(values), quantiles(values), 8)
    assert (found.below, found.above) == (False, True)
    assert found.edges[-1] < 3
    assert found.before.sum() == pytest.approx(1)


def test_many_decades_are_shown_on_a_logarithmic_scale():
    found = shape(quantiles(np.geomspace(0.01, 100, 200)), quantiles([1.0, 2.0]), 8)
    assert found.log
    assert np.diff(np.log(found.edges)).tolist() == pytest.approx([np.diff(np.log(found.edges))[0]] * 8)


def test_unknown_quantiles_have_no_shape():
    assert shape(Summary(3, 1.0), quantiles([1.0, 2.0]), 8) is None
