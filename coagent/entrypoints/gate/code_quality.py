"""The report as GitLab's Code Quality reads it: one entry for each finding that warns or fails.

Source: docs.gitlab.com, "Code Quality", report format (a JSON array; `fingerprint` unique within it).
"""

import hashlib
from collections import Counter

import msgspec

from coagent.deliver.neutral import visible
from coagent.domain.gate import Finding, GateReport, Level
from coagent.entrypoints.gate.places import place_of

SEVERITIES: dict[Level, str] = {"pass": "info", "warn": "minor", "fail": "major"}


def code_quality_report(report: GateReport) -> bytes:
    """JSON."""
    seen = Counter[tuple[str, str]]()
    entries = []
    for finding in report.findings:
        if finding.level != "pass":
            file, line = place_of(report, finding)
            seen[finding.rule, file] += 1
            entries.append(
                {
                    "description": visible(finding.text),
                    "check_name": f"coagent/{finding.rule}",
                    "fingerprint": _fingerprint(finding, file, seen[finding.rule, file]),
                    "severity": SEVERITIES[finding.level],
                    "location": {"path": file, "lines": {"begin": line}},
                }
            )
    return msgspec.json.format(msgspec.json.encode(entries), indent=1) + b"\n"


def _fingerprint(finding: Finding, file: str, count: int) -> str:
    """The same where only lines or figures moved, so that GitLab knows it again."""
    return hashlib.blake2b(f"{finding.rule}\0{file}\0{count}".encode(), digest_size=16).hexdigest()
