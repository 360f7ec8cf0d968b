"""What `inspections.yaml` names of the rest of the pack."""

from __future__ import annotations

from innocity.packs.model import InspectionPlan
from innocity.packs.reference_base import References


class InspectionReferences(References):
    """Plans of random inspections."""

    def check(self) -> None:
        """Add every reference that leads nowhere to the errors."""
        for plan in self.pack.inspections.values():
            self.plan(plan)

    def plan(self, plan: InspectionPlan) -> None:
        source, pack = self.sources["inspection", plan.id], self.pack
        for key in ("by", "apart"):
            for unit in getattr(plan, key):
                self.need_unit(unit, source.place(key))
        if plan.document is not None:
            name, place = plan.document.partition("#")[0], source.place("document")
            self.need(name, pack.documents, "E-PACK-DOCUMENT", "文件", place)
        for name in plan.procedures:
            self.need(name, pack.procedures, "E-PACK-REFERENCE", "流程", source.place("procedures"))
        if self.need(plan.procedure, pack.procedures, "E-PACK-REFERENCE", "流程", source.place("procedure")):
            first = {one.id for one in pack.procedures[plan.procedure].steps if not one.after}
            self.need(plan.step, first, "E-PACK-REFERENCE", "第一步", source.place("step"))
        if plan.register_ is not None:
            self.register(plan, plan.register_)

    def register(self, plan: InspectionPlan, name: str) -> None:
        source = self.sources["inspection", plan.id]
        if not self.need(name, self.pack.registers, "E-PACK-REGISTER", "登记簿", source.place("register")):
            return
        columns = {column.id for column in self.pack.registers[name].columns}
        for key in ("dated", "stratum", "title", "clause"):
            if (column := getattr(plan, key)) is not None:
                self.need(column, columns, "E-PACK-COLUMN", "列", source.place(key))
