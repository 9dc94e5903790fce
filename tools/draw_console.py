"""Takes the pictures of docs/console.md: the console's pages with four weeks of a simulated company, in Chromium.

    python -m tools.draw_console [--folder docs]

Starts a `coagent up` in a temporary directory; needs playwright and Chromium. Takes about two minutes.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from coagent.entrypoints.console.access.one_time_link import find_listening
from coagent.entrypoints.running import find_running
from tools.company_live import settle

QUICK = {
    "LOGNAME": "ann",
    "COAGENT_AGENT__ADVISE_EVERY_S": "2",
    "COAGENT_AGENT__ROLL_UP_EVERY_S": "1",
    "COAGENT_AGENT__MONEY_EVERY_S": "2",
}
WITHIN_S = 240.0
STEADY_S = 8.0
"""Nothing new for so long: advice and sums are done."""
DRAWN = """
[...document.querySelectorAll("figure:not([hidden]) [data-chart]")].every((one) => one.querySelector("canvas"))
&& ![...document.querySelectorAll("td")].some((one) => one.textContent === "looking")
"""
"""Every chart, and every process was heard of."""
COLOURS = 256
MOST_BYTES = 150_000
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "device_scale_factor": 2}
COUNTED = """
SELECT (SELECT count(*) FROM insights.shifts WHERE reported_at IS NOT NULL),
    (SELECT count(*) FROM insights.opportunities), (SELECT sum(requests) FROM insights.requests_1m),
    (SELECT sum(requests) FROM insights.spend)
"""


@dataclass(frozen=True)
class Picture:
    """`path` of the console's page; `{shift}` stands for the shift's id."""

    name: str
    path: str
    browser: dict[str, Any]


PICTURES = (
    Picture("now", "", DESK),
    Picture("shift", "shifts/{shift}", DESK),
    Picture("spend", "spend", DESK),
    Picture("scorecard", "scorecard", DESK),
    Picture("opportunities", "opportunities", DESK),
    Picture("phone", "shifts/{shift}", PHONE),
)


@contextmanager
def coagent(data_dir: Path) -> Iterator[None]:
    """A running `coagent up`, ready; stopped in order."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COAGENT_")}
    environment = clean | QUICK | {"COAGENT_DATA_DIR": str(data_dir)}
    with (data_dir / "up.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "coagent", "up"], env=environment, stdout=log, stderr=log)
        try:
            until(lambda: "all processes are at work" in (data_dir / "up.log").read_text())
            yield
        finally:
            process.terminate()
            process.wait()


def until(holds: Callable[[], bool]) -> None:
    """Raises TimeoutError."""
    give_up = time.monotonic() + WITHIN_S
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError
        time.sleep(0.5)


def settled(data_dir: Path) -> None:
    """Returns when the change is reported, and nothing is new any more."""
    running = find_running(data_dir)
    assert running
    counts, since = tuple[int, ...]((0,)), time.monotonic()

    def steady() -> bool:
        nonlocal counts, since
        found = database.execute(COUNTED).fetchone()
        if found != counts:
            counts, since = found, time.monotonic()
        return all(counts) and time.monotonic() - since > STEADY_S

    with psycopg.connect(running.environment["COAGENT_POSTGRES__URL"], autocommit=True) as database:
        until(steady)


def draw(data_dir: Path, folder: Path) -> None:
    """All pictures, one window a kind of screen."""
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for screen in (DESK, PHONE):
            page, base = _entered(browser, data_dir, screen)
            page.goto(f"{base}/shifts")
            shift = str(page.locator("td a[href^='/shifts/']").first.get_attribute("href")).rpartition("/")[2]
            for one in PICTURES:
                if one.browser is screen:
                    _draw(page, f"{base}/{one.path.format(shift=shift)}", folder / f"console-{one.name}.png")
        browser.close()


def _draw(page: Page, address: str, file: Path) -> None:
    page.goto(address, wait_until="load")
    until(lambda: page.evaluate(DRAWN))  # the console's pages may not wait for a text of ours themselves
    _save(page.screenshot(), file)


def _entered(browser: Browser, data_dir: Path, screen: dict[str, Any]) -> tuple[Page, str]:
    listening = find_listening(data_dir)
    assert listening
    page, base = browser.new_context(**screen).new_page(), listening.link.split("/enter")[0]
    page.goto(listening.link)
    page.wait_for_url(f"{base}/")
    return page, base


def _save(shot: bytes, file: Path) -> None:
    """With few colours: pages have few."""
    small = BytesIO()
    Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS).save(small, "PNG", optimize=True)
    size = len(small.getvalue())
    assert size <= MOST_BYTES, f"{file}: {size:,} bytes"
    file.write_bytes(small.getvalue())
    print(f"{file} {size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("docs"))
    chosen = parser.parse_args()
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # Postgres may run as another user
        data_dir = Path(name) / "coagent"
        data_dir.mkdir()
        with coagent(data_dir):
            settle(data_dir)
            settled(data_dir)
            draw(data_dir, chosen.folder)


if __name__ == "__main__":
    main()
