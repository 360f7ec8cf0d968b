"""What assessment rules, composite indices, rosters, procedures and rules of matching name of the rest of the pack."""

from __future__ import annotations

from innocity.packs.model import Assessment, CompositeIndex, Grading, MatchKind, Procedure, Roster
from innocity.packs.model_procedure import APPLICANT, greatest
from innocity.packs.reference_base import References

#: What columns each comparison of `matching.yaml` can be made over.
_COMPARED = {"same": ("code",), "words": ("text",), "at_least": ("integer",), "covers": ("money", "integer")}


class MeasureReferences(References):
    """`assessment.yaml`, `indices.yaml`, `matching.yaml`, `rosters.yaml` and `procedures.yaml`."""

    def check(self) -> None:
        """Add every reference that leads nowhere to the errors."""
        self.reporting()
        for rule in self.pack.assessments.values():
            self.assessment(rule)
        for index in self.pack.indices.values():
            self.index(index)
        for roster in self.pack.rosters.values():
            self.roster(roster)
        for procedure in self.pack.procedures.values():
            self.procedure(procedure)
        for kind in self.pack.matching.values():
            self.matching(kind)
        for grading in self.pack.gradings.values():
            self.grading(grading)

    def assessment(self, rule: Assessment) -> None:
        if rule.document is not None:
            place = self.sources["assessment", rule.id].place("document")
            self.need(rule.document, self.pack.documents, "E-PACK-DOCUMENT", "文件", place)
        for key in ("viewers", "deciders"):
            for name in getattr(rule, key):
                self.need_unit(name, self.sources["assessment", rule.id].place(key))

    def reporting(self) -> None:
        rule = self.pack.city.reporting
        for key in ("office", "statistics"):
            for name in getattr(rule, key):
                self.need_unit(name, self.sources["city", "city"].place("reporting", key))

    def index(self, index: CompositeIndex) -> None:
        source = self.sources["index", index.id]
        indicators = self.pack.indicators
        if index.recorded is not None:
            self.need(index.recorded, indicators, "E-PACK-INDICATOR", "指标", source.place("recorded"))
        if index.method is not None:
            self.need(index.method, self.pack.documents, "E-PACK-DOCUMENT", "文件", source.place("method"))
        city = self.pack.city
        places = {one.id for one in (*city.divisions, *city.zones)}
        for name in index.among:
            if name.isascii():  # others are named in Chinese, as scopes are
                self.need(name, places, "E-PACK-REFERENCE", "区市或功能区", source.place("among"))
        for number, part in enumerate(index.components):
            place = source.place("components", number, "indicator")
            known = self.need(part.indicator, indicators, "E-PACK-INDICATOR", "指标", place)
            if known and part.direction is None and indicators[part.indicator].direction == "none":
                text = f"指标 {part.indicator} 没有好坏方向"
                self.errors.add("E-INDEX-DIRECTION", text, place, "在 component 里写 direction: up 或 down")
            if part.per is not None:
                place = source.place("components", number, "per")
                self.need(part.per, indicators, "E-PACK-INDICATOR", "指标", place)

    def roster(self, roster: Roster) -> None:
        source, registers = self.sources["roster", roster.id], self.pack.registers
        self.need(roster.register_, registers, "E-PACK-REGISTER", "登记簿", source.place("register"))
        for number, join in enumerate(roster.join):
            self.need(join.register_, registers, "E-PACK-REGISTER", "登记簿", source.place("join", number, "register"))
        if roster.appropriation is not None:
            known = self.pack.appropriations
            self.need(roster.appropriation, known, "E-PACK-REFERENCE", "资金安排", source.place("appropriation"))

    def matching(self, kind: MatchKind) -> None:
        source = self.sources["matching", kind.id]
        if kind.document is not None:
            self.need(kind.document, self.pack.documents, "E-PACK-DOCUMENT", "文件", source.place("document"))
        for name in kind.office:
            self.need_unit(name, source.place("office"))
        for name in kind.tasks:
            self.need(name, self.pack.tasks, "E-PACK-TASK", "任务", source.place("tasks"))
        register = self.pack.registers.get("exchange_listing")
        columns = {column.id: column.type for column in register.columns} if register else {}
        for name in kind.columns:
            self.need(name, columns, "E-PACK-COLUMN", "列", source.place("columns"))
        for number, one in enumerate(kind.criteria):
            place = source.place("criteria", number, "column")
            known = self.need(one.column, columns, "E-PACK-COLUMN", "列", place)
            wanted = _COMPARED[one.compare]
            if known and columns[one.column] not in wanted:
                text = f"{one.compare} 不能比较列 {one.column}"
                self.errors.add("E-PACK-COLUMN", text, place, f"换成类型为 {' 或 '.join(wanted)} 的列")

    def procedure(self, procedure: Procedure) -> None:
        source = self.sources["procedure", procedure.id]
        for number, name in enumerate(procedure.clauses):
            self.need(name, self.pack.clauses, "E-PACK-CLAUSE", "条款", source.place("clauses", number))
        if procedure.document is not None:
            name, _, article = procedure.document.partition("#")
            place = source.place("document")
            if self.need(name, self.pack.documents, "E-PACK-DOCUMENT", "文件", place) and article:
                known = {one.id for one in self.pack.documents[name].articles}
                self.need(article, known, "E-PACK-REFERENCE", "条目", place)
        for number, unit in enumerate(procedure.intake):
            self.need_unit(unit, source.place("intake", number))
        for number, step in enumerate(procedure.steps):
            if step.capped is not None and self.need(
                step.capped, self.pack.clauses, "E-PACK-CLAUSE", "条款", source.place("steps", number, "capped")
            ) and greatest(self.pack.clauses[step.capped]) is None:  # fmt: skip
                text, remedy = f"条款 {step.capped} 没有写死的限额", "去掉 capped；限额写在条款的 amount 里"
                self.errors.add("E-PACK-CLAUSE", text, source.place("steps", number, "capped"), remedy)
            for unit in step.by:
                if unit != APPLICANT:
                    self.need_unit(unit, source.place("steps", number, "by"))

    def grading(self, grading: Grading) -> None:
        source = self.sources["grading", grading.id]
        self.need(grading.roster, self.pack.rosters, "E-PACK-REFERENCE", "名录", source.place("roster"))
        if grading.document is not None:
            self.need(grading.document, self.pack.documents, "E-PACK-DOCUMENT", "文件", source.place("document"))
