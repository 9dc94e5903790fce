"""The report as JUnit XML, as GitLab and Jenkins read it: a test case a change, and one for the change as a whole."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from coagent.domain.gate import ChangeEffects, Effect, Finding, GateReport
from coagent.gate.words import METRIC_NAMES, change_words, from_to, title

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(report: GateReport) -> bytes:
    """A finding that fails is a failure; warnings stand in the case's output."""
    cases = [_case("the change as a whole", "coagent gate", [one for one in report.findings if one.change is None])]
    cases += [_of_change(place, one, report) for place, one in enumerate(report.changes)]
    failures = sum(case.find("failure") is not None for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", {"name": "coagent gate", **counts, "skipped": "0"})
    suite.extend(cases)
    indent(root)
    body: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"


def _of_change(place: int, one: ChangeEffects, report: GateReport) -> Element:
    found = [finding for finding in report.findings if finding.change == place]
    name = f"{title(one.change)}: {from_to(one.change)} ({one.change.file}:{one.change.line})"
    case = _case(name, one.change.file, found)
    case.set("file", _plain(one.change.file))
    text = "\n".join([*(_line(effect) for effect in one.effects), *one.remarks])
    SubElement(case, "system-out").text = _plain("\n".join([text, *_said(found, "warn")]))
    return case


def _case(name: str, classname: str, found: list[Finding]) -> Element:
    case = Element("testcase", {"name": _plain(name), "classname": _plain(classname), "time": "0"})
    failed = _said(found, "fail")
    if failed:
        failure = SubElement(case, "failure", {"message": _plain(failed[0]), "type": "policy"})
        failure.text = _plain("\n".join(failed))
    return case


def _said(found: list[Finding], level: str) -> list[str]:
    return [one.text for one in found if one.level == level]


def _line(effect: Effect) -> str:
    return f"{METRIC_NAMES[effect.metric]}: {change_words(effect)}"


def _plain(text: str) -> str:
    """Without characters that XML 1.0 has not."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
