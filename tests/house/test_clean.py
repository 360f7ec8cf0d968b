"""Tracked files name no package registry and no path of somebody's machine."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import files, texts

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a package registry": r"py" r"pi\.|pythonhos" r"ted|registry\.np" r"mjs|index" r"-url|crates\.i" r"o\b",
    "a file address": r"file:" r"//",
    "a path of one machine": r"(?<![\w.<])/(?:work|home|root|Users)/\w|\.\./sha" r"red",
}
# The one place that says where the originals may lie beside a checkout.
ALLOWED = {(".ci/run", "a path of one machine")}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts()
        if (name, what) not in ALLOWED
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_the_patterns_find_what_they_are_for() -> None:
    examples = {
        "a package registry": "https://py" + "pi.org/simple",
        "a file address": "file:" + "///opt/x",
        "a path of one machine": "open('/ho" + "me/me/x')",
    }
    for what, example in examples.items():
        assert re.search(FORBIDDEN[what], example), what


def test_the_repository_is_read() -> None:
    assert {"Makefile", "pyproject.toml"} <= {p.name for p in files()}
