"""Tasks: sections that ask for work, and the units that answer for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Section, Task
from innocity.engines.reading.units import Units, expanded, find_units, said_units

_REPORTED = re.compile(
    r"(?:发展|工作|现实|现有)基础|基本情况|背景|现状|优势$|成效$|形势|机遇|取得|工作开展|"
    r"主要做法|基本原则|总则|附则|名词解释|适用(?:范围|对象)"
)
_COUNTED = re.compile(r"(?:达到|突破|不少于|不低于|增长)[0-9]")
_FORMAL = re.compile(
    r"(?:申报|申请|支持|奖补|补助|扶持)(?:条件|材料|程序|流程|对象|范围|方向|标准|方式|要求|时间)|联系方式|有关说明|"
    r"其他事项|审核程序|评审程序"
)
_KINDS = (
    (re.compile(r"目标"), "goal"), (re.compile(r"问题|不足|困难|短板"), "problem"),
    (re.compile(r"建议|对策"), "recommendation"),
    (re.compile(r"保障|组织实施|组织领导|强化支撑"), "safeguard"), (re.compile(r"进度|步骤|阶段|安排"), "phase"),
    (re.compile(r"指导思想|总体要求|总体思路|工作思路"), "guideline"),
)  # fmt: skip
_ON_TOP = re.compile(r"在(.{2,20})上(?:下功夫|做文章|求突破|求实效|见实效|出实招|.{2,3})")
_URGES = re.compile(
    r"着力|聚焦|加大|强化|加强|推进|加快|优化|深化|构建|打造|完善|健全|实施|提升|培育|支持|"
    r"突出|推动|建立|做强|做优|拓展|引育"
)
_DEADLINE = re.compile(r"\((?:[^()]{0,30}[年月日][^()]{0,30})\)$")


def tasks(doc: Flow, outline: Sequence[Section]) -> tuple[Task, ...]:
    """Tasks in the order of the outline.

    >>> from innocity.engines.reading.flow import flow
    >>> from innocity.engines.reading.outline import outline
    >>> doc = flow("一、重点任务\\n(一)壮大企业。做。(责任单位:市科技局)\\n二、保障措施\\n(一)加强领导。做。")
    >>> [(t.path, t.kind, t.responsible_units) for t in tasks(doc, outline(doc))]
    [('一(一)', 'task', ('市科技局',)), ('二(一)', 'safeguard', ())]
    """
    numbered = [s for s in outline if s.rule in ("heading", "heading-inline", "heading-series")]
    by_path: dict[str, Section] = {}
    for s in numbered:
        by_path.setdefault(s.path, s)
    children: dict[str, int] = {}
    for s in numbered:
        if s.parent:
            children[s.parent] = children.get(s.parent, 0) + 1
    owners = _owners(doc, numbered, find_units(doc.text))
    owners = {**_owners(doc, numbered, said_units(doc.text)), **owners}
    found = []
    for s in numbered:
        above = _above(s, by_path)
        if _skipped(s, above, children, owners) or (not owners and _formal(s, above)):
            continue
        found.append(_task(doc, s, above, bool(children.get(s.path)), owners))
    found += _unnumbered(outline)
    return tuple(sorted(_grouped(found), key=lambda t: t.start))


def _unnumbered(outline: Sequence[Section]) -> list[Task]:
    """Headings without numbers that urge to something: 着力…, 聚焦…, 强化…"""
    return [
        Task(s.start, s.end - 1, f"task-{s.rule}", s.path, s.title, "policy_focus" if s.title[:2] == "聚焦" else "task")
        for s in outline
        if s.rule in ("heading-like", "heading-first") and _URGES.match(s.title) and s.parent is None
    ]


def _above(s: Section, by_path: dict[str, Section]) -> list[Section]:
    found: list[Section] = []
    parent = s.parent
    while parent and parent in by_path and len(found) < 9:
        found.append(by_path[parent])
        parent = by_path[parent].parent
    return found


def _formal(s: Section, above: list[Section]) -> bool:
    """In a document that names no units, a section on who may apply for what, and how, is no work."""
    return any(_FORMAL.search(t.title) for t in (s, *above))


def _skipped(s: Section, above: list[Section], children: dict[str, int], owners: dict[int, Units]) -> bool:
    if s.start in owners:
        return False
    if s.path.startswith("附件"):
        return not s.title
    chapters = re.match(r"第[一二三四五六七八九十百0-9]+章第[^条]+节", s.path)
    if (s.path.startswith("第") and not chapters) or not s.title or len(s.title) > 45 or _COUNTED.search(s.title):
        return True
    lineage = [s.title, *(a.title for a in above)]
    if any(_REPORTED.search(t) and len(t) <= 14 and "," not in t for t in lineage):
        return True
    if s.parent is None:
        goal = "目标" in s.title and not children.get(s.path) and len(s.title) <= 8
        return not goal and (s.rule != "heading-inline" or s.path[:1] not in "123456789")
    # 指导思想…和主要目标 over several parts: the parts that only state principles are no work
    plural = [a for a in above if "目标" in a.title and _KINDS[5][0].search(a.title)]
    own_goal = "目标" in s.title or any("目标" in a.title for a in above if a not in plural)
    return bool(plural) and (not own_goal or bool(children.get(s.path)))


def _kind(s: Section, above: list[Section]) -> str:
    found = kind_of(s.title, *(a.title for a in above))
    return "attachment" if found == "task" and s.path.startswith("附件") else found


def kind_of(title: str, *above: str) -> str:
    """What sort of section a heading opens, seen with the headings above it.

    >>> kind_of("总体目标"), kind_of("加强组织领导", "保障措施"), kind_of("做强平台")
    ('goal', 'safeguard', 'task')
    """
    for words in (title, *above):
        for pattern, kind in _KINDS:
            whole = words == title
            if pattern.search(words) and not (whole and kind not in ("goal", "guideline")) and len(words) < 26:
                return kind
    return "task"


def _task(doc: Flow, s: Section, above: list[Section], parent: bool, owners: dict[int, Units]) -> Task:
    units = owners.get(s.start)
    kind = _kind(s, above)
    if kind in ("task", "recommendation") and parent and (units is None or kind != "task"):
        kind += "_group"
    elif kind == "task" and units is None and any(a.start in owners for a in above):
        kind = "subtask"
    source = next((a.path for a in above if a.start in owners), None)
    title = _DEADLINE.sub("", s.title)
    if m := _ON_TOP.fullmatch(title):
        title = m[1]
    end = s.start + len(s.title) if s.rule == "heading-series" else s.head_end
    task = Task(s.start, end, f"task-{s.rule}", s.path, title, kind)
    if units is None:
        return replace(task, units_from=source if kind == "subtask" else None)
    return replace(
        task, lead_units=units.lead, responsible_units=units.responsible, cooperating_units=units.cooperating,
        lead_units_norm=expanded(units.lead), responsible_units_norm=expanded(units.responsible, units.lead),
        cooperating_units_norm=expanded(units.cooperating, units.lead), units_from="self", rule=f"{task.rule}-units",
    )  # fmt: skip


def _owners(doc: Flow, numbered: Sequence[Section], namings: Sequence[Units]) -> dict[int, Units]:
    """Which section a naming of units belongs to: start of the section -> units."""
    owners: dict[int, Units] = {}
    for units in namings:
        place = doc.at[units.start]
        around = [s for s in numbered if s.start <= place < s.end]
        if not around:
            continue
        deepest = around[-1]
        alone = units.start and doc.text[units.start - 1] == "\n"
        higher = next((s for s in reversed(around) if s.path == deepest.parent), None)
        siblings = [s for s in numbered if s.parent == deepest.parent and s.start < deepest.start]
        taken = any(s.start in owners for s in siblings) if higher else False
        first_inline = higher is not None and deepest.rule == "heading-inline" and _same_paragraph(doc, higher, deepest)
        lone_last = alone and higher is not None and higher.parent is not None and siblings and not taken
        if higher and (lone_last or (first_inline and deepest.path[-1:] == ")" and not taken)):
            deepest = higher
        owners.setdefault(deepest.start, units)
    return owners


def _same_paragraph(doc: Flow, one: Section, two: Section) -> bool:
    return "\n" not in doc.text[doc.where(one.start) : doc.where(two.start)]


def _grouped(found: list[Task]) -> list[Task]:
    """Tasks whose units the last of the group carries take them from there."""
    last: dict[str, Task] = {}
    for t in found:
        head = t.path.rpartition("(")[0]
        if t.units_from == "self" and t.path.endswith(")"):
            last[head] = t
    result = []
    for t in found:
        head = t.path.rpartition("(")[0]
        named = last.get(head)
        bare = t.kind == "task" and t.units_from is None and t.path.endswith(")") and re.search(r"[0-9]$", head)
        result.append(replace(t, kind="subtask", units_from=named.path) if named and bare else t)
    return result
