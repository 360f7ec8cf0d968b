"""Lists tell the state of their day: what became of a thing later does not change what was true before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa

from innocity.engines.rosters.model import RosterView
from innocity.engines.rosters.plan import find_roster
from innocity.engines.rosters.read import read_roster
from tests.systems.shown import FIRMS, listed, table, tables, weihai

CENTRE = {
    "party_id": "丙",
    "platform_id": "E1",
    "name": "工程中心",
    "type": "engineering_centre",
    "level": "city",
    "approved_on": "2022-05-01",
    "recorded_at": "2022-05-10",
}
LEFT = {**CENTRE, "status": "eliminated", "valid_from": "2023-12-28", "recorded_at": "2024-01-05"}
FAILED = {
    "party_id": "丙",
    "platform_id": "E1",
    "type": "engineering_centre",
    "level": "city",
    "evaluated_on": "2023-03-01",
    "result": "fail",
}


def roster(name: str, day: str, *, undated: bool = False, **registers: list[dict[str, Any]]) -> RosterView:
    """A roster over all that is recorded by now, as the site shows it.

    With `undated` of no platform it is recorded from when on it is what it is, where the rows do not say.
    """
    given = tables(registers)
    if undated:
        told = given["innovation_platform"]
        at = told.schema.get_field_index("valid_from")
        days = [date.fromisoformat(row["valid_from"]) if "valid_from" in row else None
                for row in registers["innovation_platform"]]  # fmt: skip
        given["innovation_platform"] = told.set_column(at, told.schema.field(at), pa.array(days, pa.date32()))
    return read_roster(weihai(), find_roster(weihai(), name), given, date.fromisoformat(day), known_on=date.max)


def test_a_platform_that_leaves_is_listed_until_then_and_among_those_gone_from_then_on() -> None:
    given = {"innovation_platform": [CENTRE, LEFT], "platform_evaluation": [FAILED]}
    for day, lists in (
        ("2022-12-31", ["city_platforms"]),
        ("2023-06-30", ["city_platforms", "platforms_failed"]),
        ("2023-12-27", ["city_platforms", "platforms_failed"]),
        ("2024-01-31", ["platforms_gone"]),
    ):
        names = ("city_platforms", "platforms_failed", "platforms_gone")
        assert [name for name in names if roster(name, day, **given).count] == lists, day
    gone = roster("platforms_gone", "2024-01-31", **given)
    assert listed(gone, "状态", "自", "评价结果") == [("丙公司", "淘汰", "2023-12-28", "不合格")]


def test_of_two_states_the_later_stands_though_the_earlier_was_written_down_after_it() -> None:
    late = {**CENTRE, "recorded_at": "2024-02-01"}
    given = {"innovation_platform": [LEFT, late]}
    assert roster("city_platforms", "2024-06-30", **given).count == 0
    assert roster("platforms_gone", "2024-06-30", **given).count == 1
    back = {**CENTRE, "status": "active", "valid_from": "2024-04-01", "recorded_at": "2024-04-02"}
    again = {"innovation_platform": [back, LEFT, CENTRE]}
    assert roster("platforms_gone", "2024-03-31", **again).count == 1
    assert roster("platforms_gone", "2024-06-30", **again).count == 0
    assert roster("city_platforms", "2024-06-30", **again).count == 1


def test_a_platform_that_left_on_a_day_nobody_wrote_down_is_gone_with_an_empty_day() -> None:
    """Its day of approval is the first on which a thing is anything: a state without a day begins on it."""
    left = {key: value for key, value in LEFT.items() if key != "valid_from"}
    approved = {**CENTRE, "valid_from": "2022-05-01"}
    for platforms in ([left], [CENTRE, left], [left, CENTRE], [approved, left]):
        given = {"innovation_platform": platforms, "platform_evaluation": [FAILED]}
        gone = roster("platforms_gone", "2024-06-30", undated=True, **given)
        assert listed(gone, "编号", "状态", "自") == [("丙公司", "E1", "淘汰", "")]
        assert roster("city_platforms", "2024-06-30", undated=True, **given).count == 0
        assert roster("platforms_failed", "2024-06-30", undated=True, **given).count == 0
    stays = {"innovation_platform": [CENTRE], "platform_evaluation": [FAILED]}
    assert roster("city_platforms", "2024-06-30", undated=True, **stays).count == 1, "without a first day: always"
    assert roster("platforms_gone", "2024-06-30", undated=True, **stays).count == 0
    leaves = {"innovation_platform": [LEFT, CENTRE]}
    assert roster("city_platforms", "2023-12-27", undated=True, **leaves).count == 1
    assert roster("platforms_gone", "2023-12-28", undated=True, **leaves).count == 1, "recorded first, true later"


def test_a_firm_is_listed_where_it_was_on_the_day() -> None:
    here = {**FIRMS[0], "zone": "gaoqu", "revenue": "3亿元", "valid_from": "2020-01-01", "recorded_at": "2024-06-01"}
    grown = {**here, "revenue": "5亿元", "valid_from": "2023-01-01", "recorded_at": "2023-02-01"}
    moved = {**here, "zone": "jingqu", "valid_from": "2024-05-01", "recorded_at": "2024-05-02"}
    new = {**FIRMS[1], "zone": "gaoqu", "valid_from": "2024-02-01"}
    firms = [grown, moved, here, new]
    before = roster("points_firms", "2022-12-31", organization=firms)
    assert listed(before, "企业", "营业收入") == [("甲公司", "甲公司", "3亿元")]
    after = roster("points_firms", "2023-12-31", organization=firms)
    assert listed(after, "企业", "营业收入") == [("甲公司", "甲公司", "5亿元")], "written down first, true later"
    assert [row[0] for row in listed(roster("points_firms", "2024-12-31", organization=firms))] == ["乙公司"]


def test_a_row_that_holds_from_a_later_day_on_is_not_yet_in_a_list_of_all_rows() -> None:
    """Rows of lists that keep every row, not the latest alone, are those of the day too."""
    event = {"party_id": "甲", "event_name": "培训", "kind": "manager_training", "held_on": "2023-05-01"}
    given = [event, {**event, "event_name": "改期的培训", "valid_from": "2024-01-01"}]
    assert table(roster("other_events", "2023-12-31", event_hosting=given), "各类活动").total.values == (1,)
    assert table(roster("other_events", "2024-12-31", event_hosting=given), "各类活动").total.values == (2,)


def told(name: str, day: str, *headings: str, **registers: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Chosen columns of a roster over all that is recorded by now, without the firm."""
    return [row[1:] for row in listed(roster(name, day, **registers), *headings)]


OUTPUT = {"party_id": "丙", "platform_id": "E1", "year": "2023", "reported_on": "2023-06-30", "patents": "4"}
LAYERED = {**CENTRE, "system_layer": "institute"}


def test_a_joined_row_that_holds_from_a_later_day_on_is_not_yet_joined() -> None:
    """What is only announced neither stands beside a row nor counts in totals."""
    later = {**FAILED, "evaluated_on": "2023-02-01", "valid_from": "2024-03-01"}
    given = {"innovation_platform": [CENTRE], "platform_evaluation": [later]}
    assert told("city_platforms", "2023-12-31", "评价结果", **given) == [("",)]
    assert table(roster("city_platforms", "2023-12-31", **given), "该评没评").total.values == (1, 0)
    assert roster("platforms_failed", "2023-12-31", **given).count == 0
    assert roster("platforms_failed", "2024-03-01", **given).count == 1
    joined = {"platform_output": [OUTPUT], "innovation_platform": [{**LAYERED, "valid_from": "2024-02-01"}]}
    assert roster("platform_outputs", "2023-12-31", **joined).count == 0, "what it asks of the joined row does not hold"
    assert roster("platform_outputs", "2024-02-01", **joined).count == 1


def test_of_two_joined_states_of_one_thing_that_of_the_day_stands() -> None:
    """Whichever was written down last: a state that begins later stands from its own day on."""
    renamed = {**LAYERED, "name": "新名", "valid_from": "2023-10-01", "recorded_at": "2023-09-01"}
    late = {**LAYERED, "recorded_at": "2024-06-01"}
    for states in ([LAYERED, renamed], [renamed, late]):
        given = {"platform_output": [OUTPUT], "innovation_platform": states}
        assert told("platform_outputs", "2023-09-30", "平台", **given) == [("工程中心",)]
        assert told("platform_outputs", "2023-10-01", "平台", **given) == [("新名",)]


def test_a_joined_state_that_nobody_dated_begins_on_the_day_of_its_thing() -> None:
    left = {key: value for key, value in LEFT.items() if key != "valid_from"} | {"name": "旧名"}
    given = tables({"platform_output": [OUTPUT], "innovation_platform": [{**left, "system_layer": "institute"}]})
    states = given["innovation_platform"]
    at = states.schema.get_field_index("valid_from")
    given["innovation_platform"] = states.set_column(at, states.schema.field(at), pa.nulls(1, pa.date32()))
    view = read_roster(weihai(), find_roster(weihai(), "platform_outputs"), given, date(2023, 6, 30), known_on=date.max)
    assert [row[1] for row in listed(view, "平台")] == ["旧名"]


def test_what_a_firm_is_only_from_later_on_is_not_summed_yet_but_it_keeps_its_name() -> None:
    """A list names whoever it lists; where that one lies and what it earns it tells as of its day."""
    grown = {**FIRMS[0], "valid_from": "2024-02-01"}
    cluster = weihai().codes["industrial_cluster"].codes[0].id
    given = {"organization": [grown],
             "cluster_member": [{"party_id": "甲", "cluster": cluster, "joined_on": "2022-01-01"}]}  # fmt: skip
    before, after = (roster("cluster_members", day, **given) for day in ("2023-12-31", "2024-12-31"))
    assert [row.name for row in (*before.rows, *after.rows)] == ["甲公司", "甲公司"]
    assert told("cluster_members", "2023-12-31", "区市", "年营业收入", **given) == [("", "")]
    assert told("cluster_members", "2024-12-31", "年营业收入", **given) == [("3亿元",)]
    assert table(before, "各集群").total.values == (1, 0)


def test_the_ledger_of_a_year_holds_awards_that_only_say_their_year_and_opens_on_no_year_to_come() -> None:
    paid = {"party_id": "甲", "clause": "hnte_reward", "object": "甲", "year": "2022", "amount": "1万元",
            "payment_year": "2023", "recorded_at": "2023-06-01"}  # fmt: skip
    given = tables({"award": [paid, {**paid, "year": "2021", "payment_year": "2099"}]})
    at = given["award"].schema.get_field_index("valid_from")
    given["award"] = given["award"].set_column(at, given["award"].schema.field(at), pa.nulls(2, pa.date32()))
    view = read_roster(weihai(), find_roster(weihai(), "awards_of_year"), given, date(2023, 12, 31))
    assert (view.year, view.count, view.years) == (2023, 1, ((2099, 1), (2023, 1)))
