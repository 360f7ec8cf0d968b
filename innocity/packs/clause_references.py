"""What a clause names of its surroundings: registers, columns, codes, units, payers, other clauses."""

from __future__ import annotations

from collections.abc import Iterable

from innocity.core.errors import ErrorList, InvalidValue
from innocity.core.rates import parse_rate
from innocity.packs.invalid import suggest
from innocity.packs.layers import Source
from innocity.packs.literals import PER_MONTH, Steps, clause_literals, inner_amounts, literal_type
from innocity.packs.model import Amount, Clause, Column, Pack, Part
from innocity.packs.registers import all_columns, names_of


class ClauseReferences:
    """Checks one clause; expressions are the compiler's, everything else that has a name is checked here."""

    def __init__(self, pack: Pack, source: Source, broken: frozenset[str], errors: ErrorList, clause: Clause) -> None:
        self.pack = pack
        self.broken = broken
        self.source = source
        self.errors = errors
        self.clause = clause
        self.names = names_of(clause, pack.registers)
        self.known_rows = clause.after is not None or clause.register_ in pack.registers

    def check(self) -> None:
        """Add every reference that leads nowhere to the errors."""
        self.surroundings()
        self.registers()
        self.joins()
        if self.known_rows:
            self.columns()
            self.ladders(self.clause.amount, ("amount",))
        self.payers()
        self.parts(self.clause.parts)
        self.literals()

    def need(self, name: str, known: Iterable[str], code: str, what: str, *steps: str | int) -> bool:
        ids = set(known)
        if name not in ids and name not in self.broken:
            text = f"条款 {self.clause.id}：{what}“{name}”不存在"
            self.errors.add(code, text, self.source.place(*steps), suggest(name, ids))
        return name in ids

    def surroundings(self) -> None:
        clause, units = self.clause, self.pack.units
        for index, name in enumerate(clause.responsible):
            self.need(name, units, "E-PACK-UNIT", "责任单位", "responsible", index)
        if clause.gate and clause.gate.by:
            self.need(clause.gate.by, units, "E-PACK-UNIT", "责任单位", "gate", "by")
        for key, param in clause.params.items():
            for name in param.decide_by:
                self.need(name, units, "E-PACK-UNIT", "责任单位", "params", key)
        if clause.after:
            known = set(self.pack.clauses)
            self.need(clause.after.clause, known, "E-PACK-CLAUSE", "条款", "after", "clause")
        valid = clause.valid
        if valid.from_ and valid.to and valid.to < valid.from_:
            text = f"条款 {clause.id}：止期早于起期"
            self.errors.add("E-PERIOD-ORDER", text, self.source.place("valid"), "核对 valid")

    def registers(self) -> None:
        registers, clause = self.pack.registers, self.clause
        if clause.register_:
            self.need(clause.register_, registers, "E-PACK-REGISTER", "登记簿", "register")
        if clause.before:
            self.need(clause.before.register_, registers, "E-PACK-REGISTER", "登记簿", "before", "register")

    def joins(self) -> None:
        seen: set[str] = set()
        for index, join in enumerate(self.clause.join):
            here = ("join", index)
            if join.as_ in seen or join.as_ in self.names:
                text = f"条款 {self.clause.id}：别名 {join.as_} 已用过"
                self.errors.add("E-PACK-DUPLICATE-ID", text, self.source.place(*here, "as"), "换一个别名")
            seen.add(join.as_)
            if not self.need(join.register_, self.pack.registers, "E-PACK-REGISTER", "登记簿", *here, "register"):
                continue
            theirs = {column.id for column in all_columns(self.pack.registers[join.register_])}
            for their, our in join.on.items():
                self.need(their, theirs, "E-PACK-COLUMN", f"{join.register_} 的列", *here, "on", their)
                if self.known_rows:
                    self.need(our, self.names, "E-PACK-COLUMN", "列", *here, "on", their)
            if join.at is not None:
                self.column(join.at, ("date",), *here, "at")

    def column(self, name: str, types: tuple[str, ...], *steps: str | int) -> Column | None:
        """The column of a name, of one of the types (any where none is given)."""
        if not self.known_rows or not self.need(name, self.names, "E-PACK-COLUMN", "列", *steps):
            return None
        column = self.names[name]
        if types and column.type not in types:
            text = f"条款 {self.clause.id}：列 {name} 的类型是 {column.type}，这里要 {'、'.join(types)}"
            self.errors.add("E-PACK-COLUMN-TYPE", text, self.source.place(*steps), "换一列")
            return None
        return column

    def columns(self) -> None:
        clause = self.clause
        if clause.counts_on and clause.counts_on.isidentifier():  # an expression is checked by the compiler
            self.column(clause.counts_on, ("date",), "counts_on")
        if clause.counts_over:
            self.column(clause.counts_over.from_, ("date",), "counts_over", "from")
            self.column(clause.counts_over.to, ("date",), "counts_over", "to")
        self.column(clause.party, ("party",), "party")
        for index, name in enumerate(clause.distinct.by if clause.distinct else ()):
            self.column(name, (), "distinct", "by", index)
        for index, name in enumerate(clause.object):
            if name != "party":
                self.column(name, (), "object", index)

    def ladders(self, amount: Amount, path: Steps) -> None:
        """Cases of a ladder over a code column are codes of its list."""
        if amount.by is not None and isinstance(amount.cases, dict):
            column = self.names.get(amount.by)
            codes = self.pack.codes.get(column.codes or "") if column else None
            for code in amount.cases if codes else ():
                assert codes is not None
                what = f"代码（代码表 {codes.id}）"
                self.need(code, codes.ids(), "E-PACK-CODE", what, *path, "cases", code)
            if column is None and amount.by.isidentifier() and amount.by not in self.clause.params:
                self.need(amount.by, self.names, "E-PACK-COLUMN", "列", *path, "by")
        for child, here, _ in inner_amounts(amount, path, ""):
            self.ladders(child, here)

    def payers(self) -> None:
        total = parse_rate("0")
        for name, text in self.clause.payers.items():
            self.need(name, self.pack.payers, "E-PACK-PAYER", "出资方", "payers", name)
            try:
                total += parse_rate(text)
            except InvalidValue as error:
                self.errors.append(error.at(self.source.place("payers", name)))
                return
        if total != 1:
            text = f"条款 {self.clause.id}：各出资方的份额之和不是100%"
            self.errors.add("E-SHARE-SUM", text, self.source.place("payers"), "补齐或改正份额")
        for index, other in enumerate(self.clause.others):
            self.need(other.payer, self.pack.payers, "E-PACK-PAYER", "出资方", "others", index, "payer")

    def parts(self, parts: Iterable[Part]) -> None:
        total = parse_rate("0")
        for index, part in enumerate(parts):
            place = self.source.place("parts", index)
            if (part.share is None) == (not part.rest):
                text = f"条款 {self.clause.id}：每一部分写 share 或 rest: true 之一"
                self.errors.add("E-PACK-FIELD", text, place, "写 share: 15% 或 rest: true")
            if part.leftover is not None and part.leftover not in part.to:
                text = f"条款 {self.clause.id}：leftover 的 {part.leftover} 不在 to 之中"
                self.errors.add("E-PACK-REFERENCE", text, place, suggest(part.leftover, set(part.to)))
            if part.share is not None and not part.share.isidentifier():
                try:
                    total += parse_rate(part.share)
                except InvalidValue as error:
                    self.errors.append(error.at(place))
        if total > 1:
            text = f"条款 {self.clause.id}：各部分的份额超过100%"
            self.errors.add("E-SHARE-SUM", text, self.source.place("parts"), "改正份额")

    def literals(self) -> None:
        """Amounts and rates that can be read; a bare name must be a parameter."""
        for item in clause_literals(self.clause):
            try:
                item.parse()
            except InvalidValue as error:
                self.errors.append(error.at(self.source.place(*item.path)))
        self.parameter_names(self.clause.amount, ("amount",))
        for index, cap in enumerate(self.clause.caps):
            self.parameter(cap.sum, "caps", index, "sum")
            self.plain(cap.sum, "caps", index, "sum")
        for index, other in enumerate(self.clause.others):
            self.parameter_names(other.amount, ("others", index, "amount"))
        try:
            parse_rate(self.clause.near.within)
        except InvalidValue as error:
            self.errors.append(error.at(self.source.place("near", "within")))

    def parameter_names(self, amount: Amount, path: Steps) -> None:
        for key in ("fixed", "rate", "match", "each", "cap", "floor"):
            text = getattr(amount, key)
            if text is not None:
                self.parameter(text, *path, key)
                if key in ("fixed", "cap", "floor"):
                    self.plain(text, *path, key)
        for index, bracket in enumerate(amount.brackets or ()):
            self.plain(bracket.upto or "", *path, "brackets", index, "upto")
        for child, here, _ in inner_amounts(amount, path, ""):
            self.parameter_names(child, here)

    def parameter(self, text: str, *steps: str | int) -> None:
        if text.isidentifier() and text.isascii() and text not in self.clause.params:
            known = set(self.clause.params)
            remedy = suggest(text, known) if known else f"在 params 里写上 {text}"
            message = f"条款 {self.clause.id}：没有参数 {text}"
            self.errors.add("E-PACK-REFERENCE", message, self.source.place(*steps), remedy)

    def plain(self, text: str, *steps: str | int) -> None:
        """A parameter that stands for a sum is not so much a month."""
        param = self.clause.params.get(text)
        for value in (param.value, *(other.value for other in param.alternatives)) if param else ():
            if value is not None and literal_type(value) == "monthly":
                message = f"条款 {self.clause.id}：参数 {text} 是按月金额，这里要金额"
                self.errors.add("E-LITERAL-TYPE", message, self.source.place(*steps), PER_MONTH)
                return
