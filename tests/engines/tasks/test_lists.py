"""Trees with a filter, impact links, the supervision list, a unit's page."""

from __future__ import annotations

from datetime import date
from typing import Any

from innocity.engines.tasks.board import task_board
from innocity.engines.tasks.impact import impact_of_indicator, impact_of_target, same_targets, targets_of_unit
from innocity.engines.tasks.model import Closure, Report
from innocity.engines.tasks.supervision import supervised_units, supervision_list
from innocity.engines.tasks.tree import above, tree
from innocity.engines.tasks.unit_page import unit_page
from innocity.packs.model import Pack
from tests.engines.tasks.conftest import make_pack

TASKS: list[dict[str, Any]] = [
    {"id": "late", "due": "2023-06-30", "lead": ["science"]},
    {"id": "later", "due": "2023-03-31", "lead": ["finance"], "responsible": ["science"]},
    {"id": "risky", "from": "2023-01-01", "due": "2023-12-31", "responsible": ["counties"]},
    {"id": "quiet", "due": "2024-12-31", "responsible": ["old_it"]},
    {"id": "fine", "due": "2024-12-31", "cooperating": ["science"]},
    {"id": "advice", "kind": "recommendation", "lead": ["science"]},
    {"id": "nobody", "due": "2023-06-01"},
]
DAY = date(2023, 7, 10)


def board_of(tasks: list[dict[str, Any]] | None = None) -> Any:
    reports = [Report("risky", "east", date(2023, 7, 1), 10), Report("fine", "science", date(2023, 7, 1), 30)]
    pack = make_pack(tasks or TASKS)
    return pack, task_board(pack, DAY, reports)


def test_whom_to_ask_the_worst_first() -> None:
    _, board = board_of()
    items = supervision_list(board)
    assert [(item.level, item.state.id) for item in items] == [
        ("overdue", "late"), ("overdue", "nobody"), ("overdue", "later"), ("at_risk", "risky"), ("silent", "quiet"),
    ]  # fmt: skip
    assert [item.days for item in items] == [10, 39, 101, 174, 540]
    units = supervised_units(items)
    assert {unit: [item.state.id for item in own] for unit, own in units.items()} == {
        "science": ["late"], "": ["nobody"], "finance": ["later"], "east": ["risky"], "west": ["risky"],
        "industry": ["quiet"],
    }  # fmt: skip


def test_a_closed_task_is_asked_about_no_more() -> None:
    pack = make_pack(TASKS)
    board = task_board(pack, DAY, (), [Closure("late", date(2023, 7, 1), evidence=("x",))])
    assert "late" not in {item.state.id for item in supervision_list(board)}


def test_a_unit_s_page() -> None:
    pack, board = board_of()
    page = unit_page(pack, board, "science")
    assert [(one.state.id, one.role) for one in page.tasks] == [
        ("late", "lead"), ("later", "responsible"), ("fine", "cooperating")
    ]  # fmt: skip
    assert [one.state.id for one in page.shown] == ["advice"]
    assert [one.state.id for one in page.overdue()] == ["late", "later"]
    assert page.counts() == {"overdue": 2, "on_time": 1}


def test_successors_and_members_have_the_tasks_too() -> None:
    pack, board = board_of()
    page = unit_page(pack, board, "industry")
    assert [(one.state.id, one.printed) for one in page.tasks] == [("quiet", "市经信委")]
    assert page.answers_for == ("old_it",)
    assert [one.state.id for one in unit_page(pack, board, "old_it").tasks] == ["quiet"]
    assert unit_page(pack, board, "old_it").answers == ("industry",)
    assert [(one.state.id, one.printed) for one in unit_page(pack, board, "west").tasks] == [("risky", "各区市政府")]


def test_a_filtered_tree_keeps_what_stands_above() -> None:
    tasks = [{"id": "a"}, {"id": "b", "parent": "a"}, {"id": "c", "parent": "b"}, {"id": "d", "parent": "a"}]
    board = task_board(make_pack(tasks), DAY)
    rows = tree(board, lambda state: state.id == "c")
    assert [(row.depth, row.state.id, row.total) for row in rows] == [(0, "a", 2), (1, "b", 1), (2, "c", 1)]
    assert above(board, "c") == ["b", "a"]


# --- Weihai: from a light to the tasks and the money behind it ------------------------------------------


def test_what_pushes_high_tech_firms(weihai: Pack) -> None:
    found = impact_of_indicator(weihai, "hnte_count")
    assert {"hnte_2024", "hnte_2024_firms", "hnte_2020"} <= set(found.targets)
    assert {"goal_innovation_entities", "firm_cultivation", "tiered_firm_cultivation"} <= set(found.tasks)
    assert "enterprise_growth" in found.above
    assert {"hnte_reward", "hnte_tax_growth", "growth_target_finance"} <= set(found.clauses)
    assert not [name for name in found.tasks if not weihai.tasks[name].owed()]


def test_recommendations_push_nothing(weihai: Pack) -> None:
    found = impact_of_target(weihai, "chains_with_platform_advice")
    assert found.tasks == () and found.shown == ("recommend_weaknesses",)


def test_targets_that_say_the_same_are_one(weihai: Pack) -> None:
    for target in weihai.targets.values():
        group = same_targets(weihai, target.id)
        assert all(set(same_targets(weihai, other)) == set(group) for other in group)
    mine = targets_of_unit(weihai, ["wh_market"])
    assert "hnte_2024" in {one.id for one in mine}
    assert len({tuple(sorted(same_targets(weihai, one.id))) for one in mine}) == len(mine)


def test_weihai_s_units(weihai: Pack) -> None:
    board = task_board(weihai, date(2023, 12, 31))
    science = unit_page(weihai, board, "wh_science")
    assert {"lead", "responsible"} == {one.role for one in science.tasks}
    industry = unit_page(weihai, board, "wh_industry")
    printed = {one.printed for one in industry.tasks}
    assert "市经济和信息化委" in printed and "" in printed
    huancui = unit_page(weihai, board, "wh_huancui")
    assert {"各区市政府", "各区市政府〔管委〕"} <= {one.printed for one in huancui.tasks}
