"""Cross references of a pack: every name that one object uses of another must exist and fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from innocity.core.errors import ErrorList, InvalidValue, Place
from innocity.core.rates import parse_rate
from innocity.packs.clause_references import ClauseReferences
from innocity.packs.inspection_references import InspectionReferences
from innocity.packs.invalid import suggest
from innocity.packs.layers import Source
from innocity.packs.literals import parse_literal
from innocity.packs.measure_references import MeasureReferences
from innocity.packs.model import Fence, Pack, Param
from innocity.packs.reference_base import References
from innocity.packs.registers import BASE_COLUMNS, all_columns
from innocity.packs.target_references import TargetReferences


def check_references(
    pack: Pack, sources: Mapping[tuple[str, str], Source], broken: frozenset[str], errors: ErrorList
) -> None:
    """Add to `errors` every reference that leads nowhere.

    `broken` are ids of objects that could not be read: they are an error already, not one more for each use.
    """
    checker = _References(pack, sources, broken, errors)
    checker.registers()
    checker.exclusions()
    checker.units()
    checker.documents()
    for clause in pack.clauses.values():
        ClauseReferences(pack, sources["fence", clause.id], broken, errors, clause).check()
    checker.after_circles()
    checker.rules()
    checker.groups_and_pools()
    checker.appropriations()
    checker.relations()
    checker.calls()
    TargetReferences(pack, sources, broken, errors).check()
    MeasureReferences(pack, sources, broken, errors).check()
    InspectionReferences(pack, sources, broken, errors).check()


class _References(References):
    """Everything but clauses, targets and tasks, which have files of their own."""

    def registers(self) -> None:
        base = {column.id for column in BASE_COLUMNS}
        for register in self.pack.registers.values():
            source = self.sources["register", register.id]
            for index, column in enumerate(register.columns):
                place = source.place("columns", index)
                if column.id in base:
                    remedy = "每个登记簿都有这一列，换一个编号"
                    self.errors.add("E-PACK-DUPLICATE-ID", f"{column.id} 是固有列", place, remedy)
                if column.type == "code" and column.codes is None:
                    text = f"列 {column.id} 是代码，却没有写 codes"
                    self.errors.add("E-PACK-CODE-LIST", text, place, "补上 codes: 代码表编号")
                elif column.codes is not None:
                    if column.type != "code":
                        text = f"列 {column.id} 有 codes，类型却是 {column.type}"
                        self.errors.add("E-PACK-COLUMN-TYPE", text, place, "类型写成 code")
                    self.need(column.codes, self.pack.codes, "E-PACK-CODE-LIST", "代码表", place)

    def exclusions(self) -> None:
        for item in self.pack.exclusions:
            source = self.sources["exclusion", item.id]
            if not self.need(
                item.register_, self.pack.registers, "E-PACK-REGISTER", "登记簿", source.place("register")
            ):
                continue
            columns = {c.id: c for c in all_columns(self.pack.registers[item.register_])}
            for key, name in (("from", item.from_), ("to", item.to), ("repaired", item.repaired)):
                place = source.place(key)
                if name is None or not self.need(name, columns, "E-PACK-COLUMN", "列", place):
                    continue
                if columns[name].type != "date":
                    self.errors.add("E-PACK-COLUMN-TYPE", f"列 {name} 不是日期", place, "换一个日期列")

    def units(self) -> None:
        source = self.sources["city", "city"]
        for index, unit in enumerate(self.pack.city.units):
            for key, name in (("parent", unit.parent), ("successor", unit.successor)):
                if name is not None:
                    self.need_unit(name, source.place("units", index, key))

    def documents(self) -> None:
        levels = self.pack.codes.get("level")
        for document in self.pack.documents.values():
            source = self.sources["document", document.id]
            if document.reported_by is not None:
                place = source.place("reported_by")
                self.need(document.reported_by, self.pack.documents, "E-PACK-DOCUMENT", "文件", place)
            if levels is not None:
                self.need(document.level, levels.ids(), "E-PACK-CODE", "级别", source.place("level"))
            start, end = document.valid_from, document.valid_to
            if start and end and end < start:
                text = f"失效日期 {end} 早于生效日期 {start}"
                self.errors.add("E-PERIOD-ORDER", text, source.place("valid_to"), "核对两个日期")

    def after_circles(self) -> None:
        follows = {c.id: c.after.clause for c in self.pack.clauses.values() if c.after}
        self.circles(follows, "after", "条款依次以对方的结果为前提")

    def rules(self) -> None:
        targets = {*self.pack.clauses, *self.pack.groups, *self.pack.pools}
        for rule in self.pack.rules.values():
            for index, name in enumerate(rule.of):
                self.need(name, targets, "E-PACK-CLAUSE", "条款", self.at(rule, "of", index))
            if rule.payers is not None:
                self.payers(rule, rule.payers)

    def payers(self, fence: Fence, payers: Mapping[str, str]) -> None:
        check_payers(payers, self.pack.payers, self.sources["fence", fence.id], self.errors)

    def groups_and_pools(self) -> None:
        choices = {"take": {"all", "highest", "net"}, "share": {"pro_rata", "rank", "first_come"}}
        for group in self.pack.groups.values():
            self.members(group, group.members, self.pack.clauses)
            self.choice(group, "take", group.take, choices["take"])
        members = {*self.pack.clauses, *self.pack.groups}
        for pool in self.pack.pools.values():
            self.members(pool, pool.members, members)
            self.choice(pool, "share", pool.share, choices["share"])
            if pool.within is not None:
                self.need(pool.within, self.pack.pools, "E-PACK-REFERENCE", "资金池", self.at(pool, "within"))
            if pool.sum.value is not None:
                self.money(pool.sum.value, self.at(pool, "sum"))
        within = {p.id: p.within for p in self.pack.pools.values() if p.within}
        self.circles(within, "within", "资金池互相包含")

    def members(self, fence: Fence, members: Iterable[str], known: Iterable[str]) -> None:
        seen: set[str] = set()
        for index, name in enumerate(members):
            place = self.at(fence, "members", index)
            self.need(name, known, "E-PACK-CLAUSE", "条款", place)
            if name in seen:
                self.errors.add("E-PACK-DUPLICATE-ID", f"成员 {name} 写了两次", place, "删去一处")
            seen.add(name)

    def choice(self, fence: Fence, key: str, param: Param, allowed: set[str]) -> None:
        for value in (param.value, *(other.value for other in param.alternatives)):
            if value is not None and value not in allowed:
                text = f"{key} 不能是“{value}”"
                remedy = f"只能是 {'、'.join(sorted(allowed))}"
                self.errors.add("E-PACK-FIELD", text, self.at(fence, key), remedy)

    def money(self, text: str, place: Place) -> None:
        try:
            parse_literal(text, "money", plain=True)
        except InvalidValue as error:
            self.errors.append(error.at(place))

    def appropriations(self) -> None:
        for item in self.pack.appropriations.values():
            self.need(item.payer, self.pack.payers, "E-PACK-PAYER", "出资方", self.at(item, "payer"))
            if sum(item.parts.values()) > item.planned():
                text = "各组成部分之和超过总额"
                self.errors.add("E-PACK-FIELD", text, self.at(item, "parts"), "核对 parts")
            if item.uses is None:
                continue
            place = self.at(item, "uses")
            if self.need(item.uses.register_, self.pack.registers, "E-PACK-REGISTER", "登记簿", place):
                columns = {c.id: c for c in all_columns(self.pack.registers[item.uses.register_])}
                if (
                    self.need(item.uses.of, columns, "E-PACK-COLUMN", "列", place)
                    and columns[item.uses.of].type != "money"
                ):
                    self.errors.add("E-PACK-COLUMN-TYPE", f"列 {item.uses.of} 不是金额", place)
                day = item.uses.counts_on
                if day and self.need(day, columns, "E-PACK-COLUMN", "列", place) and columns[day].type != "date":
                    self.errors.add("E-PACK-COLUMN-TYPE", f"列 {day} 不是日期", place)

    def relations(self) -> None:
        known = {*self.pack.clauses, *self.pack.documents, *self.pack.groups, *self.pack.pools}
        for item in self.pack.relations.values():
            ends = {"newer": item.newer, "older": item.older, "source": item.source, "target": item.target}
            for key, name in ends.items():
                # A document outside the pack is named by its title or number, an id is ASCII.
                outside = key in ("source", "target") and name is not None and not name.isascii()
                if name is not None and not outside:
                    self.need(name, known, "E-PACK-REFERENCE", "条款或文件", self.at(item, key))
            pairs = (item.newer and item.older) or (item.source and item.target)
            if not pairs:
                remedy = "写 newer 与 older，或 source 与 target"
                self.errors.add("E-PACK-FIELD", "关系要有两端", self.at(item), remedy)

    def calls(self) -> None:
        for call in self.pack.calls.values():
            for index, name in enumerate(call.clauses):
                place = self.at(call, "clauses", index)
                self.need(name, self.pack.clauses, "E-PACK-CLAUSE", "条款", place)
            if call.contact is not None:
                self.need_unit(call.contact.unit, self.at(call, "contact", "unit"))
            if call.closes < call.opens:
                text = f"截止日期 {call.closes} 早于开始日期 {call.opens}"
                self.errors.add("E-PERIOD-ORDER", text, self.at(call, "closes"), "核对两个日期")


def check_payers(payers: Mapping[str, str], known: Mapping[str, object], source: Source, errors: ErrorList) -> None:
    """Shares of payers: known payers, readable rates that add to 1."""
    total = None if not payers else parse_rate("0")
    for name, text in payers.items():
        place = source.place("payers", name)
        if name not in known:
            errors.add("E-PACK-PAYER", f"没有出资方 {name}", place, suggest(name, set(known)))
        try:
            rate = parse_rate(text)
        except InvalidValue as error:
            errors.append(error.at(place))
            return
        total = None if total is None else total + rate
    if total != 1:
        text = "各出资方的份额之和不是100%"
        errors.add("E-SHARE-SUM", text, source.place("payers"), "补齐或改正份额")
