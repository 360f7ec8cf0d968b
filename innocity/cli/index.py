"""`innocity index`: composite indices of a city."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, Json, KnownOn, day_of
from innocity.cli.screen import Screen
from innocity.cli.tasks import AsOf, Var
from innocity.core.dates import period_name
from innocity.core.errors import ErrorList, InnoCityError

if TYPE_CHECKING:
    from innocity.actions.composite_index import Recorded
    from innocity.engines.index.model import IndexResult
    from innocity.packs.model import Pack

_METHODS = {
    "min_max": "最小最大值法", "z_score": "标准分", "rank": "名次", "distance": "与参照值之比",
    "given": "给定权重", "equal": "等权", "entropy": "熵权", "ahp": "层次分析",
    "arithmetic": "算术平均", "geometric": "几何平均",
}  # fmt: skip


def index(
    city: City,
    only: Annotated[str | None, typer.Option("--only", metavar="ID", help="只看一个指数")] = None,
    as_of: AsOf = None,
    real: Annotated[bool, typer.Option("--real", help="不用模拟的数")] = False,
    known_on: KnownOn = None,
    var: Var = VAR,
    as_json: Json = False,
) -> None:
    """综合指数：县域创新评价等的得分、名次、权重和稳健性；官方指数只列公布的结果。

    Composite indices: scores, ranks, weights, rank intervals; official ones are shown as published.
    """
    from innocity.actions.composite_index import city_index, indices
    from innocity.actions.figures import city_figures
    from innocity.actions.withheld import uncounted
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    day = day_of(as_of) or pack.city.as_of
    if day is None:
        raise InnoCityError("E-USAGE", "城市没有写 as_of", remedy="加 --as-of 2023-12-31")
    by, faults = day_of(known_on), ErrorList()
    hidden = uncounted(pack, var).figures  # what waits for approval does not count
    figures = city_figures(pack, var, faults).without(hidden)
    screen.left_out(faults)
    given: dict[str, Any] = {"simulated": not real, "known_on": by, "figures": figures, "without": hidden}
    if only is not None:
        found: dict[str, Any] = {only: city_index(pack, only, day, var, **given)}
    else:
        found = dict(indices(pack, day, var, **given))
    data = {"city": pack.city.id, "as_of": day, "indices": [_data(name, one) for name, one in found.items()]}
    screen.show(data, lambda: _render(screen, pack, found))


def _data(name: str, found: Any) -> dict[str, Any]:
    if isinstance(found, InnoCityError):
        errors = getattr(found, "errors", (found,))
        return {"id": name, "errors": [one.as_dict() for one in errors]}
    index = found.index
    head = {"id": name, "name": index.name, "demonstration": index.demonstration, "note": index.note}
    if not hasattr(found, "ranking"):
        rows = [
            {"period": o.period, "value": o.value, "unit": o.unit, "document": o.document, "article": o.article,
             "observed_on": o.observed_on} for o in found.figures
        ]  # fmt: skip
        return {**head, "recorded": index.recorded, "figures": rows}
    robust, consistency = found.robustness, found.consistency
    return {
        **head, "period": index.period, "normalise": index.normalise, "weights_by": index.weights,
        "aggregate": index.aggregate, "missing": index.missing, "weights": dict(found.weights),
        "notes": list(found.notes), "simulated": found.simulated,
        "consistency": None if consistency is None else {
            "lambda_max": consistency.lambda_max, "index": consistency.index, "ratio": consistency.ratio},
        "ranking": [
            {"unit": o.unit, "score": o.score, "rank": o.rank, "simulated": o.simulated,
             "parts": [{"component": p.component, "value": p.value, "normalised": p.normalised, "weight": p.weight,
                        "contribution": p.contribution, "filled": p.filled, "simulated": p.simulated}
                       for p in o.parts]} for o in found.ranking
        ],
        "robustness": None if robust is None else {
            "draws": robust.draws, "seed": robust.seed, "spread": robust.spread, "vary": list(robust.vary),
            "average_shift": robust.average_shift,
            "intervals": [{"unit": o.unit, "rank": o.rank, "median": o.median, "low": o.low, "high": o.high,
                           "same_share": o.same_share} for o in robust.intervals]},
    }  # fmt: skip


def _render(screen: Screen, pack: Pack, found: dict[str, Any]) -> None:
    if not found:
        screen.line("这个城市没有写指数（indices.yaml）。")
    for name, one in found.items():
        if isinstance(one, InnoCityError):
            screen.title(pack.indices[name].name)
            screen.line(f"算不出：{one}", "red")
        elif hasattr(one, "ranking"):
            _computed(screen, pack, one)
        else:
            _recorded(screen, pack, one)


def place_of(rank: Any, tied: bool = False) -> str:
    """A rank as people say it.

    >>> place_of(4), place_of(2, tied=True)
    ('第4位', '并列第2位')
    """
    return f"{'并列' if tied else ''}第{_shown(rank)}位"


def places_of(low: int, high: int) -> str:
    """An interval of ranks; one rank where both ends are the same.

    >>> places_of(1, 3), places_of(2, 2)
    ('第1至3位', '第2位')
    """
    return place_of(low) if low == high else f"第{low}至{high}位"


def _recorded(screen: Screen, pack: Pack, one: Recorded) -> None:
    screen.title(one.index.name)
    for row in one.figures:
        document = pack.documents.get(row.document)
        unit = row.unit or pack.indicators[row.indicator].unit or ""
        source = document.title if document else row.document
        kind = pack.indicators[row.indicator].kind
        value = place_of(row.value) if kind == "rank" else f"{_shown(row.value)}{unit}"
        screen.line(f"{period_name(row.period) if row.period else '时期未写明'}：{value}  《{source}》")
    if not one.figures:
        screen.line("文件没有公布过结果。")
    if one.index.note:
        screen.line(one.index.note)


def _shown(value: Any) -> str:
    from innocity.core.measures import format_value

    return format_value(value)


def _computed(screen: Screen, pack: Pack, one: IndexResult) -> None:
    index = one.index
    names = {place.id: place.name for place in (*pack.city.divisions, *pack.city.zones)}
    screen.title(f"{index.name}  {period_name(index.period) if index.period else ''}")
    if index.demonstration:
        screen.line("权重和方法是演示，不是任何机关的评价。", "yellow")
    if one.simulated:
        screen.line("用到的数是模拟的，名次不代表任何地方的实际水平。", "yellow")
    methods = [_METHODS[name] for name in (index.normalise, index.weights, index.aggregate)]
    screen.line("方法：" + "、".join(methods))
    intervals = {row.unit: row for row in one.robustness.intervals} if one.robustness else {}
    rows = []
    shared = Counter(row.rank for row in one.ranking)
    for row in one.ranking:
        place = intervals.get(row.unit)
        span = places_of(place.low, place.high) if place else ""
        kept = f"{place.same_share:.0%}" if place else ""
        rows.append(
            (names.get(row.unit, row.unit), place_of(row.rank, shared[row.rank] > 1), f"{row.score:.2f}", span, kept)
        )
    screen.table(("地方", ">名次", ">得分", ">名次区间", ">保持名次"), rows)
    if len(shared) < len(one.ranking):
        screen.line("并列：得分相同的名次相同，其后的名次空出。")
    if one.robustness:
        r = one.robustness
        screen.line(f"名次区间：抽样 {r.draws} 次（种子 {r.seed}），权重上下浮动 {r.spread:.0%}，方法轮换，"
                    f"取第5至第95百分位；名次平均变动 {r.average_shift:.2f} 位。")  # fmt: skip
    _values(screen, one, names)
    if one.consistency is not None:
        screen.line(f"判断矩阵一致性比率 {one.consistency.ratio:.3f}（不大于 0.1 才可用）")
    for note in (*one.notes, index.note or ""):
        if note:
            screen.line(note)


def _values(screen: Screen, one: IndexResult, names: dict[str, str]) -> None:
    """Raw values, a row a component."""
    heads = ("分项", ">权重", *(f">{names.get(row.unit, row.unit)}" for row in one.ranking))
    rows = [
        (part.name, f"{one.weights[part.id]:.1%}",
         *(_cell(row.parts[place].value, row.parts[place].filled) for row in one.ranking))
        for place, part in enumerate(one.index.components)
    ]  # fmt: skip
    screen.table(heads, rows, "分项数值")


def _cell(value: float | None, filled: bool) -> str:
    if value is None:
        return "缺"
    return f"{value:g}" + ("（补）" if filled else "")
