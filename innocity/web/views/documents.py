"""The documents of a city, and one of them: our digest, article by article, with what each article promises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.packs.model import Document, Fence, Pack, Relation
from innocity.web import cities
from innocity.web.access import public, viewer_of
from innocity.web.originals import READINGS, original_of
from innocity.web.unchanged import unchanged

KINDS = {
    "supersedes": "取代", "revises": "修订", "basis": "依据", "implements": "落实", "stacks": "叠加",
    "same_targets": "目标相同", "mentions": "提到", "describes": "介绍", "older_targets": "前后两期目标",
    "internal_duplicate": "文内重复", "coordinates_with": "配合", "corroborates": "印证", "recommends": "建议制定",
}  # fmt: skip
#: What else stands in an article, with its name; shown without a page of its own.
OTHERS = (
    ("rules", "约束"), ("groups", "择一"), ("pools", "资金池"), ("appropriations", "资金安排"), ("statements", "陈述"),
)  # fmt: skip


@public
@unchanged
def documents(request: HttpRequest, city: str) -> HttpResponse:
    """All documents, the newest first."""
    pack = cities.pack_of(city)
    rows = [(document, _counts(pack, document)) for document in pack.documents.values()]
    rows.sort(key=lambda row: str(_day(row[0])), reverse=True)
    return render(request, "web/documents.html", {"rows": rows})


def _day(document: Document) -> Any:
    return document.issued_on or document.valid_from or ""


@public
@unchanged
def document(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """One document."""
    pack = cities.pack_of(city)
    if document not in pack.documents:
        raise Http404(f"no document {document}")
    one = pack.documents[document]
    fences = fences_of(pack)
    viewer = viewer_of(request)
    original = original_of(viewer, pack, one)
    asked = request.GET.get("read", "")
    context = {
        "document": one,
        "articles": [
            (article, fences.get(f"{one.id}#{article.id}", {}), original.passages.get(article.id) if original else None)
            for article in one.articles
        ],
        "original": original,
        "reading": asked if original and asked in READINGS else "digest",
        "may_attach": viewer.role == "officer" and viewer.county is None and city == settings.INNOCITY_CITY,
        "counts": _counts(pack, one),
        "relations": list(relations_of(pack, one)),
        "teller": pack.documents.get(one.reported_by or ""),
        "indicators": pack.indicators,
        "others": OTHERS,
        "told": [other for other in pack.documents.values() if other.reported_by == one.id],
    }
    return render(request, "web/document.html", context)


def fences_of(pack: Pack) -> dict[str, dict[str, list[Fence]]]:
    """What stands in each article, by kind."""
    found: dict[str, dict[str, list[Fence]]] = defaultdict(lambda: defaultdict(list))
    parts: dict[str, Iterable[Fence]] = {
        "clauses": pack.clauses.values(), "targets": pack.targets.values(), "tasks": pack.tasks.values(),
        "rules": pack.rules.values(), "pools": pack.pools.values(), "groups": pack.groups.values(),
        "appropriations": pack.appropriations.values(), "statements": pack.statements.values(),
        "calls": pack.calls.values(),
    }  # fmt: skip
    for kind, items in parts.items():
        for item in items:
            found[item.article][kind].append(item)
    return {article: dict(kinds) for article, kinds in found.items()}


def _counts(pack: Pack, document: Document) -> dict[str, int]:
    def own(items: Iterable[Fence]) -> int:
        return sum(item.article.partition("#")[0] == document.id for item in items)

    return {
        "clauses": own(pack.clauses.values()), "targets": own(pack.targets.values()), "tasks": own(pack.tasks.values()),
    }  # fmt: skip


def relations_of(pack: Pack, document: Document) -> Iterable[dict[str, Any]]:
    """The relations that concern a document or clauses in it, each with both ends as they are shown."""
    for relation in pack.relations.values():
        newer, older = relation.newer or relation.source, relation.older or relation.target
        if document.id in (_home(pack, newer), _home(pack, older)):
            yield {
                "relation": relation, "word": KINDS.get(relation.kind, relation.kind),
                "newer": _end(pack, newer), "older": _end(pack, older), "says": _says(relation),
            }  # fmt: skip


def _says(relation: Relation) -> str:
    return relation.says or relation.note or ""


def _home(pack: Pack, name: str | None) -> str:
    """The document that an end of a relation is or stands in."""
    return pack.clauses[name].article.partition("#")[0] if name in pack.clauses else name or ""


def _end(pack: Pack, name: str | None) -> dict[str, str]:
    if name in pack.clauses:
        return {"kind": "clause", "id": str(name), "name": pack.clauses[name].name}
    if name in pack.documents:
        found = pack.documents[name]
        return {"kind": "document", "id": found.id, "name": found.number or found.title}
    return {"kind": "", "id": "", "name": name or ""}
