"""What assessment rules, composite indices, rosters, procedures and rules of matching name of the rest of the pack."""

from __future__ import annotations

from collections.abc import Iterable

from innocity.packs.layers import Source
from innocity.packs.model import Assessment, CompositeIndex, Grading, MatchKind, Procedure, Roster, TechnologyKind
from innocity.packs.model_grading import GradeRecord
from innocity.packs.model_procedure import APPLICANT, CALL, NAMED, greatest
from innocity.packs.reference_base import References
from innocity.packs.registers import all_columns

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
        for technology in self.pack.technology_kinds.values():
            self.technology_kind(technology)
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

        if roster.becomes is not None:
            after = roster.becomes
            self._recorded(after.register_, (*after.columns, *after.set_), source, "becomes")

    def _recorded(self, register: str, columns: Iterable[str], source: Source, key: str) -> None:
        """The register in which something is recorded, and its columns."""
        if self.need(register, self.pack.registers, "E-PACK-REGISTER", "登记簿", source.place(key, "register")):
            known = {column.id for column in all_columns(self.pack.registers[register])}
            for name in columns:
                self.need(name, known, "E-PACK-COLUMN", "列", source.place(key))

    def matching(self, kind: MatchKind) -> None:
        source = self.sources["matching", kind.id]
        if kind.document is not None:
            self.need(kind.document, self.pack.documents, "E-PACK-DOCUMENT", "文件", source.place("document"))
        for name in kind.office:
            self.need_unit(name, source.place("office"))
        for name in kind.tasks:
            self.need(name, self.pack.tasks, "E-PACK-TASK", "任务", source.place("tasks"))
        if kind.becomes is not None:
            after = kind.becomes
            named = (one for one in (after.demand, after.offer, after.amount, after.day) if one)
            self._recorded(after.register_, (*named, *after.set_), source, "becomes")
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
                self.errors.add("E-PACK-COLUMN", text, place, f"换成类型为 {'、'.join(wanted)} 的列")

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
                if unit not in (APPLICANT, CALL, NAMED):
                    self.need_unit(unit, source.place("steps", number, "by"))
            if step.integrity is not None:
                codes = {code.id for code in self.pack.codes["integrity_list"].codes}
                self.need(step.integrity, codes, "E-PACK-REFERENCE", "名单", source.place("steps", number, "integrity"))
        self.subject(procedure)

    def subject(self, procedure: Procedure) -> None:
        """The register whose rows start matters, and the columns that are read of it."""
        subject, source = procedure.subject, self.sources["procedure", procedure.id]
        if subject is None:
            return
        place = source.place("subject")
        if self.need(subject.register_, self.pack.registers, "E-PACK-REGISTER", "登记簿", place):
            columns = {column.id: column.type for column in self.pack.registers[subject.register_].columns}
            for name in (subject.key, subject.title):
                self.need(name, columns, "E-PACK-COLUMN", "列", place)
            for number, step in enumerate(procedure.steps):
                if step.gate is not None:
                    place = source.place("steps", number, "gate")
                    numbers = {name for name, kind in columns.items() if kind == "integer"}
                    self.need(step.gate.column, numbers, "E-PACK-COLUMN", "整数列", place)

    def technology_kind(self, one: TechnologyKind) -> None:
        source = self.sources["technology_kind", one.id]
        for known, names, place in (("technology_form", (one.id,), "id"), ("organising_mode", one.modes, "modes")):
            codes = self.pack.codes[known].ids() if known in self.pack.codes else ()
            for name in names:
                self.need(name, codes, "E-PACK-CODE", "代码", source.place(place))
        if one.document is not None:
            self.need(one.document, self.pack.documents, "E-PACK-DOCUMENT", "文件", source.place("document"))

    def grading(self, grading: Grading) -> None:
        source = self.sources["grading", grading.id]
        self.need(grading.roster, self.pack.rosters, "E-PACK-REFERENCE", "名录", source.place("roster"))
        if grading.document is not None:
            self.need(grading.document, self.pack.documents, "E-PACK-DOCUMENT", "文件", source.place("document"))
        if grading.records is not None:
            self.graded(grading, grading.records)

    def graded(self, grading: Grading, record: GradeRecord) -> None:
        """The columns that decided grades fill, the roster's headings, and that the tiers are codes there."""
        source, roster = self.sources["grading", grading.id], self.pack.rosters.get(grading.roster)
        own = (record.tier, record.day, record.year, record.rule, record.score, record.by, record.support)
        named = [one for one in own if one]
        self._recorded(record.register_, (*record.columns, *named), source, "records")
        for heading in (*record.columns.values(), record.of_year):
            self.need(heading, roster.columns if roster else {}, "E-PACK-COLUMN", "栏", source.place("records"))
        register = self.pack.registers.get(record.register_)
        column = register.column(record.tier) if register else None
        if column is not None and column.codes in self.pack.codes:
            known = self.pack.codes[column.codes].ids()
            for tier in grading.tiers:
                self.need(tier.id, known, "E-PACK-CODE", "代码", source.place("tiers"))
