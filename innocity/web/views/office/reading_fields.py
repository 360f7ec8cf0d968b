"""The forms of findings: what an officer may correct or add, field by field, and how it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from innocity.core.errors import InvalidValue
from innocity.core.money import format_money, parse_money
from innocity.core.rates import format_rate, parse_rate
from innocity.web.views.office.common import Fault

Word: TypeAlias = str | Promise
Choices: TypeAlias = tuple[tuple[str, Word], ...]
MOST_AMOUNTS = 20
SPARE_ROWS = 2
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Spec:
    """A field of a kind: its name in the finding, its words, how it is read (text, list, number, choice)."""

    name: str
    label: Word
    read: str = "text"
    choices: Choices = ()
    needed: bool = False
    hint: Word = ""


_UNITS = _("多个单位用顿号隔开")
TRIGGERS: Choices = tuple((one, one) for one in (
    "认定", "备案", "登记", "入库", "评价", "核定", "批复", "立项", "验收", "授权", "获奖", "入选", "评选", "上市",
    "设立", "建设", "升级", "引进",
))  # fmt: skip
SHAPES: Choices = (
    ("fixed", _("定额")), ("ladder", _("分档")), ("proportional", _("按比例")), ("matching", _("配套")),
    ("min_of_two", _("比例与定额取低")), ("per_unit", _("按件")), ("monthly", _("按月")),
    ("discretionary", _("由人定")), ("in_kind", _("不给钱的支持")), ("risk_compensation", _("风险补偿")),
    ("budget_pool", _("资金盘子")), ("split", _("分担比例")), ("rule", _("规则")),
)  # fmt: skip
MODES: Choices = (("fixed", _("就是这个数")), ("max", _("最高、不超过")), ("about", _("约数")))
STACKING: Choices = (
    ("stacks", _("可以叠加")), ("net", _("扣除别处已得的")), ("exclusive", _("不重复享受")),
)  # fmt: skip
OPERATORS: Choices = (
    (">=", _("不低于")), (">", _("高于")), ("<=", _("不高于")), ("<", _("低于")), ("=", _("等于")), ("≈", _("约")),
    ("range", _("从…到…")), ("growth>=", _("增幅不低于")), ("growth=", _("增幅等于")), ("delta>=", _("增量不低于")),
    ("increase", _("增长")), ("order", _("数量级")), ("milestone", _("事件")), ("qualitative", _("定性")),
)  # fmt: skip
TASK_KINDS: Choices = (
    ("task", _("任务")), ("subtask", _("子任务")), ("task_group", _("任务组")), ("safeguard", _("保障措施")),
    ("goal", _("总目标")), ("recommendation", _("建议")), ("phase", _("阶段")), ("guideline", _("原则")),
)  # fmt: skip
RELATIONS: Choices = (
    ("based_on", _("依据")), ("implements", _("落实")), ("supersedes", _("取代")),
    ("supersedes_inconsistent", _("与其不一致的以本文为准")), ("stacks_on", _("叠加")), ("describes", _("说的是")),
    ("mentions_prior", _("提到旧文件")), ("mentions", _("提到")),
)  # fmt: skip
PROCEDURES: Choices = (
    ("window", _("申报时间")), ("materials", _("材料")), ("publicity", _("公示")), ("section", _("承办科室")),
    ("exclusion", _("不予受理")), ("rule", _("实施细则")), ("review", _("审核")), ("payment", _("拨付")),
)  # fmt: skip
KIND_WORDS: Mapping[str, Word] = {
    "benefits": _("奖补"), "targets": _("目标"), "tasks": _("任务"), "facts": _("已有数据"), "relations": _("文件关系"),
    "procedures": _("办理程序"),
}  # fmt: skip
SIGNS: Mapping[str, Word] = {
    "benefits": _("奖"), "targets": _("目"), "tasks": _("务"), "facts": _("数"), "relations": _("文"),
    "procedures": _("办"),
}  # fmt: skip
SPECS: Mapping[str, tuple[Spec, ...]] = {
    "benefits": (
        Spec("subject", _("给谁")), Spec("trigger", _("凭什么事")),
        Spec("trigger_kind", _("事的种类"), "choice", TRIGGERS),
        Spec("shape", _("给法"), "choice", SHAPES, needed=True), Spec("gate", _("谁来定"), hint=_("如择优、一事一议")),
        Spec("payers", _("谁出钱"), "list", hint=_UNITS), Spec("period", _("哪段时间")),
    ),
    "targets": (
        Spec("indicator", _("指标"), needed=True), Spec("year", _("到哪一年")),
        Spec("operator", _("要求"), "choice", OPERATORS, needed=True),
        Spec("value", _("数值"), "numbers", hint=_("一个数；从几到几写 3-5")), Spec("unit", _("计量单位")),
        Spec("scope", _("范围"), hint=_("如全市、高新区")), Spec("units", _("责任单位"), "list", hint=_UNITS),
    ),
    "tasks": (
        Spec("path", _("条目"), needed=True, hint=_("如 三(二)1")), Spec("title", _("任务"), needed=True),
        Spec("kind", _("种类"), "choice", TASK_KINDS, needed=True),
        Spec("lead_units", _("牵头单位"), "list", hint=_UNITS),
        Spec("responsible_units", _("责任单位"), "list", hint=_UNITS),
        Spec("cooperating_units", _("配合单位"), "list", hint=_UNITS),
    ),
    "facts": (
        Spec("indicator", _("指标"), needed=True), Spec("value", _("数值"), "number", needed=True),
        Spec("unit", _("计量单位"), needed=True), Spec("approx", _("约数的词"), hint=_("如余、超过")),
        Spec("period", _("哪个时期")),
    ),
    "relations": (
        Spec("relation", _("关系"), "choice", RELATIONS, needed=True),
        Spec("target", _("哪份文件"), needed=True, hint=_("有文号写文号，没有写标题")), Spec("title", _("标题")),
    ),
    "procedures": (Spec("kind", _("种类"), "choice", PROCEDURES, needed=True), Spec("says", _("怎么办"), needed=True)),
}  # fmt: skip
#: Fields of a new finding that its form does not ask for.
REST: Mapping[str, Mapping[str, Any]] = {"benefits": {"amounts": [], "force": "entitlement"}}
AMOUNT_FIELDS: tuple[tuple[str, Word, Word], ...] = (
    ("case", _("档次"), ""), ("value_yuan", _("金额"), _("如 20万元")), ("rate", _("比例"), _("如 50%")),
    ("base", _("比例的基数"), ""), ("per", _("每什么"), _("如 每家每年")), ("cap_yuan", _("封顶"), _("如 200万元")),
    ("cap_per", _("每什么封顶"), ""), ("mode", _("怎样算"), ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form as it is shown: `value` as text."""

    spec: Spec
    value: str
    error: str = ""

    @property
    def choices(self) -> Choices:
        """The choices, and the value itself where it is none of them."""
        known = {key for key, _word in self.spec.choices}
        return self.spec.choices if self.value in known | {""} else ((self.value, self.value), *self.spec.choices)


def fields_of(
    kind: str, finding: Mapping[str, Any], given: Mapping[str, str] | None, faults: list[Fault]
) -> list[Field]:
    """The fields of a kind's form: what was just typed, else what the finding says."""
    wrong = {fault.field: fault.message for fault in faults}
    typed = given if given is not None else {spec.name: said(finding.get(spec.name)) for spec in SPECS[kind]}
    return [Field(spec, typed.get(spec.name, ""), wrong.get(f"v-{spec.name}", "")) for spec in SPECS[kind]]


def said(value: Any) -> str:
    """A value of a finding as a form shows it.

    >>> said(["市科技局", "市财政局"]), said(3.0), said([3.0, 5.5]), said(None)
    ('市科技局、市财政局', '3', '3-5.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        numbers = bool(value) and all(isinstance(one, int | float) for one in value)
        return ("-" if numbers else "、").join(said(one) for one in value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def read_fields(kind: str, given: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """The fields that a form gives, as the engine takes them, and what cannot be read."""
    made: dict[str, Any] = {}
    faults: list[Fault] = []
    for spec in SPECS[kind]:
        text = " ".join(given.get(spec.name, "").split())[:LONGEST]
        try:
            made[spec.name] = _value(spec, text)
        except ValueError:
            faults.append(Fault(f"{spec.label}：看不懂“{text}”", "写数字，如 3 或 3.5", f"v-{spec.name}"))
        if spec.needed and not text:
            faults.append(Fault(f"没有写{spec.label}", str(spec.hint), f"v-{spec.name}"))
    if kind == "benefits":
        made["amounts"], more = read_amounts(given)
        faults += more
    if kind == "tasks":
        made |= {f"{name}_norm": made[name] for name in ("lead_units", "responsible_units", "cooperating_units")}
    return made, faults


def _value(spec: Spec, text: str) -> Any:
    if spec.read == "list":
        return [one.strip() for one in text.replace("，", "、").replace(",", "、").split("、") if one.strip()]
    if not text:
        return None
    if spec.read == "number":
        return _number(text)
    if spec.read == "numbers":
        pieces = [_number(one) for one in text.replace("～", "-").replace("—", "-").split("-")]
        return pieces[0] if len(pieces) == 1 else pieces
    return text


def _number(text: str) -> float | int:
    value = float(text.replace(",", "").replace("，", ""))
    if not abs(value) < 1e18:
        raise ValueError(text)
    return int(value) if value.is_integer() else value


# --- amounts --------------------------------------------------------------------------------------------------


def amount_rows(amounts: list[dict[str, Any]], given: Mapping[str, str] | None) -> list[dict[str, str]]:
    """The rows of the amounts' form, with some empty ones at the end."""
    if given:
        rows = [{name: given.get(f"{name}.{n}", "") for name, _label, _hint in AMOUNT_FIELDS} for n in _rows(given)]
    else:
        rows = [{name: _amount_said(name, one.get(name)) for name, _label, _hint in AMOUNT_FIELDS} for one in amounts]
    return [*rows, *({"mode": ""} for _ in range(SPARE_ROWS))]


def _rows(given: Mapping[str, str]) -> list[int]:
    filled = (name for name, _label, _hint in AMOUNT_FIELDS if name != "mode")
    names = list(filled)
    return [n for n in range(MOST_AMOUNTS) if any(given.get(f"{name}.{n}", "").strip() for name in names)]


def _amount_said(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name.endswith("_yuan"):
        return format_money(round(value * 100))
    return format_rate(Fraction(str(value))) if name == "rate" else str(value)


def read_amounts(given: Mapping[str, str]) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The amounts of a form: yuan and shares as numbers.

    >>> read_amounts({"case.0": "国家级", "value_yuan.0": "20万元", "rate.1": "50%", "mode.1": "max"})[0]
    [{'mode': 'fixed', 'case': '国家级', 'value_yuan': 200000}, {'mode': 'max', 'rate': 0.5}]
    """
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for n in _rows(given):
        mode = given.get(f"mode.{n}", "")
        row: dict[str, Any] = {"mode": mode if mode in dict(MODES) else "fixed"}
        for name, label, _hint in AMOUNT_FIELDS:
            text = given.get(f"{name}.{n}", "").strip()[:LONGEST]
            if name == "mode" or not text:
                continue
            try:
                row[name] = _amount_value(name, text)
            except InvalidValue as error:
                faults.append(Fault(f"{label}：{error.message}", error.remedy or "", f"v-{name}-{n}"))
        rows.append(row)
    return rows, faults


def _amount_value(name: str, text: str) -> Any:
    if name.endswith("_yuan"):
        fen = parse_money(text)
        return fen // 100 if fen % 100 == 0 else fen / 100
    if name == "rate":
        share = float(parse_rate(text, above_one=True))
        return int(share) if share.is_integer() else share
    return text
