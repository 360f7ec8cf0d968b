"""What `innocity check` looks at beyond loading: promises, cases, glossary, and all of it together.

Each function returns an `ErrorList`; errors must be mended, warnings looked at. Amounts against the
original texts are `innocity.packs.check_sources`, suspicious amounts and overlaps
`innocity.packs.check_lint`; expressions are checked by the compiler.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.core.glossary import Glossary
from innocity.packs.check_lint import lint
from innocity.packs.check_sources import all_fences, sources
from innocity.packs.load import load_glossaries, place_of
from innocity.packs.model import Pack
from innocity.packs.registers import BASE_COLUMNS
from innocity.packs.yamltext import Located, read_file

#: How many cases a clause that computes must have.
CASES_PER_CLAUSE = 3
_NO_DIGITS = str.maketrans("", "", "0123456789")


@dataclass(frozen=True, slots=True)
class CaseRef:
    """What checks need of a case: what it says, which clauses it evaluates, what it carries."""

    says: str
    clauses: tuple[str, ...]
    origins: tuple[str, ...]
    kind: str
    appropriation: str | None
    place: Place


def check_pack(
    pack: Pack,
    *,
    promises: Path | None = None,
    worked_examples: Path | None = None,
    targets: Path | None = None,
    facts: Path | None = None,
    tasks: Path | None = None,
    cases: Path | None = None,
    source: Path | None = None,
    as_of: date | None = None,
) -> ErrorList:
    """Everything at once: cases, glossary and suspicious clauses always; coverage of promises, worked
    examples, targets, facts and tasks where the lists are given, numbers where the folder of originals
    (`source`) is.
    """
    errors = ErrorList()
    found = read_case_refs(cases or Path(pack.root) / "cases", errors)
    if promises is not None:
        errors.extend(coverage(pack, promises))
    if worked_examples is not None:
        errors.extend(origins(pack, found, worked_examples))
    for check, path in ((target_coverage, targets), (fact_coverage, facts), (task_coverage, tasks)):
        if path is not None:
            errors.extend(check(pack, path))
    errors.extend(case_counts(pack, found))
    errors.extend(glossary_coverage(pack, load_glossaries(pack)))
    if source is not None:
        errors.extend(sources(pack, source))
    errors.extend(lint(pack, as_of))
    return errors


def read_case_refs(folder: Path, errors: ErrorList) -> list[CaseRef]:
    """The cases of all `*.yaml` files of a folder; files that cannot be read are errors."""
    found: list[CaseRef] = []
    for path in sorted(folder.glob("**/*.yaml"), key=lambda p: p.as_posix().encode("utf-8")):
        try:
            located = read_file(path, f"cases/{path.relative_to(folder).as_posix()}")
        except InnoCityError as error:
            errors.append(error)
            continue
        if not isinstance(located.data, list):
            errors.add("E-YAML-TOP", "用例文件应是列表", located.place(), "每个用例以 - 开头")
            continue
        found += [_case_ref(item, index, located) for index, item in enumerate(located.data)]
    return found


def _case_ref(item: Any, index: int, located: Located) -> CaseRef:
    data: dict[str, Any] = item if isinstance(item, dict) else {}
    return CaseRef(
        says=str(data.get("says") or ""),
        clauses=_texts(data.get("clauses")),
        origins=_texts(data.get("origin")),
        kind=str(data.get("kind") or "clause"),
        appropriation=data.get("appropriation"),
        place=located.place((index,)),
    )


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON-lines file. Errors: E-FILE-MISSING, E-CHECK-LIST."""
    if not path.is_file():
        raise InnoCityError("E-FILE-MISSING", f"找不到清单 {path.name}", Place(path.name))
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict) or not isinstance(row.get("id"), str):
            remedy = "每行一个 JSON 对象，含 id"
            raise InnoCityError("E-CHECK-LIST", f"清单第 {number} 行读不出", Place(path.name, number), remedy)
        rows.append(row)
    return rows


def coverage(pack: Pack, promises: Path) -> ErrorList:
    """Promises of the pack's documents (JSON lines with `id`, `doc`) that no fence carries.

    A document takes part by its `origin`. Errors: E-CHECK-PROMISE; warnings: W-CHECK-PROMISE for a
    fence that names a promise which the list does not have.
    """
    errors = ErrorList()
    rows = read_jsonl(promises)
    held = {d.origin: d for d in pack.documents.values() if d.origin}
    carried = {promise for fence in all_fences(pack) for promise in fence.promise}
    for row in rows:
        document = held.get(str(row.get("doc")))
        if document is not None and row["id"] not in carried:
            text = f"承诺 {row['id']} 没有条款承载"
            remedy = f"在承载它的围栏里写 promise: [{row['id']}]"
            errors.add("E-CHECK-PROMISE", text, place_of(document.place), remedy, promise=row["id"])
    known = {row["id"] for row in rows}
    for fence in all_fences(pack):
        for promise in fence.promise:
            if promise not in known:
                text = f"{fence.id} 的承诺 {promise} 不在清单里"
                errors.warn("W-CHECK-PROMISE", text, place_of(fence.place), "核对编号")
    return errors


def origins(pack: Pack, cases: Iterable[CaseRef], worked_examples: Path) -> ErrorList:
    """Worked examples (JSON lines with `id`, `benefit_id`) of the pack's documents that no case carries.

    An example belongs to the document that its promise id starts with. Errors: E-CHECK-ORIGIN.
    """
    errors = ErrorList()
    held = {d.origin for d in pack.documents.values() if d.origin}
    known: set[str] = set()
    rows = read_jsonl(worked_examples)
    carried = {origin for case in cases for origin in case.origins}
    for row in rows:
        known.add(row["id"])
        promise = str(row.get("benefit_id") or "")
        if promise.partition("-")[0] in held and row["id"] not in carried:
            text = f"算例 {row['id']}（承诺 {promise}）没有用例承载"
            errors.add("E-CHECK-ORIGIN", text, None, f"在用例里写 origin: {row['id']}", example=row["id"])
    return errors


def target_coverage(pack: Pack, file: Path) -> ErrorList:
    """Targets of the pack's documents (JSON lines with `id`, `doc`) that no fence or observation names
    in its `origin`. Errors: E-CHECK-TARGET; warnings: W-CHECK-ORIGIN for an origin outside the list.
    """
    return _origin_coverage(pack, file, "E-CHECK-TARGET", "目标", "在 target 围栏里写 origin: [{}]")


def fact_coverage(pack: Pack, file: Path) -> ErrorList:
    """The same for figures, which stand in `observations.csv`. Errors: E-CHECK-FACT."""
    return _origin_coverage(pack, file, "E-CHECK-FACT", "数据", "在 observations.csv 的 origin 列写 {}")


def task_coverage(pack: Pack, file: Path) -> ErrorList:
    """The same for tasks. Errors: E-CHECK-TASK."""
    return _origin_coverage(pack, file, "E-CHECK-TASK", "任务", "在 task 围栏里写 origin: [{}]")


def _origin_coverage(pack: Pack, file: Path, code: str, what: str, remedy: str) -> ErrorList:
    errors = ErrorList()
    rows = read_jsonl(file)
    held = {d.origin: d for d in pack.documents.values() if d.origin}
    carried: dict[str, str] = {}
    for fence in all_fences(pack):
        carried |= dict.fromkeys(fence.origin, fence.place)
    for observation in pack.observations:
        carried |= dict.fromkeys(observation.origin, observation.place)
    for row in rows:
        document = held.get(str(row.get("doc")))
        if document is not None and row["id"] not in carried:
            place = place_of(document.place)
            errors.add(code, f"{what} {row['id']} 没有着落", place, remedy.format(row["id"]), origin=row["id"])
    known = {row["id"] for row in rows}
    series = {_series(one) for one in known}
    for origin, stands in carried.items():
        if _series(origin) in series and origin not in known:
            errors.warn("W-CHECK-ORIGIN", f"{what} {origin} 不在清单里", place_of(stands), "核对编号")
    return errors


def _series(origin: str) -> str:
    """What ids of one list have in common: all but their numbers.

    >>> _series("003-t01"), _series("000-q1-1")
    ('-t', '-q-')
    """
    return origin.translate(_NO_DIGITS)


def case_counts(pack: Pack, cases: Iterable[CaseRef]) -> ErrorList:
    """Every clause has a case, one that computes at least three. Errors: E-CHECK-CASES.

    Cases that name clauses which do not exist are errors too.
    """
    errors = ErrorList()
    counts = dict.fromkeys(pack.clauses, 0)
    for case in cases:
        if case.kind not in ("clause", "appropriation"):
            continue
        for name in case.clauses:
            if name in counts:
                counts[name] += 1
            else:
                errors.add("E-PACK-CLAUSE", f"用例提到的条款 {name} 不存在", case.place, "核对编号")
    for name, clause in pack.clauses.items():
        wanted = CASES_PER_CLAUSE if clause.computes() else 1
        if counts[name] < wanted:
            text = f"条款 {name} 有 {counts[name]} 个用例，至少要 {wanted} 个"
            remedy = "补上限、超一分、零、跨年、类型不符、缺值等边界"
            errors.add("E-CHECK-CASES", text, place_of(clause.place), remedy, clause=name)
    return errors


def glossary_coverage(pack: Pack, glossary: Glossary) -> ErrorList:
    """Ids that stand in no glossary: registers, columns, code lists and topics. Errors: E-CHECK-GLOSSARY.

    Codes bring their own Chinese name with them; so do columns, but a column id is a word that
    many registers share, so that the glossary has it.
    """
    errors = ErrorList()
    for what, term_id, place in _terms(pack):
        if term_id not in glossary:
            remedy = f"在 glossary.yaml 的 terms 里写 {{id: {term_id}, zh: 中文, en: English}}"
            errors.add("E-CHECK-GLOSSARY", f"{what} {term_id} 不在词表里", place, remedy, term=term_id)
    return errors


def _terms(pack: Pack) -> Iterator[tuple[str, str, Place | None]]:
    """(what, id, place) of every id that a glossary must have, each id once."""
    seen: set[str] = set()
    listed: list[tuple[str, str, Place | None]] = []
    for register in pack.registers.values():
        file = Place(f"registers/{register.id}.yaml")
        listed.append(("登记簿", register.id, file))
        listed += [("列", column.id, file) for column in (*BASE_COLUMNS, *register.columns)]
    listed += [("代码表", code_list, Place(f"codes/{code_list}.yaml")) for code_list in pack.codes]
    listed += [("主题", clause.topic, place_of(clause.place)) for clause in pack.clauses.values()]
    for what, term_id, place in listed:
        if term_id not in seen:
            seen.add(term_id)
            yield what, term_id, place
