"""Declared and deploy fields."""

import pytest

from coagent.confirm.cause.declared_fields import field_findings, gained
from coagent.domain.candidate import FieldCounts


def names(*counts: FieldCounts) -> list[str]:
    return [finding.name for finding in field_findings(counts)]


def test_a_declared_version_is_found():
    found = field_findings([FieldCounts("response_model", {"gpt-4-0314": 900}, {"gpt-4-0314": 1, "gpt-4-0613": 19})])

    assert [(one.name, one.strength) for one in found] == [("declared", 1.0)]
    assert found[0].text == "response model gpt-4-0613 went from 0 % to 95 % of the rows"


def test_a_deploy_is_found_once_with_the_field_that_changed_most():
    half = FieldCounts("app_version", {"1": 100}, {"1": 20, "2": 20})
    whole = FieldCounts("prompt_template", {"a": 100}, {"b": 40})

    assert names(half, whole) == ["deploy"]
    assert "prompt template b" in field_findings([half, whole])[0].text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": 500, "b": 500}, {"a": 7, "b": 5}),
        ({f"fp{n}": 50 for n in range(20)}, {f"fp{n}": 1 for n in range(5)}),
        ({"a": 500}, {"a": 12}),
        ({"a": 990, "b": 10}, {"a": 11, "b": 1}),
        ({}, {"a": 5}),
        ({"a": 5}, {}),
    ],
)
def test_rotation_and_chance_are_no_change(before, after):
    assert names(FieldCounts("system_fingerprint", before, after)) == []


def test_few_rows_of_a_new_value_are_enough():
    gain = gained(FieldCounts("system_fingerprint", {"a": 1000}, {"b": 3}))

    assert gain.p_value < 1e-6
    assert (gain.value, gain.before, gain.after, gain.moved) == ("b", 0, 1, 1)


def test_unknown_fields_say_nothing():
    assert names(FieldCounts("region", {"a": 100}, {"b": 100})) == []
