"""What everybody may read: cities, documents, clauses, targets, indicators, tasks, units, systems, open data."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from ninja import Router

from innocity.core.errors import InnoCityError
from innocity.core.measures import format_value
from innocity.engines.rules.profile import clause_profile
from innocity.web import calculator as calculating
from innocity.web import cities, finder
from innocity.web.api import schemas as s
from innocity.web.api import shown
from innocity.web.api.errors import PROBLEMS
from innocity.web.api.paging import Id, Number, OptionalId, Size, Words, found, paged
from innocity.web.fields import MOST_ROWS, Reads, reads_of
from innocity.web.open_data import TABLES
from innocity.web.outlook import outlook_of, path_of
from innocity.web.views.about import systems_of

router = Router()


@router.get("/cities", response={200: list[s.CityLine], **PROBLEMS}, tags=["城市"], summary="网站展示的城市")
def list_cities(request: HttpRequest) -> Any:
    """The cities of this site; `own` marks the one whose records it keeps."""
    own = settings.INNOCITY_CITY
    return [{"id": name, "name": cities.pack_of(name).city.name, "own": name == own} for name in cities.city_ids()]


@router.get("/cities/{city}", response={200: s.CityView, **PROBLEMS}, tags=["城市"], summary="一座城市")
def get_city(request: HttpRequest, city: Id) -> Any:
    """A city: its places, and how much of everything it holds."""
    cities.pack_of(city)
    return shown.city_view(city, settings.INNOCITY_CITY)


@router.get(
    "/cities/{city}/documents", response={200: list[s.DocumentLine], **PROBLEMS}, tags=["文件"], summary="政策文件"
)
def list_documents(request: HttpRequest, city: Id) -> Any:
    """The policy documents of a city."""
    return [shown.document_line(one) for one in cities.pack_of(city).documents.values()]


@router.get(
    "/cities/{city}/documents/{document}", response={200: s.DocumentView, **PROBLEMS}, tags=["文件"],
    summary="一份文件：各条摘要",
)  # fmt: skip
def get_document(request: HttpRequest, city: Id, document: Id) -> Any:
    """A document with our digests of its articles."""
    pack = cities.pack_of(city)
    return shown.document_view(pack, found(pack.documents, document))


# --- clauses and the calculator -----------------------------------------------------------------------------


@router.get(
    "/cities/{city}/clauses", response={200: s.PageOf[s.ClauseLine], **PROBLEMS}, tags=["条款"], summary="找条款"
)
def list_clauses(
    request: HttpRequest, city: Id, topic: OptionalId = "", audience: OptionalId = "", industry: OptionalId = "",
    size_class: OptionalId = "", words: Words = "", page: Number = 1, size: Size = 50,
) -> Any:  # fmt: skip
    """The clauses that fit all that is asked for, as the finder's page gives them."""
    cities.pack_of(city)
    query = finder.Query(topic=topic, audience=audience, industry=industry, size=size_class, words=words)
    return paged(finder.find(city, query), shown.clause_line, page, size)


@router.get(
    "/cities/{city}/clauses/{clause}", response={200: s.ClauseView, **PROBLEMS}, tags=["条款"], summary="一个条款"
)
def get_clause(request: HttpRequest, city: Id, clause: Id) -> Any:
    """A clause in full, with the facts that the calculator wants."""
    pack = cities.pack_of(city)
    one = next((row for row in finder.catalogue(city) if row.clause.id == clause), None)
    if one is None:
        raise Http404(f"no clause {clause}")
    profile = clause_profile(pack, clause, cities.topics_of(city))
    reads = _reads(city, clause)
    keys = ("responsible", "materials", "payers", "reading", "digest")
    stacks = profile["stacks"]
    return {
        **shown.clause_line(one), **{key: profile[key] for key in keys},
        "stacks": stacks if isinstance(stacks, (str, bool, int, list, type(None))) else str(stacks),
        "inputs": _inputs(city, reads) if reads else [],
    }  # fmt: skip


def _reads(city: str, clause: str) -> Reads | None:
    """What the calculator reads for a clause; None for one that computes nothing."""
    pack = cities.pack_of(city)
    one = found(pack.clauses, clause)
    return reads_of(pack, clause, pack.city.default_year) if one.register_ or one.after else None


def _inputs(city: str, reads: Reads) -> list[dict[str, Any]]:
    registers = cities.pack_of(city).registers
    return [
        {"register_id": name, "name": registers[name].name, "columns": [
            {"column": c.id, "name": c.name, "type": c.type, "required": bool(c.required)} for c in columns
        ]}
        for name, columns in reads.columns.items()
    ]  # fmt: skip


@router.post(
    "/cities/{city}/clauses/{clause}/calculate", response={200: s.Calculated, **PROBLEMS}, tags=["条款"],
    summary="按事实算一算（不留存）",
)  # fmt: skip
def calculate(request: HttpRequest, city: Id, clause: Id, body: s.Facts) -> Any:
    """What facts give under a clause: an estimate. Nothing is kept."""
    reads = _reads(city, clause)
    if reads is None:
        raise Http404(f"nothing to compute for {clause}")
    for name, rows in body.facts.items():
        if name not in reads.columns or len(rows) > MOST_ROWS:
            text = f"这个条款不读登记簿 {name[:40]}，或行数超过 {MOST_ROWS}"
            raise InnoCityError("E-API-FACTS", text, None, "要填什么见条款的 inputs")
        known = {column.id for column in reads.columns[name]} | {"party_id"}
        for row in rows:
            if extra := sorted(set(row) - known):
                raise InnoCityError("E-API-FACTS", f"{name} 没有列 {extra[0][:40]}", None, "要填什么见条款的 inputs")
    asked = calculating.filled({name: [dict(row) for row in rows] for name, rows in body.facts.items()})
    verdicts = calculating.evaluate(cities.pack_of(city), clause, reads, asked) if asked else []
    return {"clause": clause, "kind": "测算", "awards": [shown.verdict_view(one) for one in verdicts]}


# --- targets, indicators, tasks, units ---------------------------------------------------------------------


@router.get(
    "/cities/{city}/targets", response={200: s.PageOf[s.TargetView], **PROBLEMS}, tags=["进展"], summary="目标和灯"
)
def list_targets(
    request: HttpRequest, city: Id, status: OptionalId = "", document: OptionalId = "", page: Number = 1,
    size: Size = 50,
) -> Any:  # fmt: skip
    """The targets of a city with their lights as of its day; repeated ones name what they repeat in `same_as`."""
    rows = [
        one for one in cities.state_of(_known(city)).board.standings
        if status in ("", one.status) and document in ("", one.target.article.partition("#")[0])
    ]  # fmt: skip
    return paged(rows, shown.target_view, page, size)


@router.get(
    "/cities/{city}/targets/{target}", response={200: s.TargetView, **PROBLEMS}, tags=["进展"], summary="一个目标"
)
def get_target(request: HttpRequest, city: Id, target: Id) -> Any:
    """A target and its light."""
    one = cities.state_of(_known(city)).board.of(target)
    if one is None:
        raise Http404(f"no target {target}")
    return shown.target_view(one)


@router.get(
    "/cities/{city}/indicators", response={200: s.PageOf[s.IndicatorLine], **PROBLEMS}, tags=["进展"], summary="指标"
)
def list_indicators(request: HttpRequest, city: Id, page: Number = 1, size: Size = 50) -> Any:
    """The indicators of a city."""
    return paged(list(cities.pack_of(city).indicators.values()), shown.indicator_line, page, size)


@router.get(
    "/cities/{city}/indicators/{indicator}", response={200: s.IndicatorView, **PROBLEMS}, tags=["进展"],
    summary="一个指标：数、目标、路径、预测",
)  # fmt: skip
def get_indicator(request: HttpRequest, city: Id, indicator: Id) -> Any:
    """An indicator with its figures, its targets, and path and forecast of the target that is due next."""
    pack = cities.pack_of(city)
    one, state = found(pack.indicators, indicator), cities.state_of(city)
    figures = [figure for figure in state.board.figures if figure.indicator == indicator]
    standings = state.board.of_indicator(indicator)
    coming = [row for row in standings if row.due and row.due > state.as_of and row.target.scope == one.scope]
    aimed = min(coming, key=lambda row: str(row.due), default=None)
    ahead = outlook_of(state, aimed) if aimed else None
    computed = state.board.computed.get((indicator, one.scope))
    return {
        **shown.indicator_line(one), "figures": [shown.figure_view(figure) for figure in figures],
        "targets": [shown.target_view(row) for row in standings],
        "path": [{"on": p.on, "value": format_value(p.value)} for p in (path_of(state, aimed) if aimed else ())],
        "forecast": _forecast(ahead, one.unit or "") if ahead else None,
        "computed": shown.figure_view(computed.figure) if computed else None,
    }  # fmt: skip


def _forecast(one: Any, unit: str) -> dict[str, Any]:
    keys = ("method", "reason", "mean", "low", "high", "level", "chance")
    return {**{key: getattr(one, key) for key in keys}, "says": one.says(unit)}


@router.get(
    "/cities/{city}/figures", response={200: s.PageOf[s.FigureView], **PROBLEMS}, tags=["进展"], summary="观测的数"
)
def list_figures(request: HttpRequest, city: Id, indicator: OptionalId = "", page: Number = 1, size: Size = 50) -> Any:
    """The figures that stand, of all indicators or of one."""
    rows = [one for one in cities.state_of(_known(city)).board.figures if indicator in ("", one.indicator)]
    return paged(rows, shown.figure_view, page, size)


@router.get("/cities/{city}/tasks", response={200: s.PageOf[s.TaskView], **PROBLEMS}, tags=["进展"], summary="任务")
def list_tasks(
    request: HttpRequest, city: Id, status: OptionalId = "", unit: OptionalId = "", page: Number = 1, size: Size = 50
) -> Any:
    """The tasks that documents set, and how they stand."""
    rows = [
        one for one in cities.state_of(_known(city)).tasks.states.values()
        if one.task.article and status in ("", one.status)
        and unit in ("", *one.task.lead, *one.task.responsible, *one.task.cooperating)
    ]  # fmt: skip
    return paged(rows, shown.task_view, page, size)


@router.get("/cities/{city}/tasks/{task}", response={200: s.TaskView, **PROBLEMS}, tags=["进展"], summary="一项任务")
def get_task(request: HttpRequest, city: Id, task: Id) -> Any:
    """A task and how it stands."""
    one = found(cities.state_of(_known(city)).tasks.states, task)
    if not one.task.article:
        raise Http404("what meetings resolve is not public")
    return shown.task_view(one)


@router.get("/cities/{city}/units", response={200: s.PageOf[s.UnitLine], **PROBLEMS}, tags=["单位"], summary="单位")
def list_units(request: HttpRequest, city: Id, page: Number = 1, size: Size = 50) -> Any:
    """The units that documents name."""
    return paged(list(cities.pack_of(city).units.values()), shown.unit_line, page, size)


@router.get("/cities/{city}/units/{unit}", response={200: s.UnitView, **PROBLEMS}, tags=["单位"], summary="一个单位")
def get_unit(request: HttpRequest, city: Id, unit: Id) -> Any:
    """What the documents ask of a unit. Scores are for the unit itself and the leading group: they are not here."""
    pack = cities.pack_of(city)
    one = found(pack.units, unit)
    view = cities.state_of(city).unit(unit, viewer="")
    public = [line for line in view.page.tasks if line.state.task.article]
    return {
        **shown.unit_line(one), "targets": [row.target.id for row in view.standings],
        "tasks": [line.state.id for line in public],
        "clauses": [clause.id for clause in pack.clauses.values() if unit in clause.responsible],
        "overdue": sum(line.state.status == "overdue" for line in public),
    }  # fmt: skip


# --- systems and open data ---------------------------------------------------------------------------------


@router.get(
    "/cities/{city}/systems", response={200: list[s.SystemLine], **PROBLEMS}, tags=["城市"], summary="文件要求的系统"
)
def list_systems(request: HttpRequest, city: Id, status: Words = "") -> Any:
    """The systems that the documents ask for, and how far each goes here."""
    cities.pack_of(city)
    return [_system(row) for row in systems_of(city) if status in ("", row.get("status"))]


def _system(row: dict[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in ("id", "name", "tier", "must", "status")}


@router.get(
    "/cities/{city}/tables", response={200: list[s.TableLine], **PROBLEMS}, tags=["开放数据"], summary="开放数据的表"
)
def list_tables(request: HttpRequest, city: Id) -> Any:
    """The tables of open data with the dictionary of their columns."""
    cities.pack_of(city)
    return [
        {"id": one.id, "name": one.name, "says": one.says,
         "columns": [{"id": c, "name": name, "says": says} for c, name, says in one.columns]}
        for one in TABLES.values()
    ]  # fmt: skip


@router.get(
    "/cities/{city}/tables/{table}", response={200: s.PageOf[dict[str, Any]], **PROBLEMS}, tags=["开放数据"],
    summary="一张表的行",
)  # fmt: skip
def get_table(request: HttpRequest, city: Id, table: Id, page: Number = 1, size: Size = 50) -> Any:
    """The rows of a table of open data."""
    one = found(TABLES, table)
    return paged(one.rows(_known(city)), lambda row: row, page, size)


def _known(city: str) -> str:
    """A city's name, once it is one of the site's. Raises Http404."""
    cities.pack_of(city)
    return city
