"""Put invented chains, roadmaps and key technologies into a simulated city, so that their pages have something to show.

Every row says 模拟; firms are those of the simulated city. No clause reads any of these registers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from innocity.actions.record_facts import record_facts
from innocity.actions.recording import instance_of, table_from
from innocity.actions.simulate_exchange import Cast
from innocity.core.errors import ErrorList
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.viewer import Viewer

Row = dict[str, Any]
REGISTERS = (
    "chain_node", "chain_duty", "chain_task", "technology_roadmap", "roadmap_project", "reserve_technology",
    "key_technology",
)  # fmt: skip
#: Steps of a chain from upstream to downstream: name, kind, the steps it comes from (by number), whether in the city.
_STEPS: dict[str, tuple[tuple[str, str, tuple[int, ...], bool], ...]] = {
    "carbon": (("聚丙烯腈原丝", "product", (), True), ("预氧化与碳化", "technology", (0,), True),
               ("大丝束碳纤维", "product", (1,), True), ("上浆剂与树脂", "product", (), False),
               ("织物与预浸料", "product", (2, 3), True), ("热压成型", "technology", (4,), True),
               ("风电叶片与拉挤板", "product", (5,), True), ("钓竿与运动器材", "product", (5,), True),
               ("复合材料回收", "technology", (6, 7), False)),
    "medical": (("医用高分子粒料", "product", (), False), ("精密注塑", "technology", (0,), True),
                ("输注与介入器械", "product", (1,), True), ("灭菌与检测", "technology", (2,), True),
                ("手术机器人", "product", (1,), True)),
    "marine": (("种苗繁育", "technology", (), True), ("海带与海参养殖", "product", (0,), True),
               ("活性物质提取", "technology", (1,), True), ("功能食品", "product", (2,), True),
               ("海洋药物", "product", (2,), True)),
    "printing": (("热打印头", "product", (), True), ("主控芯片", "product", (), False),
                 ("打印机芯", "product", (0, 1), True), ("智能服务终端", "product", (2,), True)),
}  # fmt: skip
_FIRMS = 18  # of a chain that stand at its steps
_TASKS = ("research", "platforms", "firms", "people", "conversion")
#: Steps of an invented roadmap: name, from and last year counted from the year, on which it depends, how far it is.
_ROAD = (("关键原料", -3, -2, "", "done"), ("中试线", -2, -1, "1", "building"), ("万吨级产线", -1, 1, "2", "started"),
         ("应用验证", 0, 2, "1", "building"), ("标准与认证", 1, 3, "3；4", "planned"))  # fmt: skip
_WAYS = {"single_firm": "open_challenge", "chain": "chain_team", "system": "consortium", "disruptive": "scouting"}


def simulate_chains(pack: Pack, viewer: Viewer, cast: Cast) -> int:
    """Write the rows of the registers in which nothing stands, all or none; gives how many. Errors: E-RECORDS-*."""
    day = instance_of(pack).as_of or date(pack.city.default_year, 12, 31)
    filled = {one.register for one in queries.registers(viewer) if one.rows}
    projects = _projects(pack, viewer)
    made = {
        "chain_node": _nodes(pack, viewer), "chain_duty": _duties(_chains(pack)), "chain_task": _tasks(day),
        "technology_roadmap": _roadmap(day), "roadmap_project": _carried(projects),
        "reserve_technology": _reserve(day), "key_technology": _key(cast, projects),
    }  # fmt: skip
    tables = {}
    for name in REGISTERS:
        if name in pack.registers and name not in filled:
            rows = [_whole(pack, name, n, row, day, cast) for n, row in enumerate(made[name], 1)]
            tables[name] = table_from(rows, pack.registers[name])
    record_facts(pack, viewer, tables, simulated=True)
    return sum(table.num_rows for table in tables.values())


def _whole(pack: Pack, register: str, n: int, row: Row, day: date, cast: Cast) -> Row:
    """A row with every column, those that say nothing empty; days are before the city's own."""
    begun = day - timedelta(days=200)
    days = {one.id: begun for one in pack.registers[register].columns if one.type == "date" and one.required}
    empty = {one.id: None for one in pack.registers[register].columns}
    return {**empty, **days, "party_id": cast.firms[n % len(cast.firms)], **row, "fact_id": f"{register}-s{n:04d}",
            "valid_from": begun, "valid_to": None, "recorded_at": day, "source": "模拟"}  # fmt: skip


def _nodes(pack: Pack, viewer: Viewer) -> list[Row]:
    """The steps of each chain, and its largest firms at them: every third step of a chain stays without any."""
    rows, firms = list[Row](), _firms_by_chain(pack, viewer)
    for chain, steps in _STEPS.items():
        for at, (name, kind, sources, local) in enumerate(steps):
            rows.append({"chain": chain, "node": f"S{at}", "kind": kind, "name": f"{name}（模拟）", "local": local,
                         "upstream": "；".join(f"S{one}" for one in sources) or None})  # fmt: skip
        open_ = [at for at, step in enumerate(steps) if step[3] and at % 4 != 3]
        for n, (party, name) in enumerate(firms[chain]):
            place = open_[min(n * n // 20, len(open_) - 1) if n < 9 else n % len(open_)]
            rows.append({"chain": chain, "node": f"F{n}", "kind": "firm", "name": name, "party_id": party,
                         "part_of": f"S{place}", "local": True})  # fmt: skip
    return rows


def _firms_by_chain(pack: Pack, viewer: Viewer) -> dict[str, list[tuple[str, str]]]:
    """(id, name) of the largest firms of each chain; of one that the simulation does not know those of equipment."""
    table = queries.register_table(viewer, pack.registers["organization"], ErrorList())
    rows = [] if table is None else table.select(["party_id", "name", "chain", "revenue"]).to_pylist()
    firms = list({row["party_id"]: row for row in rows if row["chain"]}.values())  # firms are told again
    firms.sort(key=lambda row: (-(row["revenue"] or 0), row["party_id"]))
    known = {one.id for one in pack.codes["chain"].codes}
    found: dict[str, list[tuple[str, str]]] = {}
    for chain in _STEPS:
        wanted = chain if chain in known else "equipment"
        found[chain] = [(row["party_id"], row["name"]) for row in firms if row["chain"] == wanted][:_FIRMS]
    return found


def _chains(pack: Pack) -> dict[str, str]:
    """What the chains are called."""
    return {one.id: one.name for one in pack.codes["key_chain"].codes} if "key_chain" in pack.codes else {}


def _duties(names: Mapping[str, str]) -> Iterator[Row]:
    for chain in _STEPS:
        for role, name in (("chief", "市领导同志（模拟）"), ("team", f"{names.get(chain, '本')}链专班（模拟）"),
                           ("scientist", "首席科学家（模拟）"), ("service", "科技服务机构（模拟）")):  # fmt: skip
            if (chain, role) != ("printing", "scientist"):
                yield {"chain": chain, "role": role, "name": name}


def _tasks(day: date) -> Iterator[Row]:
    for number, (chain, kind) in enumerate((chain, kind) for chain in _STEPS for kind in _TASKS):
        stage = ("building", "done", "started", "planned")[number % 4]
        yield {"chain": chain, "task": f"模拟-{number + 1:02d}", "kind": kind, "name": f"任务{number + 1}（模拟）",
               "answers": "链长专班（模拟）", "stage": stage,
               "due_on": day + timedelta(days=90 * (number % 3) - 60)}  # fmt: skip


def _roadmap(day: date) -> Iterator[Row]:
    for name, cluster, chain in (("高性能碳纤维路线图（模拟）", "new_materials", "carbon"),
                                 ("高端医疗器械路线图（模拟）", "medical", "medical")):  # fmt: skip
        for at, (step, first, last, needs, stage) in enumerate(_ROAD, 1):
            yield {"roadmap": name, "step": str(at), "name": step, "cluster": cluster, "chain": chain,
                   "goal": f"{step}达到预定指标（模拟）", "from_year": day.year + first, "year": day.year + last,
                   "depends_on": needs or None, "answers": "市科技局", "stage": stage}  # fmt: skip


def _projects(pack: Pack, viewer: Viewer) -> list[tuple[str, str]]:
    """(number, who undertakes it) of the first projects of the simulated city."""
    table = queries.register_table(viewer, pack.registers["st_project"], ErrorList())
    rows = [] if table is None else table.select(["project_no", "party_id"]).slice(0, 8).to_pylist()
    return [(row["project_no"], row["party_id"]) for row in rows]


def _carried(projects: list[tuple[str, str]]) -> Iterator[Row]:
    for at, (number, party) in enumerate(projects[:4], 2):
        yield {
            "roadmap": "高性能碳纤维路线图（模拟）",
            "step": str(min(at, 5)),
            "project_no": number,
            "party_id": party,
        }


def _reserve(day: date) -> Iterator[Row]:
    held = {"高模量碳纤维": "new_materials", "可降解医用金属": "medical", "深远海养殖装备": "marine_food",
            "固态储能": "new_energy"}  # fmt: skip
    for at, (name, cluster) in enumerate(held.items(), 1):
        yield {"technology": f"模拟-{at:02d}", "name": f"{name}（模拟）", "cluster": cluster, "readiness": at + 1,
               "needed_by": day.year + at + 1, "holder": "模拟研究院"}  # fmt: skip


def _key(cast: Cast, projects: list[tuple[str, str]]) -> Iterator[Row]:
    """Two of each kind and one organised otherwise, one that nobody has said it of."""
    forms = [form for form in _WAYS for _ in range(3)]
    for at, form in enumerate(forms, 1):
        mode = {5: "open_call", 8: None}.get(at, _WAYS[form])
        number = projects[at % len(projects)][0] if projects and at % 3 == 0 else None
        yield {"technology": f"模拟-{at:02d}", "name": f"关键技术{at:02d}（模拟）", "form": form, "mode": mode,
               "posed_by": cast.name(cast.firms[at % len(cast.firms)]), "answered_by": "模拟大学团队",
               "project_no": number}  # fmt: skip
