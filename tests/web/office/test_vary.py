"""多值比较: values of one or two parameters, what each combination costs, which a budget bears, one kept as a draft."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from innocity.actions import reform_jobs, vary_reform
from innocity.actions.reform_jobs import Job
from innocity.actions.try_reform import read_reforms
from innocity.core.errors import InnoCityError
from tests.web.conftest import Persona

FORM = "/weihai/office/reform/vary/"
TWO = {
    "a": "hnte_reward.first", "a_values": "20万元，30万元",
    "b": "hnte_reward.again", "b_from": "5万元", "b_to": "10万元", "b_step": "5万元",
}  # fmt: skip


def compared(client: Client, **data: str) -> Any:
    """The page of a comparison once it is over."""
    answer = client.post(FORM, data)
    assert answer.status_code == 302, answer.context["faults"]
    for _ in range(400):
        page = client.get(answer["Location"])
        if page.context["job"].over:
            return page
        time.sleep(0.25)
    raise AssertionError("the job is not over")


def test_combinations_are_compared_with_a_budget_and_one_is_kept(persona: Persona, records: Path) -> None:
    client = persona("science")
    now = client.get(FORM).context["now"]
    page = compared(client, **TWO, budget=f"{now // 100}.{now % 100:02d}元")
    shown = page.context
    rows, best = shown["rows"], shown["best"]
    assert shown["job"].state == "done", shown["job"].error
    assert [row["values"] for row in rows] == [[a, b] for a in ("20万元", "30万元") for b in ("5万元", "10万元")]
    assert shown["current"] == now and shown["job"].done == shown["job"].of == 4
    for row in rows:  # totals, and who gains and loses, are computed in two ways
        assert row["more"] == row["payable"] - now == row["gained"] - row["lost"]
        assert row["parties"] > 0 and row["awards"] >= row["parties"] and row["within"] is (row["payable"] <= now)
    assert [row["number"] for row in rows if row["today"]] == [
        row["number"] for row in rows if not row["winners"] and not row["losers"]
    ] != []  # fmt: skip
    assert best["today"] and 1 <= shown["borne"] < 4
    text = page.content.decode()
    assert "模拟数据" in text and text.count('type="radio"') == 4 and shown["chart"]["axis"][1] == "首次认定"

    address = f"/weihai/office/reform/jobs/{shown['job'].id}/variants"
    kept = client.post(f"{address}/keep/", {"variant": "4", "name": "预算外的"})
    assert kept.status_code == 302
    draft = client.get(kept["Location"]).context
    assert draft["more"] == rows[3]["more"] and draft["report"]["winners"] == rows[3]["winners"]
    assert "hnte_reward" in client.get(f"{kept['Location']}overlay.yaml").content.decode()
    unnamed = client.post(f"{address}/keep/", {"variant": "1", "name": ""})
    assert unnamed.status_code == 302
    assert set(read_reforms(records, "weihai")) == {"预算外的", "首次认定20万元，重新认定5万元"}
    again = client.post(f"{address}/keep/", {"variant": "1", "name": "预算外的"})
    assert again.status_code == 422 and again.context["faults"][0].field == "name"
    assert client.post(f"{address}/keep/", {"variant": "5"}).status_code == 422

    lines = list(csv.reader(io.StringIO(client.get(f"{address}.csv").content.decode("utf-8-sig"))))
    table = lines[next(at for at, line in enumerate(lines) if "测算合计（元）" in line) :]
    assert len(table) == 5 and "模拟" in str(lines)
    assert [float(line[2]) for line in table[1:]] == [row["payable"] / 100 for row in shown["rows"]]
    assert client.get(f"{address}.xlsx").content.startswith(b"PK")
    assert client.get(f"{address}.pdf").status_code == 404


def test_many_combinations_come_to_totals_and_one_is_then_tried_alone(
    persona: Persona, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job("00000000000000ab", "weihai", "done", "完成", "science", "很多", time.time(), kind="vary", done=2, of=2)
    folder = records / "weihai" / "reforms" / ".jobs" / job.id
    clauses = {"hnte_reward": {"count": 1, "payable": 200, "more": 100}}
    variants = [
        {"settings": {"hnte_reward.first": f"{n}0万元"}, "payable": n * 100, "more": 0, "within": None,
         "clauses": clauses} for n in (2, 3)
    ]  # fmt: skip
    report = {"name": "很多", "city": "weihai", "year": 2023, "simulated": True, "current": {"payable": 200},
              "budget": None, "variants": variants, "as_of": "2023-12-31"}  # fmt: skip
    from dataclasses import asdict

    from innocity.actions.try_reform import write_json

    write_json(folder / "state.json", asdict(job))
    write_json(folder / "result.json", report)
    client = persona("science")
    page = client.get(f"/weihai/office/reform/jobs/{job.id}/")
    assert not page.context["whole"] and "单独算这一个" in page.content.decode()
    alone = client.post(f"/weihai/office/reform/jobs/{job.id}/variants/keep/", {"variant": "2"})
    assert alone.status_code == 302
    started = reform_jobs.job_of(records, "weihai", alone["Location"].rstrip("/").rpartition("/")[2])
    assert started is not None and started.kind == "reform" and started.name == "首次认定30万元"
    assert persona("group_office").get(f"/weihai/office/reform/jobs/{job.id}/variants.csv").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"a": ""}, "f-a"),
        ({"a": "no_clause.x"}, "f-a"),
        ({"a_values": ""}, "f-a-values"),
        ({"a_values": "20万元，很多"}, "f-a-values"),
        ({"a_values": "5%"}, "f-a-values"),
        ({"b": "hnte_reward.first"}, "f-b"),
        ({"b_step": "0元"}, "f-b-from"),
        ({"b_from": "5%"}, "f-b-from"),
        ({"b_step": "1元"}, "f-b-from"),
        ({"a_values": "，".join(f"{n}万元" for n in range(1, 110))}, "f-a-values"),
        ({"budget": "很多"}, "f-budget"),
        ({"budget": "0元"}, "f-budget"),
    ],
)
def test_what_cannot_be_compared_is_told_at_its_field(persona: Persona, changed: dict[str, str], field: str) -> None:
    answer = persona("science").post(FORM, TWO | changed)
    assert answer.status_code == 422 and field in {fault.field for fault in answer.context["faults"]}
    text = answer.content.decode()
    assert f'href="#{field}"' in text and f'id="{field}"' in text


def test_ways_of_sharing_are_values_too(persona: Persona) -> None:
    """Named in Chinese as the form shows them; left empty, all of them."""
    client = persona("science")
    found = compared(client, a="science_fund.share", a_values="先到先得，按同一比例").context
    assert [row["values"] for row in found["rows"]] == [["先到先得"], ["按同一比例"]]
    page = client.get(FORM, {"a": "science_fund.share"}).content.decode()
    assert '<option value="science_fund.share" selected>' in page


@pytest.mark.parametrize(
    ("first", "last", "step", "values"),
    [
        ("1000元", "1.2万元", "5500元", ["1000元", "6500元", "1.2万元"]),
        ("2000元/月", "3000元/月", "500元/月", ["2000元/月", "2500元/月", "3000元/月"]),
        ("1‰", "3‰", "1‰", ["0.1%", "0.2%", "0.3%"]),
        ("1/3", "1/3", "1%", ["1/3"]),
        ("1", "3", "2", ["1", "3"]),
        ("20万元", "25万元", "10万元", ["20万元"]),
    ],
)
def test_values_between_are_written_as_literals(first: str, last: str, step: str, values: list[str]) -> None:
    assert vary_reform.values_between(first, last, step) == values


def test_values_of_two_kinds_have_nothing_between() -> None:
    with pytest.raises(InnoCityError, match="不是同一种数"):
        vary_reform.values_between("1万元", "5%", "1%")


def test_who_only_reads_compares_nothing(persona: Persona) -> None:
    assert persona("auditor").get(FORM).status_code == 403
    assert "多值比较" in persona("science").get("/weihai/office/reform/").content.decode()
