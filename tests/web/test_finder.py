"""The finder: what is found, with and without htmx."""

from __future__ import annotations

import pytest
from django.test import Client

from innocity.web.finder import AMOUNTS, AUDIENCES, INDUSTRIES, SIZES, Query, catalogue, find


def ids(city: str, query: Query) -> list[str]:
    return [one.clause.id for one in find(city, query)]


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_every_clause_is_for_someone_and_only_promises_are_found(city: str) -> None:
    assert [one.clause.id for one in catalogue(city) if not one.audiences] == []
    assert {one.clause.force for one in catalogue(city)} <= {"entitlement", "intent"}


def test_words_must_all_occur() -> None:
    both = ids("weihai", Query(words="高新技术企业 认定"))
    assert "hnte_reward" in both
    assert set(both) == set(ids("weihai", Query(words="高新技术企业"))) & set(ids("weihai", Query(words="认定")))


def test_a_clause_that_bears_the_words_in_its_name_comes_first() -> None:
    found = find("weihai", Query(words="高新技术企业"))
    named = ["高新技术企业" in one.clause.name or "高企" in one.clause.name for one in found]
    assert named == sorted(named, reverse=True) and named[0] and not named[-1]
    assert ids("weihai", Query(words="高新技术企业 认定 奖励"))[0] == "hnte_reward"
    amounts = [one.most or 0 for one in find("weihai", Query(words="高新技术企业", order="amount"))]
    assert amounts == sorted(amounts, reverse=True), "asked for the largest sums, the words do not decide"


@pytest.mark.parametrize(
    "words", ["高企奖励", "高新企业 奖励", "高新企业奖励", "高企认定", "奖励，高企", "高新技术企业的认定奖励"]
)
def test_short_forms_and_words_run_together_find_what_is_meant(words: str) -> None:
    assert ids("weihai", Query(words=words))[0] == "hnte_reward"


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_a_short_form_finds_what_the_full_name_finds(city: str) -> None:
    full = set(ids(city, Query(words="高新技术企业")))
    assert full and full == set(ids(city, Query(words="高企"))) == set(ids(city, Query(words="高新企业")))
    assert set(ids(city, Query(words="博士后补贴"))) == set(ids(city, Query(words="博士后 补助")))
    assert ids(city, Query(words="没有这样的词儿")) == []


def test_amounts() -> None:
    found = find("weihai", Query(least="1000万元", order="amount"))
    assert "national_key_lab" in {one.clause.id for one in found}
    assert all(one.most is not None and one.most >= 10**9 for one in found)
    sums = [one.most or 0 for one in find("weihai", Query(order="amount"))]
    assert sums == sorted(sums, reverse=True)


def test_a_clause_that_names_no_industry_is_open_to_all() -> None:
    marine = ids("weihai", Query(industry="marine"))
    assert "marine_technology_support" in marine and "hnte_reward" in marine
    assert "clinical_centre_city" not in marine


@pytest.mark.parametrize(
    ("field", "values"),
    [("audience", AUDIENCES), ("industry", INDUSTRIES), ("size", SIZES), ("least", dict.fromkeys(AMOUNTS))],
)
def test_every_answer_finds_something(field: str, values: dict[str, object]) -> None:
    assert [key for key in values if not find("weihai", Query(**{field: key}))] == []


def test_htmx_gets_the_results_alone(site: Client) -> None:
    whole = site.get("/weihai/clauses/?topic=high_tech_firms").content.decode()
    part = site.get("/weihai/clauses/?topic=high_tech_firms", headers={"HX-Request": "true"}).content.decode()
    assert "<html" in whole and "<html" not in part
    assert part.strip() in whole and "高新技术企业认定奖励" in part


def test_strange_queries_are_harmless(site: Client) -> None:
    for query in ("page=999", "page=x", "least=5", "words=" + "甲" * 500, "audience=none"):
        assert site.get(f"/weihai/clauses/?{query}").status_code == 200, query
    assert site.get("/weihai/clauses/?topic=%00").status_code == 400
    answer = site.get("/weihai/clauses/?words=<script>x</script>").content.decode()
    assert "<script>x" not in answer and "&lt;script&gt;" in answer
