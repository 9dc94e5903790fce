"""The report in each format that can be written."""

from collections.abc import Callable
from typing import Literal

import msgspec

from coagent.domain.gate import GateReport
from coagent.entrypoints.gate.code_quality import code_quality_report
from coagent.entrypoints.gate.junit import junit_report
from coagent.entrypoints.gate.markdown import markdown_report
from coagent.entrypoints.gate.sarif import sarif_report

Format = Literal["markdown", "junit", "sarif", "code-quality", "json"]


def json_report(report: GateReport) -> bytes:
    return msgspec.json.format(msgspec.json.Encoder(decimal_format="number").encode(report), indent=1) + b"\n"


def written(report: GateReport, wanted: Format, name: str) -> bytes:
    """`name`: of the gate, in its Markdown."""
    writers: dict[Format, Callable[[], bytes]] = {
        "markdown": lambda: markdown_report(report, name).encode(),
        "junit": lambda: junit_report(report),
        "sarif": lambda: sarif_report(report),
        "code-quality": lambda: code_quality_report(report),
        "json": lambda: json_report(report),
    }
    return writers[wanted]()
