"""The numbers of both READMEs and the list of decisions are those of the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.packs.load import cities_root, known_cities, load_pack

ROOT = Path(__file__).parents[2]
CHINESE = {5: "五", 6: "六", 7: "七", 8: "八", 9: "九", 10: "十"}
ENGLISH = {5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


def test_the_readmes_and_the_changelog_count_the_documents_of_all_cities() -> None:
    number = sum(len(load_pack(name).documents) for name in known_cities(cities_root()))
    assert f"{CHINESE[number]}份文件" in (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
    for page in ("README.md", "CHANGELOG.md"):
        assert f"{ENGLISH[number]} documents" in (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_demo_as_the_readmes_show_it_begins_with_the_numbers_of_the_city(page: str) -> None:
    pack = load_pack("weihai")
    begins = f"{pack.city.name}：{len(pack.documents)} 份文件，"
    counted = f"{len(pack.clauses)} 个条款，{len(pack.registers)} 个登记簿"
    line = next(one for one in (ROOT / page).read_text(encoding="utf-8").splitlines() if begins in one)
    assert counted in line


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readmes_do_not_say_that_nothing_is_approved(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "审批和支付" not in text and "approving and paying" not in text


def test_every_decision_and_how_to_stands_in_the_list_of_documentation() -> None:
    listed = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [*(ROOT / "docs" / "decisions").glob("*.md"), *(ROOT / "docs" / "how-to").glob("*.md")]
    missing = sorted(one.name for one in pages if f"({one.parent.name}/{one.name})" not in listed)
    assert pages and missing == []
