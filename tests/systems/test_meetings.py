"""Meetings: the leading group, consultations between levels, the yearly list of projects they agree on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import data, typed
from tests.systems.conftest import lights, observe, write

# city: the leading group, and a unit to which something is given
LEADING = {"weihai": ("市科技暨创新型城市建设领导小组", "市统计局"), "liaocheng": ("推进工作领导小组", "市财政局")}


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_what_the_leading_group_resolves_is_followed_until_it_is_closed(city: str) -> None:
    group, unit = LEADING[city]
    write("m.yaml", f"kind: leading_group\ntitle: 领导小组会议\nheld_on: 2021-03-01\nunit: {group}\n"
                    f"attendees: [{unit}]\nminutes_no: 〔2021〕1号\ntext: 议题：研发统计\n"
                    f"resolutions: [{{title: 补报研发投入, lead: {unit}, due: 2021-03-31}}]\n")  # fmt: skip
    typed("tasks", city, "--meeting", "m.yaml")
    minutes = Path(f"var/{city}/meeting.csv").read_text(encoding="utf-8-sig")
    assert "〔2021〕1号" in minutes and "议题：研发统计" in minutes
    task, late = "leading_group20210301_1", ("--as-of", "2021-04-10")
    found = data("tasks", city, "--only", task, *late)
    assert (found["status"], found["overdue_days"], found["due_from"]) == ("overdue", 10, "meeting")
    asked = typed("tasks", city, "--supervise", "--unit", unit, "--document", "meeting", *late).stdout
    assert "补报研发投入" in asked and "书面答复" in asked
    typed("tasks", city, "--report", task, "--unit", unit, "--on", "2021-04-11", "--progress", "100", "--text", "已报")
    typed("tasks", city, "--close", task, "--unit", group, "--on", "2021-04-12", "--evidence", "统计表.xlsx")
    after = ("--as-of", "2021-04-12")
    assert data("tasks", city, "--only", task, *after)["status"] == "done"
    assert data("tasks", city, "--supervise", "--document", "meeting", *after)["notices"] == []


def test_the_year_s_projects_have_a_unit_a_goal_and_are_asked_for() -> None:
    """City and counties agree on a list; each project stands under the task of the 2018 opinion."""
    write("m.yaml", "kind: consultation\ntitle: 2024年重点科技创新项目市县会商\nheld_on: 2023-12-05\n"
                    "unit: 市科技局\nattendees: [环翠区政府, 荣成市政府]\nresolutions:\n"
                    "  - {title: 海洋种业攻关, lead: 荣成市政府, responsible: [市科技局], due: 2024-10-31,"
                    " parent: annual_project_plan, targets: [marine_gdp_share_2024]}\n"
                    "  - {title: 医疗器械攻关, lead: 环翠区政府, due: 2024-12-20,"
                    " parent: annual_project_plan}\n")  # fmt: skip
    typed("tasks", "weihai", "--meeting", "m.yaml")
    day = ("--as-of", "2024-11-30")
    listed = typed("tasks", "weihai", "--only", "annual_project_plan", *day).stdout
    assert "下级：海洋种业攻关、医疗器械攻关" in listed and "牵头：市科技局" in listed
    one = typed("tasks", "weihai", "--only", "consultation20231205_1", *day).stdout
    assert "牵头：荣成市政府" in one and "海洋产业增加值占GDP比重（marine_gdp_share_2024）" in one
    notices = data("tasks", "weihai", "--supervise", "--document", "meeting", *day)["notices"]
    levels = {notice["unit"]: [item["level"] for item in notice["items"]] for notice in notices}
    assert levels == {"wh_rongcheng": ["overdue"], "wh_huancui": ["at_risk"]}


def test_a_year_without_a_consultation_is_told() -> None:
    write("m.yaml", "kind: consultation\ntitle: 市县科技工作会商\nheld_on: 2022-06-10\nunit: 市科技局\n"
                    "attendees: [荣成市政府]\ntext: 议题：新旧动能转换重大事项\n"
                    "resolutions: [{title: 通报重大事项进展, lead: 荣成市政府, due: 2022-09-30}]\n")  # fmt: skip
    typed("tasks", "weihai", "--meeting", "m.yaml")
    assert "consultation,市县科技工作会商,2022-06-10" in Path("var/weihai/meeting.csv").read_text("utf-8-sig")
    observe("weihai", "市科技局", "2023-01-10", ("city_county_consultations", "2022", "1"))
    wanted = {"city_county_consultations_yearly": "city_county_consultations"}
    assert lights("weihai", "2023-06-30", **wanted) == {"city_county_consultations_yearly": "met"}
    assert lights("weihai", "2025-01-31", **wanted) == {"city_county_consultations_yearly": "not_reported"}
    observe("weihai", "市科技局", "2025-01-10", ("city_county_consultations", "2024", "0"))
    assert lights("weihai", "2025-01-31", **wanted) == {"city_county_consultations_yearly": "alert"}
