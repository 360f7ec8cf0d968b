"""The calculator: one clause, facts that somebody enters, the arithmetic by the reference interpreter.

Nothing is kept: the facts live in memory while the page is made. What comes out is an estimate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from innocity.core.errors import InnoCityError, InnoCityErrors, Place
from innocity.core.money import format_money
from innocity.engines.rules.award import Award
from innocity.engines.rules.cases import Case
from innocity.engines.rules.describe import FLAG_WORDS
from innocity.engines.rules.explain import call_for, near_of
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.engines.rules.reference import Reference
from innocity.engines.rules.shares import payee_parts, payer_shares
from innocity.packs.facts_text import case_table
from innocity.packs.model import Clause, Pack
from innocity.plan.rows import Facts
from innocity.web import cities
from innocity.web.fields import ME, MOST_ROWS, Reads, whole

Given = dict[str, list[Mapping[str, str]]]
_EXAMPLES = 6
_BARE = re.compile(r"[0-9][0-9,，.]{0,30}\s?[百千万亿]{0,2}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One award as it is told: a light, a word, a sum, the steps. `fen` is None where no sum can be named."""

    light: str
    word: str
    award: Award
    party: str
    fen: int | None
    steps: tuple[tuple[str, bool], ...]
    says: tuple[str, ...]
    payers: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


def given_rows(query: Mapping[str, str], reads: Reads) -> Given:
    """The rows of a query `register.row.column=value`; empty rows are left out, except one."""
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, value in query.items():
        register, _, rest = name.partition(".")
        text, _, column = rest.partition(".")
        number = whole(text)
        known = {c.id for c in reads.columns.get(register, ())} | {"party_id"}
        if register in reads.columns and number is not None and number < MOST_ROWS and column in known:
            rows.setdefault(register, {}).setdefault(number, {})[column] = value.strip()
    return {name: [found[i] for i in sorted(found)] for name, found in rows.items()}


def in_yuan(text: str) -> str:
    """A sum as people write it on a form: a bare number is yuan.

    >>> in_yuan("1000000"), in_yuan("100万"), in_yuan("1,000.5"), in_yuan("30万元"), in_yuan("x")
    ('1000000元', '100万元', '1,000.5元', '30万元', 'x')
    """
    return f"{text}元" if _BARE.fullmatch(text) else text


def filled(rows: Given) -> Given:
    """Rows in which something was answered; `party_id` alone is no answer."""
    kept: Given = {}
    for name, items in rows.items():
        some = [row for row in items if any(value for key, value in row.items() if key != "party_id")]
        if some:
            kept[name] = some
    return kept


def spoken(rows: Given, reads: Reads) -> Given:
    """Rows of a form with its sums in yuan where no unit was written. Programs have to write it."""
    sums = {name: {one.id for one in columns if one.type == "money"} for name, columns in reads.columns.items()}
    return {
        name: [{key: in_yuan(value) if key in sums[name] else value for key, value in row.items()} for row in items]
        for name, items in rows.items()
    }


# --- examples ---------------------------------------------------------------------------------------------


def examples(city: str, clause: str, reads: Reads) -> list[Case]:
    """Golden cases of a clause that the form can show: one year, no decisions, no other settings."""
    return [case for case in cities.cases_of(city) if _fits(case, clause, reads)][:_EXAMPLES]


def _fits(case: Case, clause: str, reads: Reads) -> bool:
    plain = case.kind == "clause" and not (case.decisions or case.params or case.error)
    only = set(case.clauses) <= {part.id for part in reads.plan.clauses} and clause in case.clauses
    small = all(name in reads.columns and len(rows) <= MOST_ROWS for name, rows in case.facts.items())
    mine = reads.shared or {row.get("party_id") for rows in case.facts.values() for row in rows} == {ME}
    return plain and only and small and mine and len(case.years) == 1 and bool(case.facts)


def rows_of(case: Case, reads: Reads) -> Given:
    """The facts of a case as the form asks for them."""
    found: Given = {}
    for name, rows in case.facts.items():
        wanted = {column.id for column in reads.columns[name]} | {"party_id"}
        found[name] = [{key: str(value) for key, value in row.items() if key in wanted} for row in rows]
    return found


# --- what comes out ---------------------------------------------------------------------------------------


def evaluate(pack: Pack, clause: str, reads: Reads, rows: Given) -> list[Verdict]:
    """What the facts give under a clause. Errors: E-FACTS-*, each at the name of its field."""
    reference = Reference(reads.plan)
    facts = Facts(_typed(pack, rows), reads.plan.as_of)
    settled = [award for award in reference.city(facts) if award.clause == clause]
    context = reference.context(facts)
    traced: dict[tuple[str, str], Award] = {}
    for party in {award.party for award in settled}:
        for award in reference.party(facts, party, context):
            if award.clause == clause:
                traced[award.object, award.party] = award
    plan = reads.plan.clause(clause)
    return [_verdict(pack, reads.plan, plan, award, traced.get((award.object, award.party))) for award in settled]


def _typed(pack: Pack, rows: Given) -> dict[str, list[dict[str, Any]]]:
    found, errors = {}, []
    for name, items in rows.items():

        def place(row: int, column: str, name: str = name) -> Place:
            return Place(path=f"{name}.{row}.{column}")

        texts = [{"party_id": ME, **{k: v for k, v in item.items() if v}} for item in items]
        try:
            found[name] = case_table(texts, pack.registers[name], pack.codes, row_place=place).to_pylist()
        except InnoCityErrors as error:
            errors += list(error.errors)
        except InnoCityError as error:
            errors.append(error)
        except OverflowError:  # more than 64 bits, before the column's own bound is looked at
            errors.append(InnoCityError("E-FACTS-TYPE", "有一个数太大", _longest(name, items), "核对数和单位"))
    if errors:
        raise InnoCityErrors(errors)
    return found


def _longest(register: str, items: list[Mapping[str, str]]) -> Place:
    """The field with the most digits."""
    cells = [(sum(c.isdigit() for c in value), f"{register}.{i}.{key}") for i, row in enumerate(items)
             for key, value in row.items()]  # fmt: skip
    return Place(path=max(cells)[1])


def _verdict(pack: Pack, rules: RulesPlan, plan: ClausePlan, award: Award, traced: Award | None) -> Verdict:
    clause = plan.clause
    light, word = verdict_word(clause, award)
    named = award.status in ("sum", "ceiling", "awaiting_decision")
    fen = award.after_pool if named else None
    steps = tuple((step.text, step.bound) for step in traced.steps) if traced else ()
    pay = fen if award.status in ("sum", "ceiling") else None
    payers = payer_shares(plan, pay) if pay else {}
    parts = payee_parts(plan, pay) if pay else {}
    names = {key: payer.name for key, payer in pack.payers.items()}
    return Verdict(
        light, word, award, award.party, fen, steps, tuple(_says(pack, rules, plan, award)),
        tuple((names.get(key, key), format_money(value)) for key, value in payers.items()),
        tuple((key, format_money(value)) for key, value in parts.items()),
    )  # fmt: skip


def verdict_word(clause: Clause, award: Award) -> tuple[str, str]:
    """A light and a word: graded and hopeful, never a bare no."""
    match award.status:
        case "sum" if not award.after_pool:
            return "none", "不重复给"
        case "sum":
            return ("met", "免申即享") if clause.delivery == "automatic" else ("near", "可申报")
        case "ceiling":
            return "near", "可申报，金额为上限"
        case "awaiting_decision":
            return "near", "需评审"
        case "in_kind":
            return "met", "可享服务"
        case "near":
            return "watch", "尚缺条件"
        case "awaiting_parameter":
            return "none", "文件没写标准"
        case "manual":
            return "watch", "转人工判断"
        case "excluded":
            return "watch", "有排除情形"
    return "none", "当年不在有效期"


def _says(pack: Pack, rules: RulesPlan, plan: ClausePlan, award: Award) -> list[str]:
    """What to know beside the sum: what is lacking, what cut it, who decides, what it rests on."""
    clause, says = plan.clause, []
    near = near_of(plan, award)
    if near is not None:
        known = near["gap"] is not None
        lack = f"{near['says']}：现有 {near['have']}，需要 {near['need']}，差 {near['gap']}"
        says.append(lack if known else near["says"])
    if award.group_by:
        words = {"once": "同一事项只给一次", "cap": "触及本条款的合计上限"}
        group = pack.groups.get(award.group_by)
        says.append(words.get(award.group_by) or f"与“{(group and group.name) or award.group_by}”各条择一")
    if award.status == "awaiting_decision" and clause.gate:
        says.append(f"由主管部门决定（{clause.gate.method}），这里的数只是规则给出的上限或标准")
    if award.status == "manual" and clause.manual:
        says.append(clause.manual.says)
    says += [f"文件没写：{text}" for text in plan.missing] if award.status == "awaiting_parameter" else []
    if clause.reading:
        says.append(f"读法：{clause.reading}")
    flags = award.flags.split() + ([] if call_for(pack, clause.id, rules.year) else ["no_call"])
    return says + [FLAG_WORDS[flag] for flag in flags if flag in FLAG_WORDS]
