"""What assessment rules and composite indices name of the rest of the pack."""

from __future__ import annotations

from innocity.packs.model import Assessment, CompositeIndex
from innocity.packs.reference_base import References


class MeasureReferences(References):
    """`assessment.yaml` and `indices.yaml`."""

    def check(self) -> None:
        """Add every reference that leads nowhere to the errors."""
        self.reporting()
        for rule in self.pack.assessments.values():
            self.assessment(rule)
        for index in self.pack.indices.values():
            self.index(index)

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
