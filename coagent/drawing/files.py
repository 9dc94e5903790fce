"""Pictures into files."""

from pathlib import Path

from matplotlib.figure import Figure

from coagent.domain.errors import Fatal

FORMATS = ("svg", "png")
DPI = 130


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """In every format; the same figure gives the same bytes. Raises Fatal where the folder cannot be written."""
    paths = [folder / f"{name}.{suffix}" for suffix in FORMATS]
    for path in paths:
        save_as(figure, path)
    return paths


def save_as(figure: Figure, path: Path) -> None:
    """In the format of the file's suffix; raises Fatal where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=DPI, metadata={"Date": None} if path.suffix == ".svg" else None)
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name one that can be written with --plots or --picture") from error
    except ValueError as error:
        raise Fatal(f"{path}: pictures end in .svg or .png") from error
