"""The examples in docstrings are true."""

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

import coagent.domain
import coagent.ingest

NAMES = [
    found.name
    for room in (coagent.domain, coagent.ingest)
    for found in walk_packages(room.__path__, f"{room.__name__}.")
]


@pytest.mark.parametrize("name", NAMES)
def test_examples_hold(name):
    assert doctest.testmod(import_module(name)).failed == 0
