"""Suspicious clauses: caps that never bind, cases never reached, overlaps, lapsed documents.

Everything here is a warning: it is decided from the writing alone and may be meant.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from innocity.core.dates import Period, add_days
from innocity.core.errors import ErrorList, InvalidValue, Place
from innocity.core.money import format_money, parse_money
from innocity.core.rates import apply_rate, parse_rate
from innocity.core.syntax import syntax
from innocity.packs.literals import Steps, inner_amounts
from innocity.packs.load import place_of
from innocity.packs.model import Amount, Clause, Pack
from innocity.packs.registers import names_of

Allowed = Mapping[str, frozenset[str]]


def lint(pack: Pack, as_of: date | None = None) -> ErrorList:
    """All warnings of a pack; `as_of` (default: the city's) decides which documents have lapsed.

    Warnings: W-CHECK-CAP, W-CHECK-UNREACHABLE, W-CHECK-RATE, W-CHECK-OVERLAP, W-CHECK-EXPIRED.
    """
    errors = ErrorList()
    day = as_of or pack.city.as_of or date.today()
    for clause in pack.clauses.values():
        _caps(pack, clause, errors)
        _rates(clause.amount, ("amount",), clause, errors)
        _unreachable(clause, errors)
        _expired(pack, clause, day, errors)
    _overlaps(pack, errors)
    return errors


def _warn(errors: ErrorList, code: str, clause: Clause, steps: Steps, text: str, remedy: str) -> None:
    place = place_of(clause.place)
    where = Place(place.file, place.line, path=".".join(map(str, steps)))
    errors.warn(code, f"条款 {clause.id}：{text}", where, remedy, clause=clause.id)


def upper_bound(amount: Amount, clause: Clause, pack: Pack) -> int | None:
    """The largest fen an amount can reach before its own cap, where the writing decides it."""
    shape = amount.shape
    if shape == "fixed":
        return _money(amount.fixed, clause)
    if shape in ("by", "steps", "lesser", "greater", "all"):
        inner = [_capped(child, clause, pack) for child, _, _ in inner_amounts(amount, (), "")]
        known = [fen for fen in inner if fen is not None]
        if shape == "lesser":
            return min(known, default=None)
        if not known or len(known) < len(inner):
            return None
        return sum(known) if shape == "all" else max(known)
    if shape in ("rate", "match", "of"):
        column = names_of(clause, pack.registers).get(amount.of or "")
        text = amount.rate or amount.match or "100%"
        try:
            rate = parse_rate(_param(text, clause), above_one=True)
        except InvalidValue:
            return None
        return apply_rate(column.bound(), rate) if column and column.type == "money" else None
    return None


def _capped(amount: Amount, clause: Clause, pack: Pack) -> int | None:
    bounds = [upper_bound(amount, clause, pack), _money(amount.cap, clause)]
    return min((fen for fen in bounds if fen is not None), default=None)


def _param(text: str, clause: Clause) -> str:
    """A literal, or the value of the parameter that it names."""
    param = clause.params.get(text)
    return text if param is None else param.value or ""


def _money(text: str | None, clause: Clause) -> int | None:
    try:
        return None if text is None else parse_money(_param(text, clause))
    except InvalidValue:
        return None


def _caps(pack: Pack, clause: Clause, errors: ErrorList) -> None:
    for amount, steps in walk(clause.amount, ("amount",)):
        if _varies(amount.cap, clause):
            continue
        cap, top = _money(amount.cap, clause), upper_bound(amount, clause, pack)
        if cap is not None and top is not None and cap >= top:
            text = f"上限 {format_money(cap)} 不低于最大金额 {format_money(top)}，永远不起作用"
            _warn(errors, "W-CHECK-CAP", clause, (*steps, "cap"), text, "核对上限，多余的删去")
    if clause.object != ("party",):
        return
    top = _capped(clause.amount, clause, pack)
    for index, cap_over in enumerate(clause.caps):
        cap = _money(cap_over.sum, clause)
        if cap_over.per == "party" and cap is not None and top is not None and cap >= top:
            text = f"一个主体一年最多 {format_money(top)}，上限 {format_money(cap)} 永远不起作用"
            _warn(errors, "W-CHECK-CAP", clause, ("caps", index), text, "核对上限，多余的删去")


def _varies(text: str | None, clause: Clause) -> bool:
    """Whether a cap is a parameter with other readings: one of them may well bind."""
    param = clause.params.get(text or "")
    return param is not None and bool(param.alternatives or param.derived or text in clause.derived)


def walk(amount: Amount, steps: Steps) -> Iterator[tuple[Amount, Steps]]:
    """An amount and all amounts inside it, with their paths."""
    yield amount, steps
    for child, here, _ in inner_amounts(amount, steps, ""):
        yield from walk(child, here)


def _rates(amount: Amount, steps: Steps, clause: Clause, errors: ErrorList) -> None:
    for inner, here in walk(amount, steps):
        text = inner.rate or inner.match
        if text is None:
            continue
        try:
            above = parse_rate(_param(text, clause), above_one=True) > 1
        except InvalidValue:
            continue
        if above:
            _warn(errors, "W-CHECK-RATE", clause, here, f"比例 {text} 超过100%", "与原文核对")


def allowed_values(clause: Clause) -> Allowed:
    """Texts that `where` lets a column have, as far as plain `==` and `in` joined by `and` and `or` say.

    A column on which `where` says nothing of this kind is not in the result; of alternatives joined by `or`
    each must say something.
    """
    try:
        tree = syntax(clause.where).body
    except SyntaxError:  # an error of its own, reported by the compiler
        return {}
    return _allowed(tree)


def _allowed(node: ast.expr) -> dict[str, frozenset[str]]:
    if not isinstance(node, ast.BoolOp):
        pair = _membership(node)
        return {pair[0]: pair[1]} if pair else {}
    parts = [_allowed(part) for part in node.values]
    if isinstance(node.op, ast.Or):
        shared = set(parts[0]).intersection(*parts[1:])
        return {name: frozenset().union(*(part[name] for part in parts)) for name in shared}
    found: dict[str, frozenset[str]] = {}
    for part in parts:
        for name, values in part.items():
            found[name] = found[name] & values if name in found else values
    return found


def _membership(node: ast.expr) -> tuple[str, frozenset[str]] | None:
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.left, ast.Name):
        return None
    right = node.comparators[0]
    if isinstance(node.ops[0], ast.Eq):
        items = [right]
    elif isinstance(node.ops[0], ast.In) and isinstance(right, (ast.List, ast.Tuple)):
        items = right.elts
    else:
        return None
    texts = [i.value for i in items if isinstance(i, ast.Constant) and isinstance(i.value, str)]
    return (node.left.id, frozenset(texts)) if len(texts) == len(items) else None


def _unreachable(clause: Clause, errors: ErrorList) -> None:
    allowed = allowed_values(clause)
    for amount, steps in walk(clause.amount, ("amount",)):
        if isinstance(amount.cases, dict):
            possible = allowed.get(amount.by or "")
            for code in amount.cases if possible is not None else ():
                if code not in (possible or ()):
                    text = f"where 不放行 {amount.by} == '{code}'，这一档永远用不到"
                    here = (*steps, "cases", code)
                    _warn(errors, "W-CHECK-UNREACHABLE", clause, here, text, "改 where 或删档")
        elif amount.cases is not None:
            seen: set[str] = set()
            for index, step in enumerate(amount.cases):
                condition = " ".join(step.if_.split())
                if condition in seen or "True" in seen:
                    text = f"第 {index + 1} 档之前已有同样的条件，永远用不到"
                    here = (*steps, "cases", index)
                    _warn(errors, "W-CHECK-UNREACHABLE", clause, here, text, "改条件或删档")
                seen.add(condition)


def _expired(pack: Pack, clause: Clause, day: date, errors: ErrorList) -> None:
    document = pack.document_of(clause)
    if document is None:
        return
    ended = document.valid_to is not None and document.valid_to < day
    if document.state in ("expired", "repealed") or ended:
        text = f"所引文件《{document.title}》已失效"
        _warn(errors, "W-CHECK-EXPIRED", clause, (), text, "只作测算；有接续文件的写关系")


def _validity(pack: Pack, clause: Clause) -> Period | None:
    """When a clause holds, as a half-open period; None where it never does."""
    document = pack.document_of(clause)
    start = clause.valid.from_ or (document.valid_from if document else None)
    end = clause.valid.to or (document.valid_to if document else None)
    if start and end and end < start:
        return None
    return Period(start, add_days(end, 1) if end else None)


def _overlaps(pack: Pack, errors: ErrorList) -> None:
    by_promise: dict[str, list[Clause]] = {}
    for clause in pack.clauses.values():
        for promise in clause.promise if clause.computes() and clause.force == "entitlement" else ():
            by_promise.setdefault(promise, []).append(clause)
    related = _related(pack)
    seen: set[frozenset[str]] = set()
    for promise, clauses in by_promise.items():
        for one, other in combinations(clauses, 2):
            pair = frozenset((one.id, other.id))
            if pair in seen or pair in related or not _may_overlap(pack, one, other):
                continue
            seen.add(pair)
            text = f"与 {one.id} 同属承诺 {promise}，可能对同一事实各付一次"
            _warn(errors, "W-CHECK-OVERLAP", other, (), text, "写进同一个 group，或写明关系，或分清 where")


def _related(pack: Pack) -> set[frozenset[str]]:
    """Pairs of clauses that a group, a relation or `after` joins."""
    pairs = {frozenset(p) for g in pack.groups.values() for p in combinations(g.members, 2)}
    for relation in pack.relations.values():
        for ends in ((relation.newer, relation.older), (relation.source, relation.target)):
            pairs.add(frozenset(end for end in ends if end))
    pairs |= {frozenset((c.id, c.after.clause)) for c in pack.clauses.values() if c.after}
    return pairs


def _may_overlap(pack: Pack, one: Clause, other: Clause) -> bool:
    """Whether one row could count in both: same register, dates that meet, no column that parts them."""
    if one.register_ is None or one.register_ != other.register_:
        return False
    periods = _validity(pack, one), _validity(pack, other)
    if periods[0] is None or periods[1] is None or not periods[0].overlaps(periods[1]):
        return False
    first, second = allowed_values(one), allowed_values(other)
    return all(first[name] & second[name] for name in set(first) & set(second))
