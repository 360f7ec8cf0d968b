"""Facts of offices, from their tables to what follows from them."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq

from tests.cli.conftest import data, typed
from tests.systems.conftest import write

Items = dict[str, dict[str, Any]]


def settled(city: str, years: tuple[str, ...], day: str, *flags: str, **tables: str) -> dict[str, list[Items]]:
    """Convert tables, settle each year; what `explain` tells the three parties 甲 乙 丙 a year, by clause."""
    for name, text in tables.items():
        head, *rows = text.strip().splitlines()
        lines = [f"fact_id,source,{head}", *(f"{name}{number},公告,{row}" for number, row in enumerate(rows))]
        write(f"csv/{name}.csv", "\n".join(lines))
    typed("convert", city, "csv", "facts", "--as-of", day, *flags)
    told: dict[str, list[Items]] = {"甲": [], "乙": [], "丙": []}
    for year in years:
        typed("settle", city, "--facts", "facts", "--year", year, "--out", f"run{year}")
        for party, items in told.items():
            found = data("explain", city, party, "--facts", "facts", "--run", f"run{year}", "--year", year)["items"]
            items.append({item["clause"]: item for item in found})
    return told


def test_titles_of_firms_are_rewarded_once_when_they_are_new() -> None:
    """甲 is listed for the first time, 乙 once more, 丙 was rewarded for the same rank the year before."""
    told = settled(
        "liaocheng", ("2021",), "2021-12-31",
        organization="party_id,uscc,name,registration_class\n甲,91371500MA0000000A,甲公司,private\n"
                     "乙,91371500MA0000000B,乙公司,private\n丙,91371500MA0000000C,丙公司,private",
        qualification="party_id,title,level,recognition_kind,issued_on,expires_on\n"
                      "甲,single_champion,national,first,2021-05-01,2024-05-01\n"
                      "乙,single_champion,national,again,2021-05-01,2024-05-01\n"
                      "丙,single_champion_product,national,first,2021-05-01,2024-05-01",
        award="party_id,clause,object,year,amount\n丙,champion_cultivated_national,丙,2020,100万元",
        decision="party_id,clause,object,year,selected,sum\n甲,champion_model_national,甲,2021,true,180万元",
    )  # fmt: skip
    first, again, had = (items[0] for items in told.values())
    assert first["champion_model_national"]["payable"] == 180_000_000
    assert first["champion_model_national"]["payers"] == {"city": 90_000_000, "county": 90_000_000}
    assert "champion_model_national" not in again
    assert had["champion_cultivated_national"]["fen"] == 0
    [row] = pq.read_table("facts/qualification.parquet", filters=[("party_id", "=", "甲")]).to_pylist()
    assert (row["level"], str(row["issued_on"]), str(row["expires_on"])) == ("national", "2021-05-01", "2024-05-01")


def test_contracts_count_by_year_with_their_increment_and_once() -> None:
    told = settled(
        "liaocheng", ("2020", "2021"), "2021-12-31",
        technology_contract="party_id,registration_no,type,role,seller,buyer,technology,registered_on,contract_amount\n"
                            "甲,C1,transfer,seller,甲,丙,T1,2020-06-01,800万元\n"
                            "甲,C2,transfer,seller,甲,丙,T1,2021-06-01,1000万元\n"
                            "乙,C3,service,seller,乙,丙,,2021-07-01,3000万元\n"
                            "丙,C3,service,buyer,乙,丙,,2021-07-01,3000万元\n"
                            "乙,C4,development,seller,乙,丙,T2,2020-08-01,400万元\n"
                            "乙,C5,consulting,seller,乙,丙,,2021-08-01,100万元",
        contract_payment="party_id,registration_no,contract_type,paid_on,amount,voucher_no\n"
                         "丙,C2,transfer,2021-09-01,500万元,记字17号",
    )  # fmt: skip
    sums = {party: [items.get("contract_subsidy", {}).get("fen") for items in years] for party, years in told.items()}
    # 800万元 and 400万元 at 1.5 %; then the increment of 200万元 at 1.5 %, 3000万元 of services and 100万元 of
    # advice at 0.1 %
    assert sums["甲"] == [12_000_000, 3_000_000]
    assert sums["乙"] == [6_000_000, 3_100_000]
    assert sums["丙"] == [None, None], "the buyer has no second subsidy for the same transfer"
    [paid] = pq.read_table("facts/contract_payment.parquet").to_pylist()
    assert (paid["registration_no"], paid["voucher_no"]) == ("C2", "记字17号")


def test_those_on_a_list_get_nothing_until_their_credit_is_repaired() -> None:
    """乙 is on the list of research misconduct, 丙 was on another and is repaired; simulated facts of Weihai."""
    told = settled(
        "weihai", ("2023",), "2023-12-31", "--simulated",
        qualification="party_id,title,recognition_kind,issued_on\n甲,hnte,first,2023-10-01\n"
                      "乙,hnte,first,2023-10-01\n丙,hnte,first,2023-10-01",
        integrity_record="party_id,list,starts_on,ends_on,repaired_on\n"
                         "乙,research_misconduct,2023-01-01,,\n丙,serious_dishonesty,2022-01-01,,2023-06-30",
    )  # fmt: skip
    free, listed, repaired = (items[0]["hnte_reward"] for items in told.values())
    assert free["status"] == repaired["status"] == "sum" and free["payable"] == repaired["payable"] > 0
    assert (listed["status"], listed["payable"]) == ("excluded", 0) and listed["excluded_by"]
