"""What is granted and paid comes back as facts: the firm's page, the next run and the next round know it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from django.conf import settings
from django.test import Client

from innocity.actions.award_of_matter import award_of
from innocity.actions.granted import decided_rows, parts_of
from innocity.actions.ledger import ledger
from innocity.actions.procedure_records import open_cases
from innocity.actions.take_snapshot import take_snapshot
from innocity.engines.rules.run import settle
from innocity.records.models import Correction, Party
from innocity.web.cities import pack_of
from tests.web.conftest import Persona
from tests.web.firm.test_corrections import asking
from tests.web.test_matter_money import START, applied, approved, laboratory, officer
from tests.web.test_matters import OPERATOR, open_calls, recorded, step

MINE = "/weihai/my/entitlements/?year=2023"
LETTER = "/weihai/my/entitlements/letter/?year=2023"
DEADLINES = "/weihai/my/entitlements/deadlines.ics?year=2023"


def rows(register: str, there: str) -> list[Any]:
    """The facts of a register that came of a matter."""
    case = there.rstrip("/").rpartition("/")[2]
    found = ledger(pack_of("weihai"), register, Path(settings.INNOCITY_VAR)).rows()
    return [one for one in found if case in one["source"]]


def party_of(name: str) -> str:
    return str(Party.objects.get(handlers__account__user__username=name).id)


def paid(persona: Persona, there: str, total: str) -> Any:
    officer("wh_finance")
    return step(persona("wh_finance"), there, "pay", actor="wh_finance", sum=total, evidence="凭证")


def item(client: Client, clause: str = "hnte_reward") -> Any:
    return next(one for one in client.get(MINE).context["found"].items if one.clause.id == clause)


def test_from_applying_to_paying_the_registers_and_the_firm_s_page_follow(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    before = firm.get(MINE).context["found"].total
    there = applied(persona)
    page = firm.get(MINE)
    assert page.context["found"].total == before - 10**7, "what was applied for is no longer there to claim"
    assert [one.item.clause.id for group in page.context["groups"] if group["id"] == "applied"
            for one in group["items"]] == ["hnte_reward"]  # fmt: skip
    assert rows("decision", there) == [] and page.context["settled"] == {"applied": 1, "granted": 0, "paid": 0}

    assert approved(science, there, "8万元", "材料只证明了一部分").status_code == 302
    [decision] = rows("decision", there)
    assert (decision["clause"], decision["object"], decision["year"]) == ("hnte_reward", party_of("firm"), 2023)
    assert (decision["selected"], decision["sum"], decision["by"]) == (True, 8 * 10**6, "市科技局")
    assert decision["reason"] == "材料只证明了一部分" and rows("award", there) == []
    one = item(firm)
    assert (one.award.decided, one.fen, one.counts) == (8 * 10**6, 8 * 10**6, False)
    page = firm.get(MINE)
    assert page.context["settled"] == {"applied": 0, "granted": 8 * 10**6, "paid": 0}
    assert "主管部门核定 8万元" in page.content.decode() and "材料只证明了一部分" in page.content.decode()

    assert paid(persona, there, "8万元").status_code == 302
    [award] = rows("award", there)
    assert (award["clause"], award["year"], award["call"]) == ("hnte_reward", 2023, "demo_call_2023_firms")
    assert (award["estimated"], award["approved"], award["paid"], award["amount"]) == (10**7, *[8 * 10**6] * 3)
    assert award["payment_year"] == date.today().year
    page = firm.get(MINE)
    assert page.context["settled"] == {"applied": 0, "granted": 8 * 10**6, "paid": 8 * 10**6}
    assert page.context["found"].total == before - 10**7 and "已拨付" in page.content.decode()


def test_the_next_run_gives_what_was_decided(persona: Persona, records: Path, tmp_path: Path) -> None:
    there = applied(persona)
    assert approved(persona("science"), there, "8万元", "材料只证明了一部分").status_code == 302
    pack, party = pack_of("weihai"), party_of("firm")
    taken = take_snapshot(pack, OPERATOR, tmp_path / "facts", as_of=date.today())
    settle(pack, Path(taken.folder), tmp_path / "run", 2023)
    awards = tmp_path / "run" / "awards.parquet"
    sql = (f"SELECT status, computed, decided, payable FROM '{awards}'"
           f" WHERE clause = 'hnte_reward' AND party = '{party}'")  # fmt: skip
    assert duckdb.sql(sql).fetchall() == [("sum", 10**7, 8 * 10**6, 8 * 10**6)]


def test_a_refusal_leaves_no_decision_behind_and_the_sum_can_be_claimed_again(persona: Persona) -> None:
    firm, there = persona("firm"), applied(persona)
    before = firm.get(MINE).context["found"].total
    assert step(persona("science"), there, "refuse", actor="wh_science", text="证书过期").status_code == 302
    assert rows("decision", there) == [] and firm.get(MINE).context["found"].total == before + 10**7


def test_a_service_is_granted_without_a_sum(persona: Persona) -> None:
    there = applied(persona)
    pack, var = pack_of("weihai"), Path(settings.INNOCITY_VAR)
    case = open_cases(pack, date.max, var, on=date.today())[there.rstrip("/").rpartition("/")[2]]
    found = award_of(pack, case.applicant, case.taken[0], var)
    assert found is not None
    served = replace(found, awards=tuple(replace(one, status="in_kind") for one in found.awards))
    [row] = decided_rows(served, parts_of(served, case, 0), date.today())
    assert (row["object"], row["selected"], row["sum"]) == (case.applicant, "true", "")


def test_what_the_registers_know_nothing_of_is_kept_under_the_matter(persona: Persona) -> None:
    there = applied(persona, clause="national_key_lab", sum="")
    assert approved(persona("science"), there, "1万元", "批复看过").status_code == 302
    [decision] = rows("decision", there)
    assert decision["object"] == there.rstrip("/").rpartition("/")[2] and decision["sum"] == 10**6


def test_a_sum_for_several_things_is_shared_among_them_within_what_each_gives(persona: Persona) -> None:
    party = party_of("firm")
    for name in ("LAB-7", "LAB-8"):
        laboratory(party, "lead", name)
    there = applied(persona, clause="national_key_lab", sum="")
    pack, var = pack_of("weihai"), Path(settings.INNOCITY_VAR)
    case = open_cases(pack, date.max, var, on=date.today())[there.rstrip("/").rpartition("/")[2]]
    found = award_of(pack, party, case.taken[0], var)
    assert found is not None and found.bound
    for total in (found.bound, found.bound - 1, 1, 10**6 + 1):
        parts = parts_of(found, case, total)
        assert sum(parts.values()) == total and set(parts) <= {"LAB-7", "LAB-8"}
        assert all(parts.get(one.object, 0) <= (one.computed or 0) for one in found.awards)
    assert approved(persona("science"), there, f"{found.bound // 10**6 - 1}万元", "少一点").status_code == 302
    decided = {one["object"]: one["sum"] for one in rows("decision", there)}
    assert sum(decided.values()) == found.bound - 10**6
    assert paid(persona, there, f"{found.bound // 10**6 - 1}万元").status_code == 302
    assert {one["object"]: one["paid"] for one in rows("award", there)} == decided


@pytest.mark.parametrize("asked", ["decision", "award"])
def test_a_firm_sees_these_facts_among_its_own_data(persona: Persona, asked: str) -> None:
    there = applied(persona)
    assert approved(persona("science"), there, "10万元").status_code == 302
    assert paid(persona, there, "10万元").status_code == 302
    case = there.rstrip("/").rpartition("/")[2]
    assert case in persona("firm").get(f"/weihai/my/facts/{asked}/").content.decode()


def test_a_correction_says_that_the_facts_would_no_longer_bear_what_was_decided(persona: Persona) -> None:
    there = applied(persona)
    assert approved(persona("science"), there, "10万元").status_code == 302
    client, address = asking(persona)
    client.post(address + "what/", {"columns": ["*"]})
    client.post(address + "why/", {"reason": "不是本单位的"})
    client.post(address + "papers/", {})
    client.post(address + "check/")
    page = persona("science").get(f"/weihai/office/corrections/{Correction.objects.latest('id').id}/")
    assert page.context["consequence"]["found"].above == (("高新技术企业认定奖励", 10**7, 0),)
    assert "已经核定 10万元，更正后条款给 0元" in page.content.decode()


# --- what others recorded ----------------------------------------------------------------------------------------


def decided(party: str, **more: str) -> None:
    recorded("decision", {
        "fact_id": "d-1", "party_id": party, "clause": "hnte_reward", "object": party, "year": "2023",
        "by": "市政府常务会议", "decided_on": "2023-12-20", "reason": "集体研究", **more,
    })  # fmt: skip


def test_whoever_was_not_chosen_reads_who_decided_and_why_and_is_not_asked_to_apply(persona: Persona) -> None:
    decided(party_of("firm"), selected="false")
    firm = persona("firm")
    page = firm.get(MINE)
    one, text = item(firm), page.content.decode()
    assert (one.counts, one.outcome.state, page.context["found"].total) == (False, "refused", 0)
    assert "未入选" in text and "市政府常务会议" in text and "集体研究" in text and "不重复给" not in text
    assert "start/call_application/?clause=hnte_reward" not in text
    assert "高新技术企业认定奖励" not in firm.get(DEADLINES).content.decode()


def test_a_sum_that_was_decided_is_no_estimate(persona: Persona) -> None:
    decided(party_of("firm"), selected="true", sum="6万元")
    firm = persona("firm")
    page, letter = firm.get(MINE), firm.get(LETTER).content.decode()
    assert page.context["settled"]["granted"] == 6 * 10**6 and page.context["found"].total == 0
    assert "主管部门核定 6万元" in page.content.decode()
    assert "已核定" in letter and "6万元" in letter


def test_what_the_book_of_payments_says_is_paid_is_not_offered_again(persona: Persona) -> None:
    party = party_of("firm")
    recorded("award", {"fact_id": "a-1", "party_id": party, "clause": "hnte_reward", "object": party, "year": "2023",
                       "paid": "10万元", "amount": "10万元", "payment_year": "2023"})  # fmt: skip
    firm = persona("firm")
    one, text = item(firm), firm.get(MINE).content.decode()
    assert (one.counts, one.outcome.state, one.outcome.paid) == (False, "paid", 10**7)
    assert "start/call_application/?clause=hnte_reward" not in text and "已拨付" in text and "2023 年" in text
    assert "高新技术企业认定奖励" not in firm.get(DEADLINES).content.decode()


def test_a_thing_that_is_given_for_once_is_shown_to_the_holder_alone_whom_a_run_gives_it(
    persona: Persona, tmp_path: Path
) -> None:
    first, second = party_of("firm"), party_of("other_firm")
    laboratory(first, "participant")
    laboratory(second, "lead")
    pack = pack_of("weihai")
    taken = take_snapshot(pack, OPERATOR, tmp_path / "facts", as_of=date.today())
    settle(pack, Path(taken.folder), tmp_path / "run", 2023)
    sql = (f"SELECT party, after_group, group_by FROM '{tmp_path / 'run' / 'awards.parquet'}'"
           " WHERE clause = 'national_key_lab' AND object = 'LAB-9'")  # fmt: skip
    run = {party: (fen, why) for party, fen, why in duckdb.sql(sql).fetchall()}
    pages = {name: item(persona(name), "national_key_lab").award for name in ("firm", "other_firm")}
    assert {party_of(name): (one.after_group, one.group_by) for name, one in pages.items()} == run
    assert run[first] == (0, "once") and run[second][0] > 0
    assert "同一事项只给一次" in persona("firm").get(MINE).content.decode()


def test_what_another_got_for_the_same_thing_in_an_earlier_year_is_not_shown_as_open(persona: Persona) -> None:
    first, second = party_of("firm"), party_of("other_firm")
    laboratory(first, "lead")
    assert item(persona("firm"), "national_key_lab").award.after_group > 0
    recorded("award", {"fact_id": "a-2", "party_id": second, "clause": "national_key_lab", "object": "LAB-9",
                       "year": "2021", "amount": "100万元", "paid": "100万元"})  # fmt: skip
    found = item(persona("firm"), "national_key_lab").award
    assert (found.after_group, found.group_by) == (0, "once")


def test_whoever_chooses_what_to_apply_for_sees_what_each_would_bring(persona: Persona) -> None:
    firm = persona("firm")
    open_calls()
    page = firm.get(START)
    told = page.context["worth"]["hnte_reward"]
    assert (told.fen, told.word) == (10**7, "可申报") and "10万元" in page.content.decode()
    applied(persona)
    assert firm.get(START).context["worth"]["hnte_reward"].word == "已申报"


def test_whoever_was_granted_a_thing_holds_it_for_runs_and_pages_alike(persona: Persona, tmp_path: Path) -> None:
    first, second = party_of("firm"), party_of("other_firm")
    laboratory(first, "participant")
    there = applied(persona, clause="national_key_lab", sum="")
    assert approved(persona("science"), there, "50万元", "批复看过").status_code == 302
    laboratory(second, "lead")
    lead = item(persona("other_firm"), "national_key_lab")
    assert (lead.award.after_group, lead.award.group_by, lead.counts) == (0, "once", False)
    taken = take_snapshot(pack_of("weihai"), OPERATOR, tmp_path / "facts", as_of=date.today())
    settle(pack_of("weihai"), Path(taken.folder), tmp_path / "run", 2023)
    sql = (f"SELECT party, payable FROM '{tmp_path / 'run' / 'awards.parquet'}'"
           " WHERE clause = 'national_key_lab' AND object = 'LAB-9'")  # fmt: skip
    assert dict(duckdb.sql(sql).fetchall()) == {first: 5 * 10**7, second: 0}


def test_what_another_was_paid_for_the_same_thing_this_year_is_not_offered(persona: Persona) -> None:
    first, second = party_of("firm"), party_of("other_firm")
    laboratory(first, "lead")
    recorded("award", {"fact_id": "a-3", "party_id": second, "clause": "national_key_lab", "object": "LAB-9",
                       "year": "2023", "amount": "100万元", "paid": "100万元"})  # fmt: skip
    assert item(persona("firm"), "national_key_lab").award.after_group == 0


def test_what_was_granted_on_an_officer_s_judgement_is_told_though_no_fact_bears_it_out(persona: Persona) -> None:
    there = applied(persona, clause="national_key_lab", sum="")
    assert approved(persona("science"), there, "1万元", "批复看过").status_code == 302
    firm = persona("firm")
    page = firm.get(MINE)
    assert page.context["settled"] == {"applied": 0, "granted": 10**6, "paid": 0}
    assert "另有办理和决定" in page.content.decode() and "核定 1万元" in page.content.decode()
    assert paid(persona, there, "1万元").status_code == 302
    [award] = rows("award", there)
    assert award["approved"] == 10**6
    assert firm.get(MINE).context["settled"] == {"applied": 0, "granted": 10**6, "paid": 10**6}


def test_a_thing_that_came_after_the_decision_can_be_applied_for(persona: Persona) -> None:
    party = party_of("firm")
    laboratory(party, "lead", "LAB-7")
    there = applied(persona, clause="national_key_lab", sum="")
    assert approved(persona("science"), there, "100万元", "少一点").status_code == 302
    laboratory(party, "lead", "LAB-8")
    found = {one.award.object: one.outcome for one in persona("firm").get(MINE).context["found"].items
             if one.clause.id == "national_key_lab"}  # fmt: skip
    assert found["LAB-7"].state == "granted" and found["LAB-8"] is None
    told = {"title": "重点实验室", "clause": "national_key_lab", "text": "申报", "evidence": "批复"}
    assert step(persona("firm"), START, "apply", **told, object="LAB-8").status_code == 302
    assert step(persona("firm"), START, "apply", **told, object="LAB-7").status_code == 422


def test_nothing_granted_is_no_grant(persona: Persona) -> None:
    there = applied(persona)
    assert approved(persona("science"), there, "0元", "没有发生费用").status_code == 302
    [decision] = rows("decision", there)
    assert decision["selected"] is False and item(persona("firm")).outcome.state == "refused"


def test_a_book_of_payments_in_instalments_counts_what_was_approved_once(persona: Persona) -> None:
    party = party_of("firm")
    both = [{"fact_id": f"a-{n}", "party_id": party, "clause": "hnte_reward", "object": party, "year": "2023",
             "approved": "10万元", "paid": "5万元", "amount": "5万元"} for n in (4, 5)]  # fmt: skip
    recorded("award", *both)
    assert persona("firm").get(MINE).context["settled"] == {"applied": 0, "granted": 10**7, "paid": 10**7}


def test_a_decided_sum_stands_though_an_exclusion_came_later(persona: Persona) -> None:
    party = party_of("firm")
    there = applied(persona)
    assert approved(persona("science"), there, "10万元").status_code == 302
    recorded("integrity_record", {"party_id": party, "list": "research_misconduct", "starts_on": "2023-05-01",
                                  "valid_from": "2023-05-01"})  # fmt: skip
    assert item(persona("firm")).outcome.decided == 10**7
