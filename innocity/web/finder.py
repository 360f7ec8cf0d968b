"""Finding clauses: by topic, whom they are for, industry, size, amount, and words of the text.

Topics are the pack's. Whom a clause is for, which industry and which size it names are read off its own words,
so a clause that names no industry or size is open to all, and is found under each of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from innocity.core.money import parse_money
from innocity.packs.load import load_glossaries
from innocity.packs.model import Clause, Pack
from innocity.web import cities
from innocity.web.amounts import largest

Words = tuple[str, ...]

AUDIENCES: dict[str, tuple[str, Words]] = {
    "firm": ("企业", ("企业", "公司", "单位", "经济实体", "承担", "项目", "主体", "供方")),
    "institute": ("高校院所", ("高校", "院所", "大学", "科研机构", "科研单位", "研究院", "研究机构")),
    "platform": ("创新平台", ("平台", "实验室", "中心", "研发机构", "共同体", "联合体", "站")),
    "carrier": ("园区与孵化载体", ("园区", "孵化", "众创", "基地", "集群", "载体", "星创天地", "驿站")),
    "talent": (
        "人才与团队",
        ("人才", "专家", "博士后", "团队", "特派员", "个人", "得主", "人员", "者", "教师", "学生"),
    ),
    "service": ("科技服务机构", ("服务机构", "代理", "转移机构", "中介", "机构")),
    "finance": ("金融机构", ("银行", "保险", "担保", "基金", "投资", "金融")),
    "district": ("区市与县区", ("区市", "县", "管委会")),
}
INDUSTRIES: dict[str, tuple[str, Words]] = {
    "marine": ("海洋", ("海洋", "海工", "渔业")),
    "medical": ("医药与医疗器械", ("医药", "医疗", "临床")),
    "agriculture": ("农业", ("农业", "农村", "农科", "星创天地")),
    "manufacturing": ("制造业", ("制造业",)),
    "defence": ("军民融合", ("军转民", "民参军", "军民", "军队")),
    "services": ("技术服务业", ("技术先进型服务", "技术转移", "科技服务机构")),
}
SIZES: dict[str, tuple[str, Words]] = {
    "small": ("中小微和初创", ("中小", "小微", "初创", "小型")),
    "large": ("大型和骨干", ("骨干企业", "龙头", "大型企业", "领军企业")),
}
AMOUNTS = ("10万元", "50万元", "100万元", "500万元", "1000万元")
_PARTED = re.compile(r"[\s，、；;,。]+")
#: Words of the glossary for what is given: 奖励, 补助 and their other names.
_GIVEN = ("reward", "subsidy", "matching", "interest", "risk_compensation", "equity")
_OUTSIDE = ("reported", "recommended")  # what is no promise to anyone stays out


@dataclass(frozen=True, slots=True)
class Found:
    """A clause with what it can be found by. Empty `industries` or `sizes`: it names none and is open to all."""

    row: Mapping[str, str]
    clause: Clause
    audiences: Words
    industries: Words
    sizes: Words
    most: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for; empty: anything. `least` is a sum as it is written in AMOUNTS."""

    topic: str = ""
    audience: str = ""
    industry: str = ""
    size: str = ""
    least: str = ""
    words: str = ""
    order: str = ""


@lru_cache(maxsize=16)
def catalogue(name: str) -> tuple[Found, ...]:
    """All clauses of a city that promise something, in the order of the pack."""
    pack = cities.pack_of(name)
    rows = {row["clause"]: row for row in cities.clauses_of(name)}
    return tuple(_found(pack, c, rows[c.id]) for c in pack.clauses.values() if c.force not in _OUTSIDE)


def _found(pack: Pack, clause: Clause, row: Mapping[str, str]) -> Found:
    document, article = pack.document_of(clause), clause.article.partition("#")[2]
    digest = next((a.text for a in document.articles if a.id == article), "") if document else ""
    own = " ".join((clause.name, clause.who, clause.what))
    text = " ".join((own, digest, row["amount"], row["topic_name"], row["article"], clause.id)).lower()
    return Found(
        row, clause, _named(AUDIENCES, clause.who), _named(INDUSTRIES, own), _sizes(clause),
        largest(pack, clause, row["amount"]), text,
    )  # fmt: skip


def _sizes(clause: Clause) -> Words:
    """The sizes that its words name, or that its condition on the beneficiary leaves."""
    small_only = "size_class != 'large'" in (clause.subject or "")
    return ("small",) if small_only else _named(SIZES, clause.who)


def _named(groups: Mapping[str, tuple[str, Words]], text: str) -> Words:
    return tuple(key for key, (_, words) in groups.items() if any(word in text for word in words))


@lru_cache(maxsize=16)
def _names(name: str) -> Mapping[str, Words]:
    """Each name of a topic, of a coded title or of what is given -> all names of the same, the longest first."""
    pack = cities.pack_of(name)
    same = [(term.zh, *term.aliases) for term in load_glossaries(pack) if term.source == "主题" or term.id in _GIVEN]
    same += [(code.name, *code.aliases) for codes in pack.codes.values() for code in codes.codes if code.aliases]
    found: dict[str, Words] = {}
    for group in same:
        names = tuple(dict.fromkeys(one.lower() for one in group))
        for one in names:
            found.setdefault(one, names)
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def wanted(name: str, words: str) -> list[Words]:
    """What words ask for: every part must occur, in any of its names.

    A word is parted at the names that the glossary knows: 高企奖励 asks for 高新技术企业 (or 高企) and for 奖励.
    """
    known = _names(name)
    parting = re.compile(f"({'|'.join(map(re.escape, known))})") if known else None
    found: dict[Words, None] = {}
    for word in filter(None, _PARTED.split(words.lower())):
        pieces = [one.strip("的") for one in parting.split(word)] if parting else [word]
        kept = [one for one in pieces if len(one) > 1]
        found |= dict.fromkeys(known.get(one, (one,)) for one in kept or [word])
    return list(found)


def _rank(one: Found, asked: list[Words]) -> tuple[int, int, bool]:
    """The less the nearer: parts that are not in its name, nor in whom it is for and what it gives; then its start."""
    title = one.clause.name.lower()
    own = f"{title} {one.clause.who} {one.clause.what}".lower()
    away = [sum(not any(word in text for word in part) for part in asked) for text in (title, own)]
    return away[0], away[1], not title.startswith(asked[0])


def find(name: str, query: Query) -> list[Found]:
    """The clauses of a city that fit: those that bear the words in their name first, else in the order of the pack; or
    with the largest sums first."""
    asked = wanted(name, query.words)
    least = parse_money(query.least) if query.least in AMOUNTS else 0
    fits: tuple[Callable[[Found], bool], ...] = (
        lambda one: query.topic in ("", one.row["topic"]),
        lambda one: query.audience in ("", *one.audiences),
        lambda one: not query.industry or not one.industries or query.industry in one.industries,
        lambda one: not query.size or not one.sizes or query.size in one.sizes,
        lambda one: not least or (one.most is not None and one.most >= least),
        lambda one: all(any(word in one.text for word in part) for part in asked),
    )
    found = [one for one in catalogue(name) if all(fit(one) for fit in fits)]
    if query.order == "amount":
        return sorted(found, key=lambda one: -(one.most or 0))
    return sorted(found, key=lambda one: _rank(one, asked)) if asked else found
