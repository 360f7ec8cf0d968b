"""A small city on disk, for tests that break it in one place."""

from __future__ import annotations

from pathlib import Path

CITY = """\
id: town
name: 试验市
code: "990000"
extends: [base/parent]
units: [{id: science, name: 科技局}, {id: finance, name: 财政局}]
payers: [{id: city, name: 市级财政}, {id: county, name: 县级财政}]
"""
PARENT = """\
id: parent
name: 上级
code: "990000"
units: [{id: office, name: 办公室}]
"""
CODES = {
    "title": """\
id: title
name: 称号
codes:
  - {id: hnte, name: 高新技术企业}
  - {id: gazelle, name: 瞪羚企业}
""",
    "level": """\
id: level
name: 级别
codes: [{id: national, name: 国家级}, {id: province, name: 省级}, {id: city, name: 市级}]
""",
    "kind": "id: kind\nname: 方式\ncodes: [{id: first, name: 首次}, {id: again, name: 重新}]\n",
}
REGISTERS = {
    "qualification": """\
id: qualification
name: 资质称号
about: organization
source: 公告
purpose: 判断奖励
refresh: 随公告
columns:
  - {id: title, name: 称号, type: code, codes: title, required: true}
  - {id: level, name: 级别, type: code, codes: level}
  - {id: kind, name: 方式, type: code, codes: kind}
  - {id: issued_on, name: 认定日期, type: date, required: true}
  - {id: prize, name: 奖金, type: money, max: 10亿元}
  - {id: staff, name: 人数, type: integer}
  - {id: in_town, name: 是否市内, type: bool}
  - {id: year, name: 年度, type: year}
""",
    "hosting": """\
id: hosting
name: 孵化
source: 年报
purpose: 孵化绩效
refresh: 按季
columns:
  - {id: tenant, name: 在孵企业, type: party, required: true}
  - {id: entered_on, name: 入孵日期, type: date}
""",
}
DOCUMENT = """\
---
id: opinion
title: 试验意见
number: 试政发〔2020〕1号
territory: town
valid_from: 2020-01-01
valid_to:
state: in_force
origin: "900"
---
# 试验意见

## 高新技术企业 {#a1 path="一、1" span="0-30"}

首次20万元，重新10万元。

```clause
id: hnte_reward
promise: [900-1]
name: 高新技术企业奖励
topic: high_tech_firms
kind: reward
who: 企业
what: 一次性奖励
responsible: [science]
register: qualification
counts_on: issued_on
where: title == 'hnte'
amount: {by: kind, cases: {first: 20万元, again: 10万元}}
payers: {city: 50%, county: 50%}
```

```clause
id: gazelle_reward
promise: [900-2]
name: 瞪羚企业奖励
topic: gazelles
who: 企业
what: 按奖金配套
register: qualification
counts_on: issued_on
where: title == 'gazelle'
params: {top: 30万元}
amount: {match: "1:1", of: sum(prize), cap: top}
```
"""


def make_city(root: Path) -> Path:
    """Write the city `town` and its parent below `root`; return the city's folder."""
    town, parent = root / "town", root / "base" / "parent"
    for folder in (town / "documents", town / "cases", parent / "registers", parent / "codes"):
        folder.mkdir(parents=True)
    (town / "city.yaml").write_text(CITY, encoding="utf-8")
    (parent / "city.yaml").write_text(PARENT, encoding="utf-8")
    for name, text in CODES.items():
        (parent / "codes" / f"{name}.yaml").write_text(text, encoding="utf-8")
    for name, text in REGISTERS.items():
        (parent / "registers" / f"{name}.yaml").write_text(text, encoding="utf-8")
    (town / "documents" / "opinion.md").write_text(DOCUMENT, encoding="utf-8")
    return town


def change(path: Path, old: str, new: str) -> None:
    """Replace one passage of a file; it must be there exactly once."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


def add_fence(town: Path, kind: str, body: str, heading: str = "") -> None:
    """Append a fence, under an article of its own if `heading` is given."""
    path = town / "documents" / "opinion.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\n{heading}\n\n```{kind}\n{body.strip()}\n```\n", encoding="utf-8")
