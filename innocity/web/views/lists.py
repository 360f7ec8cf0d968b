"""Lists of pages as files: what a page lists becomes CSV or xlsx, with all rows that its reader may see.

    return lists.page(request, "web/office/tasks.html", context, Listed("tasks", {"任务": title_of}, rows))

A file has the address of its page and one thing asked more, `export=<list>.<ending>`: it opens to whom its page opens,
takes the rows that the view has found for the page, under the page's own filters, and can never show more.
`web/parts/export.html` links to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from innocity.actions.export_sheet import MEDIA, export
from innocity.actions.note_export import note_export
from innocity.core.errors import InnoCityError
from innocity.records.views import Page
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office.common import attachment, faults_of

#: What the lists are called: in files, in the audit log, and for those who hear a link.
NAMES = {
    "inbox": gettext_noop("待办"), "figures": gettext_noop("指标报送"), "calendar": gettext_noop("发布日历"),
    "tasks": gettext_noop("任务台账"),
    "supervision": gettext_noop("督办清单"), "matters": gettext_noop("办事"), "meetings": gettext_noop("会议"),
    "resolutions": gettext_noop("议定事项"), "corrections": gettext_noop("更正申请"),
    "feedback": gettext_noop("留言审核"), "audit": gettext_noop("审计日志"), "runs": gettext_noop("测算结果"),
    "gradings": gettext_noop("打分评级"), "grades": gettext_noop("评级结果"),
    "inspections": gettext_noop("随机抽查"), "drawn": gettext_noop("抽中的"),
    "demand": gettext_noop("需求清单"), "offer": gettext_noop("供给清单"),
    "pending": gettext_noop("待审核的供需"), "pairs": gettext_noop("各对进展"), "events": gettext_noop("对接活动"),
    "own_listings": gettext_noop("我们的供需"), "units": gettext_noop("各单位的目标和任务"),
    "score": gettext_noop("考核得分"), "changes": gettext_noop("变化"), "targets": gettext_noop("目标进展"),
    "facts": gettext_noop("我们的数据"), "entitlements": gettext_noop("应享政策"), "near": gettext_noop("差一步"),
    "observations": gettext_noop("公布和登记的数"), "commitments": gettext_noop("文件交给它的事"),
    "indices": gettext_noop("综合评价"), "run_clauses": gettext_noop("各条款的测算额"),
    "run_places": gettext_noop("落在谁身上"),
}  # fmt: skip
SIMULATED, MARK = "数据性质", "模拟"
_ASKED = "export"
_BATCH = 1000  # rows that are read at a time where a query gives pages

Columns = Mapping[str, Callable[[Any], Any]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as a table: `columns` are headings, each with what gives its cell of a row; `rows` are all of the page's.

    Cells are None, text, bool, number (`yuan` for sums) or date. `simulated` tells of a row whether it is made up;
    without it the list has no such rows. `day` is that of which the rows are, else today; `of` is id and name of what
    the list is of, where there are several of its kind. Rows may be an iterator: it is read for a file alone.
    """

    id: str
    columns: Columns
    rows: Iterable[Any]
    simulated: Callable[[Any], bool] | None = None
    day: date | None = None
    of: tuple[str, str] = ("", "")

    def headings(self) -> list[str]:
        """The first row."""
        return [*self.columns, *([SIMULATED] if self.simulated else [])]

    def line(self, row: Any) -> list[Any]:
        """A row's cells."""
        mark = [] if self.simulated is None else [MARK if self.simulated(row) else ""]
        return [*(_cell(cell(row)) for cell in self.columns.values()), *mark]


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *found: Listed, status: int = 200
) -> HttpResponse:
    """The page; where its address asks for one of its lists as a file, that. Raises Http404 for one that it has not."""
    wanted = asked(request)
    if not wanted:
        return render(request, template, dict(context), status=status)
    name, _, ending = wanted.rpartition(".")
    one = next((each for each in found if each.id == name), None)
    if one is None or ending not in MEDIA:
        raise Http404(f"no file {wanted[:50]}")
    return _file(request, one, ending)


def asked(request: HttpRequest) -> str:
    """The file that an address asks for, `<list>.<ending>`; nothing where it asks for the page."""
    return request.GET.get(_ASKED, "") if request.method == "GET" else ""


def _file(request: HttpRequest, one: Listed, ending: str) -> HttpResponse:
    """The file, noted in the audit log; 422 where a sheet cannot hold the rows. Chinese, as all our files are.

    What nobody signed in takes out of a public page is open data, and like those stands in no log.
    """
    match = request.resolver_match
    city, viewer = match.kwargs["city"] if match else "", viewer_of(request)
    count = 0

    def lines() -> Iterator[list[Any]]:
        nonlocal count
        for count, row in enumerate(one.rows, 1):  # noqa: B007
            yield one.line(row)

    title = f"{NAMES[one.id]}{'_' if one.of[1] else ''}{one.of[1]}"
    try:
        with override(settings.LANGUAGE_CODE):
            content = export(title, one.headings(), lines(), "csv" if ending == "csv" else "xlsx")
    except InnoCityError as error:
        back = "?".join(filter(None, (request.path, query_of(request))))
        context = {"name": one.id, "faults": faults_of(error), "back": back}
        return render(request, "web/not_exported.html", context, status=422)
    day = one.day or timezone.localdate()
    if viewer.role != "anonymous":
        what = "/".join(filter(None, ("list", one.id, one.of[0])))
        note_export(viewer, what, ending, count, as_of=day.isoformat(), searched=bool(query_of(request)),
                    city=city if city != settings.INNOCITY_CITY else "")  # fmt: skip
    name = f"{title}_{cities.pack_of(city).city.name or city}_{day.isoformat()}".replace("/", "-")
    return attachment(content, f"{name}.{ending}", MEDIA[ending])


def query_of(request: HttpRequest) -> str:
    """What narrows a page: its query without the number of a page, and without a file that is asked for."""
    rest = request.GET.copy()
    for name in ("page", "done", _ASKED):
        rest.pop(name, None)
    return str(rest.urlencode())


def address_of(request: HttpRequest, name: str, ending: str) -> str:
    """Where the page's list is a file, as far as it stands behind the page's own address."""
    rest = query_of(request)
    return f"?{rest}{'&' if rest else ''}{_ASKED}={name}.{ending}"


def every(fetch: Callable[[int, int], Page]) -> Iterator[Any]:
    """All rows of a query that gives pages, asked for by number and size."""
    number, pages = 1, 1
    while number <= pages:
        found = fetch(number, _BATCH)
        yield from found.items
        number, pages = number + 1, found.pages


def yuan(fen: int | None) -> Decimal | None:
    """A sum as a cell: a number of yuan.

    >>> yuan(150), yuan(None)
    (Decimal('1.5'), None)
    """
    return None if fen is None else Decimal(fen) / 100


def _cell(value: Any) -> Any:
    """A value as the sheets take it; a fraction that no decimal writes whole to four places."""
    if isinstance(value, Fraction):
        exact = (value * 10**12).denominator == 1
        return value.numerator if value.denominator == 1 else float(value if exact else round(value, 4))
    return value if value is None or isinstance(value, (bool, int, float, Decimal, date)) else str(value)
