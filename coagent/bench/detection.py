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
from coagent.bench.sections.case_rivals import rival_cases
from coagent.bench.sections.cases import INDEX, cases
from coagent.bench.sections.causes import causes
from coagent.bench.sections.cost import cost
from coagent.bench.sections.demo import demo_runs
from coagent.bench.sections.nulls import nulls
from coagent.bench.sections.power import power
from coagent.bench.sections.promise import promises
from coagent.bench.sections.variants import variants
from coagent.bench.sizes import TUNED_SEEDS, Sizes, quick
from coagent.domain.errors import Fatal
from coagent.settings import Settings

DEFAULT_CASES = Path("../shared/data/cases")
CASES_VARIABLE = "COAGENT_CASES"
FILE_CELLS = 170
"""Width of the screen where it is none, but a file or a pipe."""


class Section(StrEnum):
    """What can be measured."""

    CASES = "cases"
    VARIANTS = "variants"
    RIVALS = "rivals"
    NULLS = "nulls"
    POWER = "power"
    PROMISE = "promise"
    CAUSES = "causes"
    DEMO = "demo"
    COST = "cost"


OF_CASES = {Section.CASES, Section.VARIANTS, Section.RIVALS}


def detection(
    *,
    cases_dir: Annotated[
        Path | None,
        typer.Option("--cases", help=f"Folder of labelled cases; else ${CASES_VARIABLE}, else {DEFAULT_CASES}."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write all figures to this file.")] = None,
    picture: Annotated[Path | None, typer.Option(help="Draw them into this file, .svg or .png.")] = None,
    seeds: Annotated[str, typer.Option(help="Seeds of the reported figures, A-B.")] = "1000-1015",
    quick_run: Annotated[bool, typer.Option("--quick", help="A minute or two; measures little.")] = False,
    only: Annotated[list[Section] | None, typer.Option(help="Measure only this; may be given several times.")] = None,
) -> None:
    """Measure detection: labelled cases, their variants, rivals, null rows, power, promise, causes, the demo, cost."""
    numbers = seed_range(seeds)
    wanted = only or list(Section)
    with progress() as track:
        sizes = quick(numbers) if quick_run else Sizes(seeds=numbers)
        report = measure(wanted, sizes, _cases_folder(cases_dir, wanted), Settings(), track)
    console = Console()
    console.width = console.width if console.is_terminal else max(console.width, FILE_CELLS)
    console.print(detection_view(report, reached(report)))
    if json:
        _write(json, report)
    if picture:
        from coagent.bench.picture import draw  # noqa: PLC0415  matplotlib is slow to load

        draw(report, picture)


def measure(
    wanted: list[Section], sizes: Sizes, cases_folder: Path | None, settings: Settings, track: Track[Any]
) -> DetectionReport:
    """What is wanted, one after the other."""
    now_s, folder = time.time(), cases_folder
    full_rows = settings.ingest.flush_rows
    return DetectionReport(
        seeds=list(sizes.seeds),
        cases=cases(folder, settings, now_s, track) if folder and Section.CASES in wanted else None,
        variants=variants(folder, settings, now_s, sizes.variant_seeds, track)
        if folder and Section.VARIANTS in wanted
        else None,
        rivals=rival_cases(folder, settings, now_s, sizes.slow_rivals, track)
        if folder and Section.RIVALS in wanted
        else None,
        nulls=nulls(sizes, track) if Section.NULLS in wanted else None,
        power=power(sizes, track) if Section.POWER in wanted else None,
        promise=promises(sizes, track) if Section.PROMISE in wanted else None,
        causes=causes(sizes, track) if Section.CAUSES in wanted else None,
        demo=demo_runs(sizes, settings, track) if Section.DEMO in wanted else None,
        cost=cost(sizes, full_rows, track) if Section.COST in wanted else None,
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
    if int(first) in TUNED_SEEDS:
        raise Fatal(f"--seeds {text}: seeds below {TUNED_SEEDS.stop} are for tuning; start at {TUNED_SEEDS.stop}")
    return tuple(range(int(first), int(last) + 1))


def _cases_folder(given: Path | None, wanted: list[Section]) -> Path | None:
    """None where cases are not wanted, or none were named and the default has none, which is said."""
    if not OF_CASES & set(wanted):
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
