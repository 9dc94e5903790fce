"""`coagent bench detection`."""

import os
import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from coagent.bench.detection_report import DetectionReport
from coagent.bench.detection_view import detection_view
from coagent.bench.goals import reached
from coagent.bench.progress import Track, progress
from coagent.bench.rivals.all_rivals import left_out
from coagent.bench.sections.case_rivals import case_rivals
from coagent.bench.sections.cases import INDEX, cases
from coagent.bench.sections.causes import causes
from coagent.bench.sections.comparison import comparison
from coagent.bench.sections.cost import cost
from coagent.bench.sections.delays import delays
from coagent.bench.sections.null_rows import null_rows
from coagent.bench.sections.run_length import run_lengths
from coagent.bench.sections.stream_nulls import stream_nulls
from coagent.bench.sections.stream_sensor import stream_cases
from coagent.bench.sizes import TUNING_SEEDS, Sizes, quick
from coagent.domain.errors import Fatal
from coagent.settings import Settings

DEFAULT_CASES = Path("../shared/data/cases")
CASES_VARIABLE = "COAGENT_CASES"
FILE_CELLS = 110
"""Width of the screen where it is none, but a file or a pipe."""


class Section(StrEnum):
    """What can be measured."""

    CASES = "cases"
    DELAYS = "delays"
    NULL = "null"
    RUN_LENGTH = "run_length"
    CAUSES = "causes"
    COST = "cost"
    COMPARISON = "comparison"
    STREAM = "stream"


def detection(
    *,
    cases_dir: Annotated[
        Path | None,
        typer.Option("--cases", help=f"Folder of labelled cases; else ${CASES_VARIABLE}, else {DEFAULT_CASES}."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures to this file.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Draw delay against false alarms into this folder.")] = None,
    seeds: Annotated[str, typer.Option(help="Seeds of the reported figures, A-B.")] = "1000-1015",
    quick_run: Annotated[bool, typer.Option("--quick", help="Seconds instead of minutes; measures little.")] = False,
    only: Annotated[list[Section] | None, typer.Option(help="Measure only this; may be given several times.")] = None,
    null_total: Annotated[
        int | None, typer.Option("--null-rows", min=1_000, max=20_000_000, help="Null rows of the whole fleet.")
    ] = None,
    null_segments: Annotated[int | None, typer.Option(min=1, max=10_000, help="Segments they are spread over.")] = None,
) -> None:
    """Measure detection: labelled cases, planted changes, false alarms, causes, cost, and rivals beside it."""
    sizes = _sizes(seed_range(seeds), quick_run, null_total, null_segments)
    wanted = only or list(Section)
    with progress() as track:
        report = measure(wanted, sizes, _cases_folder(cases_dir, wanted), Settings(), track)
    console = Console()
    console.width = console.width if console.is_terminal else max(console.width, FILE_CELLS)
    console.print(detection_view(report, reached(report)))
    if json:
        _write(json, report)
    if plots and report.comparison:
        from coagent.bench.frontier_plot import plot_frontier  # noqa: PLC0415  matplotlib is slow to load

        for path in plot_frontier(report.comparison, plots):
            typer.echo(f"drawn: {path}")


def measure(
    wanted: list[Section], sizes: Sizes, cases_folder: Path | None, settings: Settings, track: Track[Any]
) -> DetectionReport:
    """What is wanted, one after the other."""
    compared = comparison(sizes, track) if Section.COMPARISON in wanted else None
    stream_folder = cases_folder if Section.STREAM in wanted else None
    cases_folder, now_s = cases_folder if Section.CASES in wanted else None, time.time()
    return DetectionReport(
        seeds=list(sizes.seeds),
        tuning_seeds=list(TUNING_SEEDS),
        cases=cases(cases_folder, settings, now_s, track) if cases_folder else None,
        delays=delays(sizes, track) if Section.DELAYS in wanted else None,
        null=null_rows(sizes, track) if Section.NULL in wanted else None,
        run_length=run_lengths(sizes, track) if Section.RUN_LENGTH in wanted else None,
        causes=causes(sizes, track) if Section.CAUSES in wanted else None,
        cost=cost(sizes, settings.ingest.flush_rows, track) if Section.COST in wanted else None,
        comparison=compared,
        case_rivals=case_rivals(cases_folder, settings, now_s, compared, track) if cases_folder and compared else None,
        stream_cases=stream_cases(stream_folder, settings, now_s, track) if stream_folder else None,
        stream_nulls=stream_nulls(sizes, track) if Section.STREAM in wanted else None,
        left_out=left_out() if compared else [],
    )


def to_json(report: DetectionReport) -> bytes:
    """All figures, and the goals beside them; indented, with a final line end."""
    everything = {**msgspec.to_builtins(report), "goals": reached(report)}
    return msgspec.json.format(msgspec.json.encode(everything), indent=1) + b"\n"


def seed_range(text: str) -> tuple[int, ...]:
    """`A-B`, both included. Raises Fatal for anything else, and for seeds that tuning used."""
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal()) or int(first) > int(last):
        raise Fatal(f"--seeds {text}: say two whole numbers, the smaller first, such as 1000-1015")
    if int(first) <= TUNING_SEEDS[-1]:
        raise Fatal(f"--seeds {text}: seeds up to {TUNING_SEEDS[-1]} are for tuning; start above them")
    return tuple(range(int(first), int(last) + 1))


def _sizes(seeds: tuple[int, ...], quick_run: bool, null_total: int | None, null_segments: int | None) -> Sizes:
    base = quick(seeds) if quick_run else Sizes(seeds=seeds)
    segments = null_segments or (max(base.null_segments, null_total // 10_000) if null_total else base.null_segments)
    return base.with_null(null_total or base.null_rows, segments)


def _cases_folder(given: Path | None, wanted: list[Section]) -> Path | None:
    """None where cases are not wanted, or none were named and the default has none, which is said."""
    if not {Section.CASES, Section.STREAM} & set(wanted):
        return None
    folder = given or Path(os.environ.get(CASES_VARIABLE) or DEFAULT_CASES)
    if given is None and not (folder / INDEX).exists():
        typer.echo(f"labelled cases skipped: no {folder / INDEX}; name their folder with --cases", err=True)
        return None
    return folder


def _write(path: Path, report: DetectionReport) -> None:
    try:
        path.write_bytes(to_json(report))
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a file that can be written with --json") from error
