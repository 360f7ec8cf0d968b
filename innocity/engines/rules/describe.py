"""Clauses in words: how much, on what condition, by when. For lists, comparisons and explanations."""

from __future__ import annotations

import ast
import re

from innocity.core.citations import Citation
from innocity.core.rates import format_rate, parse_rate
from innocity.core.syntax import syntax
from innocity.packs.model import Amount, Clause, Fence, Pack, Param
from innocity.packs.model_amount import LadderStep

FLAG_WORDS = {
    "unconfirmed": "所依据的读法尚未由主管部门确认",
    "state_unknown": "文件是否仍有效未确认，只作模拟测算",
    "inferred_supersession": "被新文件取代系推定",
    "no_call": "没有对应的申报通知，只是测算",
    "demonstration_call": "申报通知为演示数据",
}


def describe_amount(pack: Pack, clause: Clause) -> str:
    """The amount as a short phrase: all caps, 不超过 for ceilings, the gate's method."""
    text = _amount(pack, clause, clause.amount)
    for cap in clause.caps:
        most = _term(clause, cap.sum)
        said = f"同一对象合计封顶{most}" if cap.per == "party" else f"全市合计封顶{most}"
        text = f"{text}，{said}"
    if clause.bound == "upto" and clause.computes():
        text = f"不超过：{text}"
    return f"{text}（{clause.gate.method}）" if clause.gate else text


def _amount(pack: Pack, clause: Clause, amount: Amount) -> str:
    match amount.shape:
        case "none":
            text = clause.service or ("服务或优先" if amount.none == "in_kind" else "未写额度")
        case "fixed":
            text = _term(clause, amount.fixed)
        case "by" | "steps":
            text = "；".join(_cases(pack, clause, amount))
        case "rate":
            text = _of(_base(pack, clause, amount), _term(clause, amount.rate))
        case "match":
            share = f"{_base(pack, clause, amount)}{_term(clause, amount.match)}"
            text = f"按{share}配套"
        case "each":
            one = f"{_term(clause, amount.each)}{_limits(clause, amount.times)}"
            text = f"每个{one}"
        case "of":
            base = _base(pack, clause, amount)
            text = f"按{base}"
        case "brackets":
            rates = "；".join(_term(clause, b.rate) for b in amount.brackets or ())
            text = f"分档：{rates}"
        case shape:
            parts = "；".join(_amount(pack, clause, a) for a in getattr(amount, shape))
            text = {"lesser": f"取较小：{parts}", "greater": f"取较大：{parts}", "all": f"合计：{parts}"}[shape]
    floor = f"保底{_term(clause, amount.floor)}" if amount.floor else ""
    cap = f"封顶{_term(clause, amount.cap)}" if amount.cap else ""
    return "，".join(filter(None, (text, floor, cap)))


def _of(base: str, rate: str) -> str:
    """A share of something; the sign of per cent is part of the text, so that nothing else reads like it."""
    share = rate.removesuffix("%")
    return f"{base}的{share}%" if rate.endswith("%") else f"{base}的{rate}"


def _base(pack: Pack, clause: Clause, amount: Amount) -> str:
    """What the base is called: its own name, or the column that is summed."""
    register = pack.registers.get(clause.register_ or "")
    words = re.findall(r"[a-z_]+", amount.of or "")
    named = [c.name for c in register.columns if c.id in words] if register else []
    base = amount.name or (named[0] if len(named) == 1 else "基数")
    return base + _limits(clause, amount.of)


def _limits(clause: Clause, expression: str | None) -> str:
    """What an expression counts at most: the parameters with which `lesser` compares.

    A parameter that is a sum of money or a number is a cap of the document, though no field says so.
    """
    names: dict[str, None] = {}
    if expression is None or "lesser(" not in expression:
        return ""
    for node in ast.walk(syntax(expression)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "lesser":
            names.update((a.id, None) for a in node.args if isinstance(a, ast.Name) and a.id in clause.params)
    shown = [_term(clause, name) for name in names]
    return f"（至多算{'、'.join(shown)}）" if shown else ""


def _cases(pack: Pack, clause: Clause, amount: Amount) -> list[str]:
    if isinstance(amount.cases, dict):
        return [f"{_code(pack, clause, amount.by or '', k)}{_amount(pack, clause, v)}" for k, v in amount.cases.items()]
    return [f"{describe_step(pack, clause, one)} {_amount(pack, clause, one.is_)}" for one in amount.cases or ()]


def describe_step(pack: Pack, clause: Clause, step: LadderStep) -> str:
    """A case in words: the names of the codes that its condition asks for; its own name where it asks for none."""
    tree = syntax(step.if_)
    asked = [
        (node.left.id, node.comparators[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and isinstance(node.ops[0], ast.Eq)
        and isinstance(node.comparators[0], ast.Constant) and isinstance(node.comparators[0].value, str)
    ]  # fmt: skip
    return "".join(_code(pack, clause, column, code) for column, code in asked) or step.name


def _code(pack: Pack, clause: Clause, column: str, code: str) -> str:
    """The Chinese name of a code in a column of the clause's register."""
    register = pack.registers.get(clause.register_ or "")
    found = register.column(column) if register else None
    codes = pack.codes.get(found.codes or "") if found else None
    return next((c.name for c in codes.codes if c.id == code), code) if codes else code


def _term(clause: Clause, text: str | None) -> str:
    """A literal, or the value of a parameter."""
    param: Param | None = clause.params.get(text or "")
    if param is None:
        return _shown(text or "")
    return _shown(param.value) if param.value is not None else f"（{param.missing}）"


def _shown(text: str) -> str:
    return format_rate(parse_rate(text, above_one=True)) if text.strip().endswith(("%", "‰")) else text


def citation(pack: Pack, clause: Fence) -> str:
    """The article as printed: 《title》(number) path."""
    document = pack.document_of(clause)
    if document is None:
        return clause.article
    name = clause.article.partition("#")[2]
    article = next((a for a in document.articles if a.id == name), None)
    return str(Citation(document.id, name, document.title, document.number, article.path if article else None))
