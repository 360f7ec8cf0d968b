"""Systems that follow a number: reserves of talent, brokers of technology, ladders of firms, platforms, indices."""

from __future__ import annotations

from tests.cli.conftest import data, typed
from tests.systems.conftest import lights, observe, write


def test_reserves_of_talents_and_achievements_are_checked_at_the_year_s_end() -> None:
    observe("weihai", "市科技局", "2024-01-15",
            ("outside_talents_reserved", "2023", "812"), ("reserved_talents_overseas_share", "2023", "47.5"),
            ("achievements_reserved", "2023", "803"), ("reserved_achievements_ready_share", "2023", "41"))  # fmt: skip
    assert lights(
        "weihai", "2024-01-31", outside_talents_yearly="outside_talents_reserved",
        reserved_talents_overseas_yearly="reserved_talents_overseas_share",
        achievements_reserved_yearly="achievements_reserved",
        reserved_achievements_ready_yearly="reserved_achievements_ready_share",
    ) == {
        "outside_talents_yearly": "met", "reserved_talents_overseas_yearly": "alert",
        "achievements_reserved_yearly": "met", "reserved_achievements_ready_yearly": "met",
    }  # fmt: skip
    shown = typed("indicators", "weihai", "--only", "reserved_talents_overseas_share", "--as-of", "2024-01-31").stdout
    assert "没有满足“不低于50%”，差2.5个百分点" in shown


def test_the_network_of_technology_transfer_by_its_three_targets_and_by_county() -> None:
    observe("weihai", "市科技局", "2021-01-15",
            ("transfer_agencies", "2020", "104"), ("province_transfer_agencies", "2020", "9"),
            ("technology_brokers", "2020", "1016"), ("transfer_agencies@环翠区", "2020", "60"),
            ("transfer_agencies@荣成市", "2020", "30"), ("transfer_agencies@乳山市", "2020", "14"))  # fmt: skip
    assert lights(
        "weihai", "2021-01-31", transfer_agencies_2020="transfer_agencies",
        province_transfer_agencies_2020="province_transfer_agencies", technology_brokers_2020="technology_brokers",
    ) == {
        "transfer_agencies_2020": "met", "province_transfer_agencies_2020": "alert", "technology_brokers_2020": "met"
    }  # fmt: skip
    parts = data("indicators", "weihai", "--only", "transfer_agencies", "--as-of", "2021-01-31")["parts"]["division"]
    counties = {part["name"]: part["observed"]["value"] if part["observed"] else None for part in parts}
    assert counties == {"环翠区": "60", "文登区": None, "荣成市": "30", "乳山市": "14"}, "Wendeng is not covered"


def test_tens_hundreds_and_thousands_of_firms() -> None:
    observe("weihai", "市科技局", "2024-01-20", ("gazelle_count", "2022", "30"), ("gazelle_count", "2023", "36"),
            ("hnte_count", "2023", "1480"), ("tech_sme_count", "2023", "2400"))  # fmt: skip
    day = "2024-03-31"
    assert lights("weihai", day, hnte_2024="hnte_count", tech_sme_2024="tech_sme_count") == {
        "hnte_2024": "near", "tech_sme_2024": "watch"
    }  # fmt: skip
    gazelles = data("indicators", "weihai", "--only", "gazelle_count", "--as-of", day)
    assert [(row["period"], row["value"]) for row in gazelles["history"]] == [("2022", "30"), ("2023", "36")]
    [target] = gazelles["standings"]
    assert target["status"] == "not_assessable" and "只给出数量级" in target["why"], "the text gives no number"


def test_platforms_by_county_show_where_there_are_none() -> None:
    observe("weihai", "市科技局", "2024-01-20", ("province_platforms_and_above@环翠区", "2023", "150"),
            ("province_platforms_and_above@荣成市", "2023", "88"))  # fmt: skip
    parts = data("indicators", "weihai", "--only", "province_platforms_and_above")["parts"]["division"]
    assert [part["name"] for part in parts if not part["observed"]] == ["文登区", "乳山市"]
    system = data("indicators", "weihai", "--only", "system_platforms")["history"]
    assert [(row["observed_on"], row["value"]) for row in system] == [
        (None, "24"), ("2023-07-16", "25"), ("2023-07-27", "27")
    ], "each document's number stays with its date"  # fmt: skip
    system = data("indicators", "weihai", "--only", "system_extended_institutions")["history"]
    assert [row["value"] for row in system] == ["90", "157"]


def test_revenue_of_clusters_is_followed_one_by_one() -> None:
    found = data("indicators", "weihai", "--only", "cluster_revenue", "--as-of", "2024-07-31")["standings"]
    assert len(found) == 6 and {one["status"] for one in found} == {"not_due"}
    observe("weihai", "市工业和信息化局", "2024-07-20", ("cluster_revenue@新一代信息技术产业集群", "2024-06", "200"))
    found = data("indicators", "weihai", "--only", "cluster_revenue", "--as-of", "2024-07-31")["standings"]
    assert {one["target"]: one["status"] for one in found}["cluster_revenue_information_2024"] == "watch"
    clusters = data("indicators", "weihai", "--only", "industrial_clusters")["history"]
    assert {(row["document"], row["value"]) for row in clusters if row["scope"] == "city"} == {
        ("opinion-2018", "7"), ("platforms-report", "7"), ("plan-2023", "8"), ("conference-2023", "8")
    }  # fmt: skip


def test_a_light_that_turns_leads_to_a_new_task_for_its_target() -> None:
    """Definition, unit, target, figure, warning, and what the leading group sets in answer."""
    observe("weihai", "市科技局", "2024-01-20", ("hnte_count", "2023", "1440"))
    report = data("indicators", "weihai", "--only", "hnte_2024", "--as-of", "2024-03-31")
    assert report["indicator"]["defined"].startswith("单位：家；统计口径：国家高新技术企业")
    assert "核心指标：目标表缺失，不明" in report["indicator"]["defined"], "the table of core indicators is lost"
    [light] = report["standings"]
    assert light["status"] == "alert" and "wh_science" in light["units"]
    write("m.yaml", "kind: leading_group\ntitle: 指标调度\nheld_on: 2024-04-02\nunit: 市科技暨创新型城市建设领导小组\n"
                    "resolutions: [{title: 增加一个认定批次, lead: 市科技局, due: 2024-06-30,"
                    " targets: [hnte_2024]}]\n")  # fmt: skip
    typed("tasks", "weihai", "--meeting", "m.yaml")
    shown = typed("tasks", "weihai", "--only", "leading_group20240402_1", "--as-of", "2024-04-10").stdout
    assert "指标：高新技术企业数（hnte_2024）" in shown and "期限：2024-06-30（会议议定）" in shown


def test_indices_are_kept_as_published() -> None:
    for name, ranks in (("st_innovation_level_rank", ["4", "3"]), ("enterprise_innovation_index_rank", ["1"]),
                        ("innovative_city_index_rank", ["33"])):  # fmt: skip
        found = data("indicators", "weihai", "--only", name)
        assert [row["value"] for row in found["history"]] == ranks
        assert not found["parts"] and not found["standings"], "ranks set no targets here"
    [official] = data("index", "weihai", "--only", "st_innovation_level")["indices"]
    assert "ranking" not in official and [row["value"] for row in official["figures"]] == [4, 3]


def test_liaocheng_s_counties_and_reserve_of_firms() -> None:
    observe("liaocheng", "推进工作领导小组", "2021-12-20", ("hnte_reserve", "2021-06-30", "60"),
            ("rd_gdp_share@阳谷县", "2020", "2.31"), ("rd_gdp_share@临清市", "2020", "1.9"))  # fmt: skip
    [reserve] = data("indicators", "liaocheng", "--only", "hnte_reserve")["standings"]
    assert reserve["needed"] == "40", "about a hundred are to be kept ready"
    parts = data("indicators", "liaocheng", "--only", "rd_gdp_share")["parts"]["division"]
    assert {p["name"]: p["observed"]["value"] for p in parts if p["observed"]} == {"阳谷县": "2.31", "临清市": "1.9"}
    assert len(parts) > 2
