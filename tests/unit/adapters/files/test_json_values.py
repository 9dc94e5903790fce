"""JSON that is not one object a line: every value arrives once, as it was written, and damage costs only itself."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coagent.adapters.files import bounds, json_values
from coagent.adapters.files.json_values import JsonValues
from coagent.adapters.files.value_end import ValueEnd


class Drips(io.BytesIO):
    """Hands over a few bytes at a time, as a pipe may."""

    def __init__(self, data, most):
        super().__init__(data)
        self.most = most

    def read(self, size=-1):
        return super().read(min(size, self.most))


def values(data, most=1 << 20):
    return list(JsonValues(Drips(data, most)))


TEXTS = st.text(alphabet=st.sampled_from('ab"\\{}[],:\n é𒀀'), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(TEXTS.map("k".__add__), JSON, max_size=4), max_size=6)


@settings(max_examples=300, deadline=None)
@given(objects=OBJECTS, indent=st.sampled_from([None, 1, 4]), array=st.booleans(), most=st.integers(1, 40))
def test_every_object_arrives_once_as_it_was_written(objects, indent, array, most):
    written = [json.dumps(one, indent=indent, ensure_ascii=False).encode() for one in objects]
    data = b"[" + b",\n".join(written) + b"]" if array else b"\n".join(written)
    assert values(data, most) == written


@pytest.mark.parametrize(
    "data",
    [
        b'[{"a": 1}, {"b": [2]}]',
        b'{"a": 1}{"b": [2]}',
        b'{"a": 1},\n{"b": [2]},\n',
        b'[{"a": 1}]\n[{"b": [2]}]\n',
        b'{"data": [{"a": 1}, {"b": [2]}], "meta": {"page": 1, "list": [{}]}}',
        b'{"object": "list", "has_more": false, "data": [{"a": 1},{"b": [2]}]}',
        b'{"page": 1, "size": 2, "total": 2, "content": [{"a": 1}, {"b": [2]}]}',
        b'{"meta": {"page": 1}, "results": [{"a": 1}]}\n{"results": [{"b": [2]}]}',
    ],
)
def test_arrays_neighbours_and_pages_of_an_api(data):
    assert values(data) == [b'{"a": 1}', b'{"b": [2]}']


@pytest.mark.parametrize(
    "data",
    [
        b'{"object": "list", "data": [{"object": "embedding", "embedding": [0.1]}], "model": "m", "usage": {}}',
        b'{"model": "m", "data": [{"a": 1}]}',
        b'{"content": [{"type": "text"}], "id": "msg_1"}',
        b'{"name": "chat", "events": [{"name": "a"}]}',
        b'{"id": "trace", "observations": [{"a": 1}]}',
        b'{"data": {"id": "gen-1"}}',
        b'{"resourceSpans": [{"a": 1}, {"b": 2}]}',
        b'{"candidates": [{"a": 1}]}',
    ],
)
def test_what_is_a_record_itself_stays_whole(data):
    assert values(data) == [data]


def test_an_export_too_long_for_one_record_is_cut_into_exports(monkeypatch):
    monkeypatch.setattr(json_values, "_WHOLE_EXPORT_BYTES", 20)
    found = values(b'{"resourceSpans": [{"a": 1}, {"b": "' + b"x" * 50 + b'"}]}', most=7)
    assert [json.loads(one) for one in found] == [
        {"resourceSpans": [{"a": 1}]},
        {"resourceSpans": [{"b": "x" * 50}]},
    ]


def test_numbers_keep_their_writing():
    assert values(b'[{\n"a": 0.10, "b": 1e3, "c": NaN, "d": 12345678901234567890}]') == [
        b'{\n"a": 0.10, "b": 1e3, "c": NaN, "d": 12345678901234567890}'
    ]


def test_what_is_no_object_is_handed_on_and_what_follows_it_too():
    assert values(b'[1, "a,]b", null, nonsense here, {"a": 1}, [2]]') == [
        b"1",
        b'"a,]b"',
        b"null",
        b"nonsense here",
        b'{"a": 1}',
        b"[2]",
    ]


def test_a_file_that_is_cut_off_gives_its_last_value_as_far_as_it_goes():
    assert values(b'[{"a": 1},\n{"b": "x') == [b'{"a": 1}', b'{"b": "x']


def test_a_value_beyond_the_bound_is_cut_and_the_next_one_whole(monkeypatch):
    monkeypatch.setattr(json_values, "MAX_RECORD_BYTES", 10)
    assert values(b'[{"a": "' + b"x" * 500 + b'"}, {"a": 1}]', most=8) == [b'{"a": "xxxx', b'{"a": 1}']
    assert bounds.MAX_RECORD_BYTES == 16 << 20


@given(st.binary(max_size=60), st.integers(1, 9))
def test_garbage_comes_to_an_end_and_nothing_is_made_up(data, most):
    assert sum(map(len, values(data, most))) <= len(data)


def test_the_end_of_a_value_is_the_same_in_pieces():
    text = rb'{"a\\": "}\"{", "b": [{}, "\\"]} rest'
    for cut in range(1, len(text)):
        end, pieces, left = ValueEnd(), [text[:cut], text[cut:]], b""
        seen = 0
        for piece in pieces:
            found = end.find(left + piece, 0)
            seen += found.place
            left = (left + piece)[found.place :]
            if found.found:
                break
        assert text[:seen] == rb'{"a\\": "}\"{", "b": [{}, "\\"]}'
