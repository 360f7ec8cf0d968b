"""Errors say what, where and what to do; codes are declared once and listed in the reference."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import innocity
from innocity.core.error_codes import CODES, load_all, reference_page
from innocity.core.errors import (
    ErrorList,
    InnoCityError,
    InnoCityErrors,
    Place,
    fail,
    register_codes,
)

PACKAGE = Path(innocity.__file__).parent


def test_text_of_an_error() -> None:
    error = InnoCityError("E-MONEY-UNIT", "没有单位", Place("a.yaml", 3, path="x.y"), "写上 元", {"n": 1})
    assert str(error) == "a.yaml:3（x.y） [E-MONEY-UNIT] 没有单位\n  怎么办：写上 元"
    assert error.as_dict()["line"] == 3
    assert error.at(Place("b.yaml")).place == Place("a.yaml", 3, path="x.y")


def test_collected_errors_are_raised_together() -> None:
    inner = InnoCityErrors([InnoCityError("E-DATE-FORMAT", "一"), InnoCityError("E-DATE-FORMAT", "二")])
    found = ErrorList([inner])
    found.add("E-YEAR-FORMAT", "三", place=None, remedy="改", row=7)
    found.warn("W-FACTS-EMPTY", "四")
    assert [e.message for e in found.errors] == ["一", "二", "三"]
    assert found.errors[-1].details == {"row": 7}
    with pytest.raises(InnoCityErrors) as caught:
        found.raise_if_any()
    assert len(caught.value.errors) == 3
    assert caught.value.code == "E-DATE-FORMAT"


def test_warnings_alone_raise_nothing() -> None:
    found = ErrorList()
    found.warn("W-FACTS-EMPTY", "空")
    found.raise_if_any()
    assert len(list(found)) == 1


def test_codes_are_declared_once() -> None:
    register_codes({"E-DATE-FORMAT": ("看不懂的日期", "a date cannot be read")})
    with pytest.raises(ValueError):
        register_codes({"E-DATE-FORMAT": ("别的", "other")})
    with pytest.raises(InnoCityError):
        fail("E-DATE-FORMAT", "x")


def test_every_code_used_is_declared() -> None:
    load_all()
    declared = set(import_module("innocity.core.error_codes").CODES)
    used = {
        code: path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for code in re.findall(r'"([EW]-[A-Z]+(?:-[A-Z0-9]+)+)"', path.read_text(encoding="utf-8"))
    }
    assert {code: where for code, where in used.items() if code not in declared} == {}


def test_codes_have_both_languages() -> None:
    assert all(re.search(r"[\u4e00-\u9fff]", c.zh) and c.en.isascii() for c in CODES.values())


def test_reference_page_is_up_to_date() -> None:
    load_all()
    page = PACKAGE.parent / "docs" / "errors.md"
    # After adding a code: python -m innocity.core.error_codes > docs/errors.md
    assert page.read_text(encoding="utf-8") == reference_page()
