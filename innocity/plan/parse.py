"""Text of an expression -> typed nodes.

Expressions are a checked subset of Python's syntax, read with `ast` and never evaluated: names,
constants, `+ - *`, comparisons, `in [...]`, `and or not`, `a if c else b` and the calls listed in
`FUNCTIONS`, `AGGREGATES` and `PRIORS` (docs/explain/formats.md, section 3).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.core.syntax import syntax
from innocity.plan.literals import TYPE_NAMES
from innocity.plan.nodes import (
    Aggregate,
    Arith,
    Call,
    Col,
    Compare,
    If,
    In,
    Lit,
    Logic,
    Node,
    Not,
    Prior,
    Type,
    Value,
    Var,
)  # fmt: skip

register_codes({
    "E-EXPR-SYNTAX": ("表达式写法不对", "an expression cannot be parsed"),
    "E-EXPR-NAME": ("表达式里有不认识的名字", "an unknown name in an expression"),
    "E-EXPR-TYPE": ("表达式里类型不符", "types do not fit in an expression"),
    "E-EXPR-CODE": ("不在代码表里的代码", "a code that its code list does not hold"),
    "E-EXPR-PLACE": ("汇总或窗口函数用错了地方", "an aggregate or window stands where it may not"),
})  # fmt: skip

VARS: dict[str, Type] = {"year": "integer", "year_start": "date", "year_end": "date", "as_of": "date"}
# name -> (argument types, result type); "same" stands for the arguments' common type
FUNCTIONS: dict[str, tuple[tuple[str, ...], str]] = {
    "year_of": (("date",), "integer"),
    "add_years": (("date", "integer"), "date"),
    "add_months": (("date", "integer"), "date"),
    "add_days": (("date", "integer"), "date"),
    "days_between": (("date", "date"), "integer"),
    "months_in_year": (("date", "date"), "integer"),
    "lesser": (("same", "same"), "same"),
    "greater": (("same", "same"), "same"),
    "coalesce": (("same", "same"), "same"),
    "is_missing": (("any",), "bool"),
}
#: Written out before they are read; what each says stands in `_Reader._in_force`.
MACROS = ("in_force",)
OPTIONS: dict[str, dict[str, bool]] = {"months_in_year": {"entry_month": True, "exit_month": False}}
AGGREGATES = ("count", "distinct", "sum", "min", "max", "any")
PRIORS = {"prior_max": "max", "prior_last": "last"}
YEARS = {"this": "this", "-1": "last", "last": "last", "before": "before", "upto": "upto"}
NUMBERS: tuple[Type, ...] = ("money", "integer")
_ENDS = {"until": ">=", "ended": ">"}  # how the day that ends a title compares with one on which it holds
BENEFICIARY = "party"  # the name under which the beneficiary's own row is found


@dataclass(frozen=True)
class Scope:
    """The names an expression may use: columns by alias ("" is the clause's own register) and parameters.

    `sums` says whether aggregates and windows may stand here.
    """

    columns: Mapping[str, Mapping[str, tuple[Type, str | None]]]
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    params: Mapping[str, Lit] = field(default_factory=dict)
    place: str = ""
    sums: bool = True

    def of_rows(self) -> Scope:
        """The names that decide which rows count: no sums, and nothing of the beneficiary, found from them."""
        columns = {alias: found for alias, found in self.columns.items() if alias != BENEFICIARY}
        return replace(self, columns=columns, sums=False)

    def error(self, code: str, message: str, remedy: str, text: str = "") -> NoReturn:
        """Raise with the place of the fence and the expression."""
        raise InnoCityError(code, message, Place.of(self.place, path=text or None), remedy)


def parse_expression(text: str, scope: Scope, wanted: Type | None = None) -> Node:
    """The typed expression of a text; `wanted` checks the result's type.

    >>> scope = Scope({"": {"amount": ("money", None)}}, params={"floor": Lit("money", 100)})
    >>> parse_expression("sum(amount) >= floor", scope).type
    'bool'
    >>> parse_expression("amount >= 3", scope)
    Traceback (most recent call last):
    innocity.core.errors.InnoCityError: amount >= 3 [E-EXPR-TYPE] 不能把金额与整数相比
      怎么办：两边用同一类型；金额门槛写成参数（params: {floor: 300万元}）
    """
    try:
        tree = syntax(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        scope.error("E-EXPR-SYNTAX", "表达式写法不对", "按 Python 表达式的写法改正；比较用 ==，文字加单引号", text)
    try:
        node = _Reader(scope, text).read(tree)
    except RecursionError:
        scope.error("E-EXPR-SYNTAX", "表达式层数太多", "拆成几个条件，或写成参数", text)
    if wanted is not None and node.type not in (wanted, "missing"):
        scope.error(
            "E-EXPR-TYPE",
            f"这里要{TYPE_NAMES[wanted]}，表达式给出的是{TYPE_NAMES[node.type]}",
            "改写表达式，或换一列",
            text,
        )
    return node


class _Reader:
    """Reads one `ast` tree; one method a kind of node."""

    def __init__(self, scope: Scope, text: str) -> None:
        self.scope = scope
        self.text = text
        self.inside = ""  # name of the aggregate or window being read

    def fail(self, code: str, message: str, remedy: str) -> NoReturn:
        self.scope.error(code, message, remedy, self.text)

    def read(self, tree: ast.expr) -> Node:
        method: Callable[[ast.expr], Node] | None = getattr(self, f"_{type(tree).__name__.lower()}", None)
        if method is None:
            self.fail("E-EXPR-SYNTAX", f"不支持的写法：{ast.unparse(tree)}", "只用文档列出的运算和函数")
        return method(tree)

    def _constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if value is None:
            return Lit("missing", None)
        if isinstance(value, bool):
            return Lit("bool", value)
        if isinstance(value, int):
            if value >= 2**63:
                self.fail("E-EXPR-SYNTAX", f"整数太大：{value}", "检查是否多写了零")
            return Lit("integer", value)
        if isinstance(value, str):
            return Lit("text", value)
        self.fail("E-EXPR-SYNTAX", f"不支持的常量：{value!r}", "小数、比例和金额写成参数（params）")

    def _name(self, tree: ast.Name) -> Node:
        name = tree.id
        if name in self.scope.params:
            return self.scope.params[name]
        column = self.scope.columns.get("", {}).get(name)
        if column is None and name in VARS:
            return Var(VARS[name], name)
        if column is None:
            self.fail("E-EXPR-NAME", f"没有叫“{name}”的列或参数", "看登记表的列名；门槛数写进 params")
        return Col(column[0], "", name, column[1])

    def _attribute(self, tree: ast.Attribute) -> Node:
        alias = tree.value.id if isinstance(tree.value, ast.Name) else ""
        column = self.scope.columns.get(alias, {}).get(tree.attr) if alias else None
        if column is None:
            self.fail("E-EXPR-NAME", f"没有“{ast.unparse(tree)}”这一列", "先在 join 里用 as 起名，再写 名.列")
        if alias == BENEFICIARY and self.inside:
            self.fail("E-EXPR-PLACE", f"{self.inside} 里面不能用受益人自己的列", "写进 when 或 subject")
        return Col(column[0], alias, tree.attr, column[1])

    def _unaryop(self, tree: ast.UnaryOp) -> Node:
        if isinstance(tree.op, ast.Not):
            condition = self._bool(tree.operand)
            decided = isinstance(condition, Lit) and condition.value is not None
            return Lit("bool", not condition.value) if decided else Not("bool", condition)  # type: ignore[attr-defined]
        item = self.read(tree.operand)
        if not isinstance(tree.op, ast.USub) or item.type not in NUMBERS:
            self.fail("E-EXPR-TYPE", "负号只能用在数字和金额前", "改写表达式")
        return Arith(item.type, "-", Lit(item.type, 0), item)

    def _binop(self, tree: ast.BinOp) -> Node:
        left, right = self.read(tree.left), self.read(tree.right)
        product = isinstance(tree.op, ast.Mult)
        left, right = self._number(left, right, product), self._number(right, left, product)
        kinds = (left.type, right.type)
        if isinstance(tree.op, ast.Add | ast.Sub) and left.type == right.type and left.type in NUMBERS:
            return Arith(left.type, "+" if isinstance(tree.op, ast.Add) else "-", left, right)
        if product and set(kinds) <= set(NUMBERS) and kinds != ("money", "money"):
            return Arith("money" if "money" in kinds else "integer", "*", left, right)
        self.fail(
            "E-EXPR-TYPE",
            f"不能这样运算：{ast.unparse(tree)}",
            "同类相加减；金额只能乘整数；乘比例写在 amount 的 rate 里",
        )

    def _number(self, node: Node, other: Node, product: bool) -> Node:
        """What is missing beside a number is a missing number: money where it is added to money."""
        if node != Lit("missing", None) or other.type not in (*NUMBERS, "missing"):
            return node
        return Lit("money" if other.type == "money" and not product else "integer", None)

    def _compare(self, tree: ast.Compare) -> Node:
        if len(tree.ops) != 1:
            self.fail("E-EXPR-SYNTAX", "不能连写比较", "拆成两个比较，用 and 连起来")
        operator, right = tree.ops[0], tree.comparators[0]
        if isinstance(operator, ast.In | ast.NotIn):
            node: Node = self._membership(tree.left, right)
            return Not("bool", node) if isinstance(operator, ast.NotIn) else node
        symbol = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}.get(
            type(operator)
        )
        if symbol is None:
            self.fail(
                "E-EXPR-SYNTAX", f"不支持的比较：{ast.unparse(tree)}", "用 == != < <= > >= in；空值用 is_missing()"
            )
        left, other = self._alike(self.read(tree.left), self.read(right))
        if symbol not in ("==", "!=") and left.type not in (*NUMBERS, "date", "missing"):
            self.fail("E-EXPR-TYPE", f"{TYPE_NAMES[left.type]}不能比大小", "用 == 或 in")
        if isinstance(left, Lit) and isinstance(other, Lit) and symbol in ("==", "!="):
            known = None not in (left.value, other.value)  # a choice between readings, made already
            return Lit("bool", (left.value == other.value) is (symbol == "==") if known else None)
        return Compare("bool", symbol, left, other)  # type: ignore[arg-type]

    def _alike(self, left: Node, right: Node) -> tuple[Node, Node]:
        left, right = self._coerce(left, right), self._coerce(right, left)
        if "missing" not in (left.type, right.type) and left.type != right.type:
            self.fail(
                "E-EXPR-TYPE",
                f"不能把{TYPE_NAMES[left.type]}与{TYPE_NAMES[right.type]}相比",
                "两边用同一类型；金额门槛写成参数（params: {floor: 300万元}）",
            )
        for column, literal in ((left, right), (right, left)):
            if isinstance(column, Col) and isinstance(literal, Lit):
                self._check_code(column, literal.value)
        return left, right

    def _coerce(self, node: Node, other: Node) -> Node:
        """A quoted date beside a date is a date, a bare 0 beside money is no money."""
        if node == Lit("integer", 0) and other.type == "money":
            return Lit("money", 0)
        if node == Lit("missing", None):
            return Lit(other.type, None)
        if isinstance(node, Lit) and node.type == "text" and other.type == "date":
            try:
                return Lit("date", parse_date(str(node.value)))
            except InnoCityError as error:
                raise error.at(Place.of(self.scope.place, path=self.text)) from None
        return node

    def _check_code(self, column: Col, value: Value) -> None:
        known = self.scope.codes.get(column.codes or "")
        if known is not None and isinstance(value, str) and value not in known:
            self.fail("E-EXPR-CODE", f"代码表 {column.codes} 里没有“{value}”", "改成代码表里的代码，或把它加进代码表")

    def _membership(self, item_tree: ast.expr, list_tree: ast.expr) -> In:
        item = self.read(item_tree)
        if not isinstance(list_tree, ast.List | ast.Tuple) or not list_tree.elts:
            self.fail("E-EXPR-SYNTAX", "in 后面要写不空的列表", "如 type in ['development', 'transfer']")
        values: list[Value] = []
        for element in list_tree.elts:
            _, literal = self._alike(item, self.read(element))
            if not isinstance(literal, Lit):
                self.fail("E-EXPR-SYNTAX", "in 的列表里只能写常量", "改用 or 连接比较")
            values.append(literal.value)
        return In("bool", item, tuple(values))

    def _boolop(self, tree: ast.BoolOp) -> Node:
        conjunction = isinstance(tree.op, ast.And)
        items = [self._bool(v) for v in tree.values]
        if Lit("bool", not conjunction) in items:
            return Lit("bool", not conjunction)
        items = [i for i in items if i != Lit("bool", conjunction)]
        if len(items) < 2:
            return items[0] if items else Lit("bool", conjunction)
        return Logic("bool", "and" if conjunction else "or", tuple(items))

    def _bool(self, tree: ast.expr) -> Node:
        node = self.read(tree)
        if node.type not in ("bool", "missing"):
            self.fail("E-EXPR-TYPE", f"“{ast.unparse(tree)}”不是条件", "写成比较，或用是非列")
        return node

    def _ifexp(self, tree: ast.IfExp) -> Node:
        condition, then, other = self._bool(tree.test), self.read(tree.body), self.read(tree.orelse)
        if isinstance(condition, Lit):  # a switch between readings, decided by a parameter
            chosen = Lit("missing", None) if condition.value is None else then if condition.value else other
            kind: Type = next((n.type for n in (then, other) if n.type != "missing"), "missing")
            return Lit(kind, None) if chosen == Lit("missing", None) else chosen
        kinds = {then.type, other.type} - {"missing"}
        if len(kinds) > 1:
            self.fail("E-EXPR-TYPE", "if 与 else 两支的类型不同", "两支用同一类型")
        return If(next(iter(kinds), "missing"), condition, then, other)

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ""
        if name in (*AGGREGATES, *PRIORS) and not self.scope.sums:
            self.fail("E-EXPR-PLACE", f"这里不能用 {name}", "汇总与窗口只能写在 when、amount 和 manual 里")
        if name in AGGREGATES:
            return self._aggregate(name, tree)
        if name in PRIORS:
            return self._prior(name, tree)
        if name in MACROS:
            return self._in_force(tree)
        if name not in FUNCTIONS:
            known = " ".join([*FUNCTIONS, *MACROS, *AGGREGATES])
            self.fail("E-EXPR-NAME", f"没有叫“{ast.unparse(tree.func)}”的函数", f"可用：{known}")
        return self._function(name, tree)

    def _in_force(self, tree: ast.Call) -> Node:
        """Whether a title holds on a day: `in_force(day, until=expires_on, ended=revoked_on)`, either may be left out.

        有效期至 names the last day on which it holds; the day of withdrawal is the first on which it does not.
        A missing day sets no end. It is written out, so that databases need not know it.
        """
        ends = {keyword.arg: ast.unparse(keyword.value) for keyword in tree.keywords}
        if len(tree.args) != 1 or not ends or not ends.keys() <= _ENDS.keys():
            self.fail("E-EXPR-SYNTAX", "in_force 要一个日期，和 until=、ended= 至少一个",
                      "如 in_force(as_of, until=expires_on, ended=revoked_on)")  # fmt: skip
        day = ast.unparse(tree.args[0])
        parts = [f"(is_missing({ends[key]}) or {ends[key]} {sign} {day})" for key, sign in _ENDS.items() if key in ends]
        return self.read(syntax(" and ".join(parts)).body)

    def _function(self, name: str, tree: ast.Call) -> Node:
        wanted, result = FUNCTIONS[name]
        args = [self.read(a) for a in tree.args]
        if len(args) != len(wanted):
            self.fail("E-EXPR-TYPE", f"{name} 要{len(wanted)}个参数，给了{len(args)}个", "补齐或删去参数")
        common: Type = next((a.type for a in args if a.type != "missing"), "missing")
        if name in ("lesser", "greater") and common not in (*NUMBERS, "date", "missing"):
            self.fail("E-EXPR-TYPE", f"{TYPE_NAMES[common]}没有大小：{ast.unparse(tree)}", "只用于数字、金额和日期")
        for i, (arg, want) in enumerate(zip(args, wanted, strict=True)):
            expected: Any = common if want == "same" else want
            if want != "any" and arg.type not in (expected, "missing"):
                self.fail("E-EXPR-TYPE", f"{name} 的参数类型不对：{ast.unparse(tree)}", "看函数说明")
            if want != "any" and arg == Lit("missing", None):
                args[i] = Lit(expected, None)  # databases must know the type of what is missing
        options = dict(OPTIONS.get(name, {}))
        for keyword in tree.keywords:
            value = self.read(keyword.value)
            if keyword.arg not in options or not isinstance(value, Lit) or not isinstance(value.value, bool):
                self.fail("E-EXPR-SYNTAX", f"{name} 没有选项 {keyword.arg}，或它不是真假", "选项写成真假或真假参数")
            options[keyword.arg] = value.value
        return Call(common if result == "same" else result, name, tuple(args), tuple(options.items()))  # type: ignore[arg-type]

    def _aggregate(self, name: str, tree: ast.Call) -> Node:
        if self.inside:
            self.fail("E-EXPR-PLACE", f"{self.inside} 里面不能再汇总", "分成两步写")
        self.inside = name
        item = self.read(tree.args[0]) if tree.args else None
        when: Node | None = None
        years = "this"
        for keyword in tree.keywords:
            if keyword.arg == "when":
                when = self._bool(keyword.value)
            elif keyword.arg == "years":
                years = self._years(keyword.value)
            else:
                self.fail("E-EXPR-SYNTAX", f"{name} 没有选项 {keyword.arg}", "可用 when= 和 years=")
        self.inside = ""
        if name in ("count", "any") and item is not None:
            if item.type not in ("bool", "missing"):
                self.fail("E-EXPR-TYPE", f"{name} 里要写条件", "如 count(type == 'invention')")
            when = item if when is None else Logic("bool", "and", (item, when))
            item = None
        self._check_aggregate(name, tree, item)
        kind: Type = "integer" if name in ("count", "distinct") else "bool" if name == "any" else item.type  # type: ignore[union-attr]
        return Aggregate(kind, name, item, when, years)  # type: ignore[arg-type]

    def _check_aggregate(self, name: str, tree: ast.Call, item: Node | None) -> None:
        if len(tree.args) > 1 or (item is None and name not in ("count", "any")):
            self.fail("E-EXPR-SYNTAX", f"{name} 要恰好一个参数", "如 sum(amount)；两数取大小用 lesser、greater")
        if name == "sum" and item is not None and item.type not in NUMBERS:
            self.fail("E-EXPR-TYPE", "sum 只能加金额和整数", "换一列，或用 count()")
        if name in ("min", "max") and item is not None and item.type not in (*NUMBERS, "date"):
            self.fail("E-EXPR-TYPE", f"{name} 只能用于数字、金额和日期", "换一列")

    def _years(self, tree: ast.expr) -> str:
        text = ast.unparse(tree).strip("'")
        if text not in YEARS:
            self.fail("E-EXPR-SYNTAX", f"years 不能是 {text}", "可用 this、-1、before、upto")
        return YEARS[text]

    def _prior(self, name: str, tree: ast.Call) -> Node:
        if len(tree.args) != 1 or [k.arg for k in tree.keywords] != ["by"]:
            self.fail("E-EXPR-SYNTAX", f"{name} 的写法是 {name}(列, by=列)", "照样改写")
        if self.inside in PRIORS:
            self.fail("E-EXPR-PLACE", f"{self.inside} 里面不能再用 {name}", "分成两步写")
        outside, self.inside = self.inside, name
        item, by = self.read(tree.args[0]), self.read(tree.keywords[0].value)
        self.inside = outside
        if item.type not in NUMBERS:
            self.fail("E-EXPR-TYPE", f"{name} 只能用于金额和整数", "换一列")
        return Prior(item.type, PRIORS[name], item, by)  # type: ignore[arg-type]
