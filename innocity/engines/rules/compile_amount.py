"""The pack's amount tree -> a typed amount with its parameters filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from innocity.core.errors import register_codes
from innocity.engines.rules.params import Parameters
from innocity.packs.model import Amount
from innocity.packs.model_amount import LadderStep
from innocity.plan.amounts import Bracketed, Choice, Ladder, PerUnit, Plain, Rated, Sum
from innocity.plan.nodes import Col, Node, walk
from innocity.plan.parse import Scope, parse_expression

register_codes({"E-AMOUNT-FORM": ("金额写法不成立", "an amount makes no sense as it is written")})


@dataclass(frozen=True)
class Words:
    """Chinese names for explanations: of the register's columns, of codes by code list, of the cases of a ladder."""

    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    case: Callable[[LadderStep], str] = lambda step: step.name

    def base(self, node: Node) -> str:
        """What a base is called: the column that is summed, where it is one."""
        columns = [n.name for n in walk(node) if isinstance(n, Col)]
        return self.columns.get(columns[0], "") if len(columns) == 1 else ""

    def code(self, column: Node, code: str) -> str:
        """A code's name."""
        codes = column.codes if isinstance(column, Col) else None
        return self.codes.get(codes or "", {}).get(code, code)


class AmountCompiler:
    """Compiles the amounts of one clause; missing parameters are noted in `params.missing`."""

    def __init__(self, scope: Scope, params: Parameters, words: Words | None = None) -> None:
        self.scope = scope
        self.params = params
        self.words = words or Words()

    def compile(self, amount: Amount, label: str = "amount") -> Sum:
        """The typed tree; `label` names the parameter of a sum that stands alone."""
        cap = self._limit(amount.cap, "cap")
        floor = self._limit(amount.floor, "floor")
        common = (cap, floor, amount.name or "")
        match amount.shape:
            case "fixed":
                return Plain(*common, self.params.term(amount.fixed or "", label, "money"))
            case "by":
                return self._by(amount, common)
            case "steps":
                return self._steps(amount, common)
            case "rate" | "match":
                return self._rated(amount, common)
            case "each":
                each = self.params.term(amount.each or "", "each", "money")
                return PerUnit(*common, each, self._expression(amount.times or "", "integer"))
            case "of":
                assessed = self._expression(amount.of or "", "money")
                return Plain(cap, floor, amount.name or self.words.base(assessed), assessed)
            case "brackets":
                return self._brackets(amount, common)
            case _:
                return self._choice(amount, common)

    def _limit(self, text: str | None, name: str) -> Node | None:
        return None if text is None else self.params.term(text, name, "money")

    def _expression(self, text: str, kind: str) -> Node:
        node = parse_expression(text, self.scope)
        if node.type not in (kind, "missing"):
            self.scope.error(
                "E-EXPR-TYPE", f"这里要{'金额' if kind == 'money' else '整数'}", "换一列或改写表达式", text
            )
        return node

    def _rated(self, amount: Amount, common: tuple[Node | None, Node | None, str]) -> Sum:
        rate = self.params.term(amount.rate or amount.match or "", "rate", "rate", amount.above_one)
        base = self._expression(amount.of or "", "money")
        value = rate.value if isinstance(rate.value, Fraction) else Fraction(0)
        return Rated(*common[:2], common[2] or self.words.base(base), value, base)

    def _by(self, amount: Amount, common: tuple[Node | None, Node | None, str]) -> Sum:
        assert isinstance(amount.cases, dict) and amount.by is not None
        column = parse_expression(amount.by, self.scope)
        conditions: list[Node] = []
        for code in amount.cases:
            constant = repr(code) if column.type == "text" else code.title() if column.type == "bool" else code
            conditions.append(parse_expression(f"({amount.by}) == {constant}", self.scope, "bool"))
        values = tuple(self.compile(value, code) for code, value in amount.cases.items())
        names = tuple(self.words.code(column, code) for code in amount.cases)
        return Ladder(*common, names, tuple(conditions), self._some(values), self._else(amount))

    def _steps(self, amount: Amount, common: tuple[Node | None, Node | None, str]) -> Sum:
        assert isinstance(amount.cases, tuple)
        conditions = tuple(parse_expression(step.if_, self.scope, "bool") for step in amount.cases)
        values = tuple(self.compile(step.is_, step.name) for step in amount.cases)
        names = tuple(self.words.case(step) for step in amount.cases)
        return Ladder(*common, names, conditions, self._some(values), self._else(amount))

    def _else(self, amount: Amount) -> Sum | None:
        return None if amount.else_ is None else self.compile(amount.else_, "else")

    def _choice(self, amount: Amount, common: tuple[Node | None, Node | None, str]) -> Sum:
        how = amount.shape
        items = self._some(tuple(self.compile(item) for item in getattr(amount, how)))
        return Choice(*common, how, items)  # type: ignore[arg-type]

    def _brackets(self, amount: Amount, common: tuple[Node | None, Node | None, str]) -> Sum:
        assert amount.brackets is not None
        limits: list[int | None] = []
        rates: list[Fraction] = []
        for bracket in amount.brackets:
            limit = None if bracket.upto is None else self.params.term(bracket.upto, "upto", "money").value
            rate = self.params.term(bracket.rate, "rate", "rate", amount.above_one).value
            limits.append(limit if isinstance(limit, int) else None)
            rates.append(rate if isinstance(rate, Fraction) else Fraction(0))
        known = [limit for limit in limits if limit is not None]
        if any(b.upto is None for b in amount.brackets[:-1]) or not limits or sorted(set(known)) != known:
            self.scope.error("E-AMOUNT-FORM", "分档的 upto 要逐档升高，只有最后一档可以不写", "改正 brackets")
        return Bracketed(*common, self._expression(amount.of or "", "money"), tuple(limits), tuple(rates))

    def _some(self, items: tuple[Sum, ...]) -> tuple[Sum, ...]:
        if not items:
            self.scope.error("E-AMOUNT-FORM", "金额里有空的列表", "写上各项金额，或删去这一层")
        return items
