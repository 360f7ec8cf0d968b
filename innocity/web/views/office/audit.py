"""审计: the log with filters, and its verification."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from innocity.actions.verify_audit import verify_audit
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.queries.audit import audit_actions, audit_entries
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.views import lists
from innocity.web.views.office import listed
from innocity.web.views.office.audit_steps import Line, steps_in_words
from innocity.web.views.office.audit_words import ACTIONS, ROLES, details_in_words, object_in_words
from innocity.web.views.office.common import Fault, faults_of, page_number, rest_of

if TYPE_CHECKING:
    from innocity.records.models import AuditEntry

SIZE = 50
_FINDINGS = 50
_ANCHORS = 30
_BATCH = 500  # entries of a file that are put into words at a time
KINDS = {
    "changed": gettext_noop("内容被改"), "missing": gettext_noop("缺失"), "moved": gettext_noop("顺序不对"),
    "unlinked": gettext_noop("前后接不上"), "truncated": gettext_noop("末尾被截"), "appended": gettext_noop("多出来的"),
    "anchor": gettext_noop("与锚定不符"),
}  # fmt: skip
audit_page = opens_to("auditor", "operator")


@audit_page
def audit(request: HttpRequest, city: str) -> HttpResponse:
    """The log, the latest first."""
    return _shown(request, city, {})


def _shown(request: HttpRequest, city: str, more: dict[str, Any]) -> HttpResponse:
    pack = cities.pack_of(city)
    viewer = viewer_of(request)
    asked, faults = _asked(request)
    page = audit_entries(viewer, **asked, number=page_number(request), size=SIZE)
    context = {
        "page": page, "asked": asked, "faults": faults, "roles": ROLES,
        "rows": _in_words(pack, viewer, page.items),
        "actions": [(key, ACTIONS.get(key, key)) for key in audit_actions(viewer)], "names": ACTIONS,
        "rest": rest_of(request), "next": page.number + 1 if page.number < page.pages else 0,
        "previous": page.number - 1, "anchors": _anchors(), "kinds": KINDS, "narrowed": any(asked.values()), **more,
    }  # fmt: skip
    return lists.page(request, "web/office/audit.html", context, listed.audit(_all(pack, viewer, asked)))


_Row = tuple["AuditEntry", str, list[tuple[str, str]], list[Line]]


def _in_words(pack: Pack, viewer: Viewer, entries: Sequence[AuditEntry]) -> list[_Row]:
    """Each entry with to what it was done, its particulars, and what it wrote of matters and figures."""
    steps = steps_in_words(pack, viewer, entries)
    return [(one, object_in_words(pack, one.object), details_in_words(pack, one.details), steps.get(one.seq, []))
            for one in entries]  # fmt: skip


def _all(pack: Pack, viewer: Viewer, asked: Mapping[str, str]) -> Iterator[_Row]:
    """The log without pages, the latest first. What is written meanwhile moves the pages on: nothing is told twice."""
    passed: int | None = None
    every = lists.every(lambda number, size: audit_entries(viewer, **asked, number=number, size=size))
    while batch := list(islice(every, _BATCH)):
        fresh = [one for one in batch if passed is None or one.seq < passed]
        passed = min([one.seq for one in fresh], default=passed)
        yield from _in_words(pack, viewer, fresh)


def _asked(request: HttpRequest) -> tuple[dict[str, str], list[Fault]]:
    """What the log is narrowed to; days that cannot be read are left out and told."""
    get = request.GET.get
    asked = {"actor": get("actor", ""), "action": get("action", ""), "object_": get("object", "")}
    asked = {name: text.strip()[:100] for name, text in asked.items()}
    faults: list[Fault] = []
    for name in ("since", "until"):
        text = get(name, "").strip()
        asked[name] = ""
        if text:
            try:
                asked[name] = parse_date(text).isoformat()
            except InnoCityError as error:
                faults += [Fault(one.message, one.remedy, name) for one in faults_of(error)]
    return asked, faults


def _anchors() -> list[Any]:
    """The last anchors, the newest first; none where the file cannot be read: verifying says why."""
    try:
        return store.read_anchors()[-_ANCHORS:][::-1]
    except InnoCityError:
        return []


@require_POST
@audit_page
def verify(request: HttpRequest, city: str) -> HttpResponse:
    """Verify the chain, with `facts` the recorded facts too; `keep` anchors a chain that is whole."""
    viewer = viewer_of(request)
    whole = request.POST.get("facts") == "1"
    try:
        found = verify_audit(viewer, facts=whole, keep=request.POST.get("keep") == "1")
    except InnoCityError as error:
        return _shown(request, city, {"failed": faults_of(error)})
    return _shown(request, city, {"verified": found, "facts": whole, "findings": found.findings[:_FINDINGS]})
