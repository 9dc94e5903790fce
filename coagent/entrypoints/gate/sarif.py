"""The report as SARIF 2.1.0 (OASIS), as code scanning reads it: one result for each finding that warns or fails."""

from typing import Any
from urllib.parse import quote

import msgspec

from coagent import __version__
from coagent.deliver.neutral import visible
from coagent.domain.gate import Finding, GateReport, Level
from coagent.entrypoints.gate.places import place_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: dict[Level, str] = {"pass": "note", "warn": "warning", "fail": "error"}
RULES = {
    "added_cost": "The change costs more a month than the policy allows.",
    "latency_p95": "The 95th percentile of latency is or grows more than the policy allows.",
    "success": "The success rate falls by more than the policy allows.",
    "quality": "The success rate by people's labels falls by more than the policy allows.",
    "retirement": "The model is, or is soon, shut down by its provider.",
    "unpinned_alias": "The name of the model names no version.",
    "raised_max_tokens": "The limit of tokens an answer is raised.",
    "raised_effort": "The effort of reasoning is raised.",
    "removed_cache_marker": "A marker of the prompt cache is removed.",
    "cannot_tell": "Nothing measured what the change does.",
    "not_read": "A part of the change was not read.",
}


def sarif_report(report: GateReport) -> bytes:
    """JSON."""
    run = {
        "tool": {"driver": {"name": "coagent gate", "version": __version__, "rules": _rules()}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, one) for one in report.findings if one.level != "pass"],
    }
    found = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def _rules() -> list[dict[str, Any]]:
    return [{"id": f"coagent/{name}", "shortDescription": {"text": text}} for name, text in RULES.items()]


def _result(report: GateReport, finding: Finding) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": f"coagent/{finding.rule}",
        "ruleIndex": list(RULES).index(finding.rule),
        "level": LEVELS[finding.level],
        "message": {"text": visible(finding.text)},
    }
    result["locations"] = [_location(*place_of(report, finding))]
    return result


def _location(file: str, line: int) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        }
    }
