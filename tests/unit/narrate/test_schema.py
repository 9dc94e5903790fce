"""Whatever keeps to the schema is an arrangement that may be published; what may not be published breaks the schema."""

import random
from typing import Any

import jsonschema
import pytest

from coagent.narrate import check
from coagent.narrate.kinds import claims_of, facts_of
from coagent.narrate.plain import plain_arrangement
from coagent.narrate.schema import schema_for
from tests.shown_subjects import saving, swap

SUBJECTS = [swap(), swap(status="recovered"), swap(page=False, direction="better"), saving()]
WALKS = 200


def answer(schema: dict[str, Any], chance: random.Random) -> Any:
    """One of those that the schema allows."""
    if "anyOf" in schema:
        return answer(chance.choice(schema["anyOf"]), chance)
    if "enum" in schema:
        return chance.choice(schema["enum"])
    if schema["type"] == "object":
        return {name: answer(one, chance) for name, one in schema["properties"].items()}
    length = chance.randint(schema["minItems"], schema["maxItems"])
    return [answer(one, chance) for one in schema["prefixItems"][:length]]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_whatever_keeps_to_the_schema_passes_every_check(subject):
    claims, chance = claims_of(subject, facts_of(subject)), random.Random(7)
    schema = schema_for(claims)
    jsonschema.Draft202012Validator.check_schema(schema)
    answers = [answer(schema, chance) for _ in range(WALKS)]
    jsonschema.validate(answers[0], schema)
    for one in answers:
        arrangement = check.read(one)
        assert not isinstance(arrangement, str)
        assert [] == check.problems(arrangement, claims)
    assert len({str(one) for one in answers}) > WALKS / 2


@pytest.mark.parametrize("subject", SUBJECTS)
def test_ids_of_other_subjects_break_it(subject):
    claims, chance = claims_of(subject, facts_of(subject)), random.Random(7)
    wrong = {**answer(schema_for(claims), chance), "headline": "somebody else's"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema_for(claims))


def test_the_model_may_begin_with_whatever_has_to_be_said():
    claims = claims_of(swap(), facts_of(swap()))
    lead = schema_for(claims)["properties"]["paragraphs"]["prefixItems"][0]["anyOf"]
    first = {one["properties"]["lines"]["prefixItems"][0]["properties"]["claim"]["enum"][0] for one in lead}
    slots = {one.slot for one in claims if one.slot and one.slot != "next"}
    assert len(first) == len(slots)
    assert plain_arrangement(claims).headline in schema_for(claims)["properties"]["headline"]["enum"]
