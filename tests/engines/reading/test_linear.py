"""No expression takes exponential time, and no pass more than its share as a text grows (steps counted, not timed)."""

from __future__ import annotations

import ast
import cProfile
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import innocity.engines.reading as reading
from innocity.engines.reading.figures import figures
from innocity.engines.reading.pipeline import read
from tests.engines.reading.ambiguity import exponential

FOLDER = Path(reading.__file__).parent
MODULES = sorted(m.name for m in pkgutil.iter_modules(reading.__path__))


def compiled(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from compiled(item)


def written(module: str) -> Iterator[str]:
    """Expressions that stand as texts in calls such as re.search("...", text)."""
    for node in ast.walk(ast.parse((FOLDER / f"{module}.py").read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            called, first = node.func, node.args[0]
            if isinstance(called.value, ast.Name) and called.value.id == "re" and isinstance(first, ast.Constant):
                yield str(first.value)


@pytest.mark.parametrize("module", MODULES)
def test_no_regular_expression_is_exponential(module: str) -> None:
    values = vars(importlib.import_module(f"{reading.__name__}.{module}")).values()
    patterns = [(p.pattern, p.flags) for v in values for p in compiled(v)] + [(p, 0) for p in written(module)]
    assert [p for p, flags in patterns if exponential(p, flags)] == []


def test_the_checker_knows_an_exponential_expression() -> None:
    assert exponential(r"(?:增长|增长率?|率)*$") and not exponential(r"(?:增长率?|到)*$")


def test_repeated_words_of_reaching_do_not_hang() -> None:
    """Took a minute for 24 repetitions when the loop could read 达到 as one word and as two."""
    (found,) = figures("甲" + "达到" * 3000 + "x约高新3家")
    assert found.value == 3


def steps(text: str) -> int:
    """How many functions are called to read a text."""
    profile = cProfile.Profile()  # counts in C, so that counting costs little beside what is counted
    profile.runcall(read, text)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize(
    "piece",
    [
        "一、甲\n", "对新认定的国家级、省级中心,分别给予100万元、50万元奖励。\n", "(责任单位:市甲局、市乙局)\n",
        "到2025年,甲达到3家,乙达到4家。\n", "根据《关于甲的意见》(甲发〔2020〕3号),", "(", "在甲上,建议乙。",
        "第一条 甲。\n",
        "任务\t责任单位\n做好甲\t市甲局\n\n\n", "奖励项目\t奖励标准\n甲\t10万元\n",
        "按下列标准给予补助:\n(一)甲中心10万元;\n", "用好专项资金,支持企业发展,",
        "每年3月底前申报,公示5个工作日。\n", "😀", "1,000,", "截至2022年底,甲企业达3家,居全省第4位。\n",
    ],
)  # fmt: skip
def test_four_times_the_text_takes_about_four_times_the_steps(piece: str) -> None:
    """A share of the steps that grows with the square shows in the ratio."""
    fixed = steps("")
    short, long = steps(piece * 100) - fixed, steps(piece * 400) - fixed
    assert long <= 4.7 * short + 2000
