import msgspec
import pytest

from coagent.entrypoints.cli.tail import _data


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (b'{"a": 1.50}', b'{"a":1.50}'),
        (b'{\n "a": [1,\n 2]}', b'{"a":[1,2]}'),
        (None, b"null"),
        (b"", b'{"bytes":""}'),
        (b"\xff\x00", b'{"bytes":"/wA="}'),
        (b'"\xff"', b'{"bytes":"Iv8i"}'),
        (b"{} {}", b'{"bytes":"e30ge30="}'),
    ],
)
def test_any_value_is_one_line_of_json(value, line):
    assert msgspec.json.encode(_data(value)) == line
