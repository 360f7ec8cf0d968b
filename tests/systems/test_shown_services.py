"""Services to firms: incubation, transfer of technology, navigation of patents, parks of universities."""

from __future__ import annotations

from innocity.engines.rules.describe import citation
from tests.systems.shown import awards, listed, roster, table, told, totals, weihai


def test_carriers_by_kind_and_level_and_tenants_from_entry_to_high_tech() -> None:
    carriers = [
        {
            "party_id": "甲",
            "platform_id": f"I{number}",
            "name": kind,
            "type": kind,
            "level": level,
            "division": "371002",
            "approved_on": "2018-01-01",
        }
        for number, (kind, level) in enumerate(
            (("maker_space", "city"), ("incubator", "national"), ("accelerator", "city"), ("science_park", "province"))
        )
    ]
    view = roster("incubation_carriers", "2019-12-31", innovation_platform=carriers)
    assert totals(view, "各类") == {"众创空间": (1,), "科技企业孵化器": (1,), "科技企业加速器": (1,), "科技园区": (1,)}
    assert totals(view, "各级") == {"国家级": (1,), "省级": (1,), "市级": (2,)}
    host = {"party_id": "甲", "incubator_type": "incubator", "incubator_level": "national", "entered_on": "2017-03-01"}
    tenancies = [{**host, "tenant": f"T{number:02}", "valid_from": "2017-03-01"} for number in range(12)]
    tenancies[0]["left_on"] = "2018-06-30"
    late = {**host, "tenant": "丙", "entered_on": "2015-01-01", "valid_from": "2015-01-01"}
    titles = [
        {"party_id": f"T{number:02}", "title": "hnte", "recognition_kind": "first", "issued_on": "2019-11-28"}
        for number in range(1, 12)
    ]
    titles.append({"party_id": "丙", "title": "hnte", "recognition_kind": "first", "issued_on": "2019-11-28"})
    registered = {"incubation": [*tenancies, late], "qualification": titles}
    inside = roster("tenants", "2019-12-31", **registered)
    assert totals(inside, "各载体") == {"甲公司": (13, 12, 11)}, "one has left, one took nearly five years"
    assert ("甲公司", "丙公司", "2015-01-01", "", "2019-11-28", "否") in listed(
        inside, "在孵企业", "入孵", "离开", "成为高企", "三年内"
    )
    found = told(awards(["incubator_graduates"], [2019], **registered))
    assert found["incubator_graduates", "甲", 2019] == ("sum", 100_000_000), (
        "eleven of them, and at most 1 million yuan"
    )


def test_star_fields_are_filed_tell_what_they_did_and_are_rewarded_when_new() -> None:
    registered = {
        "innovation_platform": [
            {
                "party_id": who,
                "platform_id": f"S{who}",
                "name": f"{who}星创天地",
                "type": "star_field",
                "level": level,
                "event": "filing",
                "approved_on": "2019-05-01",
            }
            for who, level in (("甲", "national"), ("乙", "province"))
        ],
        "platform_output": [
            {
                "party_id": "甲",
                "platform_id": "S甲",
                "year": 2019,
                "reported_on": "2019-12-01",
                "spin_offs": 6,
                "effect": "带动农户",
            }
        ],
    }
    view = roster("star_fields", "2019-12-31", **registered)
    assert listed(view, "级别", "孵化企业", "成效") == [
        ("乙公司", "省级", "", ""),
        ("甲公司", "国家级", "6", "带动农户"),
    ]
    chosen = [{"clause": "star_field_reward", "object": "S甲", "party": "甲", "selected": True, "sum": "100万元"}]
    found = told(awards(["star_field_reward"], [2019, 2020], decisions=chosen, **registered))
    assert found == {("star_field_reward", "甲", 2019): ("sum", 100_000_000)}, "once, and not for one of the province"


def test_agencies_of_three_levels_what_they_brokered_and_the_reward_of_a_new_level() -> None:
    titles = [
        {"party_id": "甲", "title": "transfer_agency", "level": "city", "issued_on": "2018-01-01"},
        {"party_id": "甲", "title": "transfer_model", "level": "province", "issued_on": "2019-04-01"},
        {"party_id": "乙", "title": "transfer_model", "level": "national", "issued_on": "2019-06-01"},
    ]
    view = roster("transfer_agencies", "2019-12-31", qualification=titles)
    assert totals(view, "三级") == {"国家级": (1,), "省级": (1,), "市级": (1,)}
    contract = {"type": "transfer", "intermediary": "甲", "registered_on": "2019-05-01"}
    sold = [
        {"party_id": "乙", "registration_no": "C1", "role": "seller", "contract_amount": "800万元", **contract},
        {"party_id": "丙", "registration_no": "C1", "role": "buyer", "contract_amount": "800万元", **contract},
        {"party_id": "乙", "registration_no": "C2", "role": "seller", "contract_amount": "200万元", **contract},
        {
            "party_id": "乙",
            "registration_no": "C0",
            "role": "seller",
            "contract_amount": "100万元",
            **contract,
            "registered_on": "2018-05-01",
        },
    ]
    brokered = roster("brokered_contracts", "2019-12-31", technology_contract=sold)
    assert totals(brokered, "本年各机构") == {"甲公司": (2, 1_000_000_000)}, "a contract of two parties counts once"
    found = told(awards(["transfer_model_reward"], [2018, 2019], qualification=titles))
    assert found == {
        ("transfer_model_reward", "甲", 2019): ("sum", 100_000_000),
        ("transfer_model_reward", "乙", 2019): ("sum", 200_000_000),
    }


def test_the_network_of_four_kinds_shows_which_county_has_none() -> None:
    kinds = [
        {"party_id": who, "kind": kind, "division": place, "filed_on": "2020-01-01", "standard": standard}
        for who, kind, place, standard in (
            ("甲", "government", "371002", "一次办好规范"),
            ("乙", "association", "371082", ""),
            ("丙", "agency", "371002", "合同规范"),
            ("丙", "broker", "371002", ""),
        )
    ]
    for one in kinds:
        if not one["standard"]:
            del one["standard"]
    listed_badly = [{"party_id": "丙", "list": "abnormal_operation", "starts_on": "2020-03-01"}]
    view = roster("service_network", "2020-12-31", service_institution=kinds, integrity_record=listed_badly)
    assert totals(view, "四类") == {
        "政府服务机构": (1, 1, 0),
        "协会": (1, 0, 0),
        "中介机构": (1, 1, 1),
        "技术经纪人": (1, 0, 1),
    }
    assert table(view, "各区市").gaps == ("文登区", "乳山市")
    aims = {
        one.indicator: one.value
        for one in weihai().targets.values()
        if one.indicator in ("transfer_agencies", "province_transfer_agencies", "technology_brokers")
    }
    assert aims == {"transfer_agencies": 100, "province_transfer_agencies": 10, "technology_brokers": 1000}
    lectures = [
        {
            "party_id": "甲",
            "event_name": "创新大讲堂第一讲",
            "kind": "lecture",
            "lecturer": "某讲师",
            "level": "city",
            "held_on": "2020-06-01",
        }
    ]
    assert listed(roster("events", "2020-12-31", event_hosting=lectures), "活动", "讲师") == [
        ("甲公司", "创新大讲堂第一讲", "某讲师")
    ]


def test_navigation_of_patents_is_registered_and_half_of_it_is_paid() -> None:
    paid = [
        {"party_id": who, "kind": kind, "project": project, "paid_on": "2019-06-01", "amount": amount}
        for who, kind, project, amount in (
            ("甲", "patent_map", "碳纤维专利地图", "60万元"),
            ("甲", "patent_navigation", "碳纤维导航", "50万元"),
            ("乙", "patent_navigation", "器械导航", "30万元"),
        )
    ]
    view = roster("patent_navigation", "2019-12-31", service_expense=paid)
    assert ("甲公司", "碳纤维专利地图", "专利地图") in listed(view, "项目", "类别")
    assert totals(view, "本年各类") == {"专利地图": (1, 60_000_000), "专利导航": (2, 80_000_000)}
    assert totals(view, "本年各企业") == {"甲公司": (2, 110_000_000), "乙公司": (1, 30_000_000)}
    found = told(awards(["patent_navigation_subsidy"], [2019], service_expense=paid))
    assert found["patent_navigation_subsidy", "甲", 2019] == ("sum", 50_000_000), (
        "half of 1.1 million, at most half a million"
    )
    assert found["patent_navigation_subsidy", "乙", 2019] == ("sum", 15_000_000)
    assert "五、18" in citation(weihai(), weihai().clauses["patent_navigation_subsidy"])


def test_parks_of_universities_follow_the_rules_of_incubators_and_are_paid_when_they_rise() -> None:
    park = {
        "party_id": "甲",
        "platform_id": "U1",
        "name": "大学科技园",
        "type": "university_park",
        "division": "371002",
    }
    grown = [
        {**park, "level": "city", "approved_on": "2017-05-01"},
        {**park, "level": "province", "approved_on": "2018-05-01"},
        {**park, "level": "national", "approved_on": "2019-05-01"},
    ]
    view = roster("incubation_carriers", "2019-12-31", innovation_platform=grown)
    assert listed(view, "类型", "级别") == [("甲公司", "大学科技园", "国家级")], (
        "in one list with the incubators, at its level"
    )
    tenants = [
        {
            "party_id": "甲",
            "tenant": "乙",
            "incubator_type": "university_park",
            "incubator_level": "national",
            "entered_on": "2019-03-01",
        }
    ]
    clauses = ["university_park_upgrade", "park_incubation_support"]
    found = told(awards(clauses, [2017, 2018, 2019], innovation_platform=grown, incubation=tenants))
    assert found == {
        ("university_park_upgrade", "甲", 2018): ("sum", 100_000_000),
        ("university_park_upgrade", "甲", 2019): ("sum", 300_000_000),
        ("park_incubation_support", "甲", 2019): ("awaiting_parameter", None),
    }
    assert totals(roster("tenants", "2019-12-31", incubation=tenants), "各载体") == {"甲公司": (1, 1, 0)}
