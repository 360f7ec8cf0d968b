"""`innocity check --source DIR`: every amount, rate and figure of a fence stands in the article it cites.

The original texts are not part of a pack: whoever runs a city has them in a folder. A number that is
inferred says so with `derived: {name: reason}` and is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from innocity.core.errors import ErrorList, InvalidValue, Place
from innocity.core.money import format_money
from innocity.core.rates import format_rate
from innocity.packs.check_figures import check_figures
from innocity.packs.literals import (
    LiteralType,
    Named,
    clause_literals,
    literal_type,
    param_literals,
    parse_literal,
)
from innocity.packs.load import place_of
from innocity.packs.model import Appropriation, Clause, Document, Fence, Pack, Part, Pool, Rule
from innocity.packs.originals import article_text, holder_of, original_text
from innocity.packs.quantities import money_values, rate_values


def sources(pack: Pack, folder: Path) -> ErrorList:
    """Check the originals in `folder` against the pack.

    Errors: E-CHECK-SOURCE (hash, length, span), E-CHECK-LITERAL (a number that the article does not
    hold). Warnings: W-CHECK-SOURCE where a document has no original to check against, W-CHECK-FIGURE
    for an observation that its text does not hold.
    """
    errors = ErrorList()
    texts = {key: text for key, document in pack.documents.items()
             if (text := original_text(document, folder, errors)) is not None}  # fmt: skip
    for fence in all_fences(pack):
        literals = list(fence_literals(fence))
        document = pack.document_of(fence)
        if not literals or document is None:
            continue
        holder = holder_of(document, pack)
        if holder is None:
            text = f"{fence.id} 有数额，文件 {document.id} 却没有原文可核对"
            errors.warn("W-CHECK-SOURCE", text, place_of(fence.place), "在文件开头写 original")
        elif holder.id in texts:
            _check_fence(fence, literals, document, texts[holder.id], errors)
    check_figures(pack, texts, errors)
    return errors


def all_fences(pack: Pack) -> Iterator[Fence]:
    """Every fence of a pack."""
    for part in (
        pack.clauses, pack.rules, pack.groups, pack.pools, pack.appropriations,
        pack.relations, pack.statements, pack.calls, pack.targets, pack.tasks,
    ):  # fmt: skip
        yield from part.values()


def fence_literals(fence: Fence) -> Iterator[Named]:
    """The amounts and rates of a fence that the cited article must hold."""
    for item in _literals(fence):
        kind = item.type or literal_type(item.text)
        if kind in ("money", "monthly", "rate") and "alternatives" not in item.path:
            yield Named(item.name, item.path, item.text, kind, item.above_one)


def _literals(fence: Fence) -> Iterator[Named]:
    if isinstance(fence, Clause):
        yield from clause_literals(fence)
        yield from _shares(fence.payers, fence.parts)
    elif isinstance(fence, Rule):
        yield from _shares(fence.payers or {}, fence.parts)
    elif isinstance(fence, Pool):
        yield from param_literals({"sum": fence.sum})
    elif isinstance(fence, Appropriation):
        for name, fen in (("per_year", fence.per_year), ("total", fence.total), *fence.parts.items()):
            if fen is not None:
                yield Named(name, (name,), format_money(fen), "money")


def _shares(payers: dict[str, str], parts: Iterable[Part]) -> Iterator[Named]:
    """Shares of payers and payees; one payer who bears all needs no number in the text."""
    for name, text in payers.items() if len(payers) > 1 else ():
        yield Named(name, ("payers", name), text, "rate")
    for index, part in enumerate(parts):
        if part.share is not None and not part.share.isidentifier():
            yield Named("share", ("parts", index, "share"), part.share, "rate")


def _check_fence(fence: Fence, literals: list[Named], document: Document, text: str, errors: ErrorList) -> None:
    key = fence.article.partition("#")[2]
    article = next((a for a in document.articles if a.id == key), None)
    passage = article_text(article, fence.id, text, errors) if article else text
    if passage is None:
        return
    money, rates = money_values(passage), rate_values(passage)
    derived = derived_names(fence)
    for item in literals:
        if derived & {item.name, item.name.rstrip("0123456789_"), *(str(step) for step in item.path)}:
            continue
        known = rates if item.type == "rate" else money
        value = _value(item)
        if value is not None and value != 0 and value not in known:
            _report(fence, item, known, errors)


def derived_names(fence: Fence) -> set[str]:
    """Names of numbers that are said to be inferred: in the fence, a parameter or another payer's sum."""
    names = set(fence.derived)
    if isinstance(fence, Clause):
        names |= {name for name, param in fence.params.items() if param.derived}
        names |= {f"other_{other.payer}" for other in fence.others if other.derived}
    if isinstance(fence, Pool) and fence.sum.derived:
        names.add("sum")
    return names | {name.rpartition(".")[2] for name in names}


def _value(item: Named) -> int | Fraction | None:
    kind: LiteralType | None = item.type
    try:
        value = parse_literal(item.text, kind, above_one=True).value
    except InvalidValue:  # an error of its own, reported by the loader
        return None
    return value if isinstance(value, (int, Fraction)) else None


def _report(fence: Fence, item: Named, known: set[int] | set[Fraction], errors: ErrorList) -> None:
    ordered: list[int | Fraction] = sorted(known)
    shown = "、".join(format_rate(v) if isinstance(v, Fraction) else format_money(v) for v in ordered[:12])
    place = place_of(fence.place)
    steps = [str(step) for step in item.path if step != "fixed"]  # a fixed sum is written without a key
    where = Place(place.file, place.line, path=".".join(steps))
    text = f"{fence.id} 的 {item.text} 不见于所引条目"
    remedy = f"条目中有：{shown or '没有同类数字'}；推算得出的写 derived"
    errors.add("E-CHECK-LITERAL", text, where, remedy, fence=fence.id, name=item.name)
