"""Figures of targets and observations against the original texts: each stands in the article it cites
(a baseline somewhere in the same document).

A target's number that is inferred says so with `derived: {value: reason}` (also low, high, baseline). An
observation has no such field: what is not found is a warning, which repeats the observation's note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from innocity.core.errors import ErrorList, Place
from innocity.core.measures import base_unit, format_value
from innocity.packs.load import place_of
from innocity.packs.model import Document, Pack, Target
from innocity.packs.originals import article_text, holder_of
from innocity.packs.quantities import number_values


def check_figures(pack: Pack, texts: Mapping[str, str], errors: ErrorList) -> None:
    """Look for every figure in `texts`, the originals by document; documents without one are passed over.

    Errors: E-CHECK-LITERAL, E-CHECK-SOURCE. Warnings: W-CHECK-FIGURE.
    """
    finder = _Finder(pack, texts, errors)
    for target in pack.targets.values():
        document, _, article = target.article.partition("#")
        for name, value in _numbers(target):
            # Where a target starts from is told in an article about what has been reached.
            known = finder.numbers(document, "" if name == "baseline" else article, target.id)
            if known is not None and not _stands(value, target.unit or finder.unit(target.indicator), known):
                text = f"{target.id} 的 {name}（{format_value(value)}）不见于所引条目"
                spot = place_of(target.place)
                remedy = f"核对数值与 span；推算得出的写 derived: {{{name}: 理由}}"
                errors.add("E-CHECK-LITERAL", text, Place(spot.file, spot.line, path=name), remedy,
                           fence=target.id, name=name)  # fmt: skip
    for row in pack.observations:
        known = finder.numbers(row.document, row.article or "", row.indicator)
        if known is not None and not _stands(row.value, row.unit or finder.unit(row.indicator), known):
            text = f"{row.indicator} 的 {format_value(row.value)} 不见于所引的原文"
            remedy = "核对数值与条目；推算得出的在 note 里写明"
            if row.note:
                text, remedy = f"{text}；推算的说明：{row.note}", "按说明复核推算；无误就不用改"
            errors.warn("W-CHECK-FIGURE", text, place_of(row.place), remedy, indicator=row.indicator)


def _numbers(target: Target) -> Iterator[tuple[str, Fraction]]:
    """The numbers of a target that are not said to be inferred."""
    baseline = target.baseline.value if target.baseline else None
    named = {"value": target.value, "low": target.low, "high": target.high, "baseline": baseline}
    inferred = {name.partition(".")[0] for name in target.derived}
    for name, value in named.items():
        if value is not None and name not in inferred:
            yield name, value


def _stands(value: Fraction, unit: str | None, known: frozenset[Fraction]) -> bool:
    """Whether a text has the number, in its own unit or without the unit's 万 or 亿.

    >>> _stands(Fraction(50), "亿元", frozenset(number_values("500000万元")))
    True
    """
    return value in known or value * base_unit(unit or "")[1] in known


class _Finder:
    """The numbers of articles, each article read once."""

    def __init__(self, pack: Pack, texts: Mapping[str, str], errors: ErrorList) -> None:
        self.pack = pack
        self.texts = texts
        self.errors = errors
        self.found: dict[tuple[str, str], frozenset[Fraction] | None] = {}

    def unit(self, indicator: str) -> str | None:
        known = self.pack.indicators.get(indicator)
        return known.unit if known else None

    def numbers(self, document: str, article: str, user: str) -> frozenset[Fraction] | None:
        """Every number of an article, or of the whole document where no article is named."""
        key = document, article
        if key not in self.found:
            text = self._text(self.pack.documents.get(document), article, user)
            self.found[key] = None if text is None else frozenset(number_values(text))
        return self.found[key]

    def _text(self, document: Document | None, article: str, user: str) -> str | None:
        holder = holder_of(document, self.pack) if document else None
        text = self.texts.get(holder.id) if holder else None
        if document is None or text is None:
            return None
        cited = next((one for one in document.articles if one.id == article), None)
        return article_text(cited, user, text, self.errors) if cited else text
