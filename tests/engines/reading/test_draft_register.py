"""Which register a drafted clause counts: the one that keeps what the text names, else that of drafts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from innocity.actions.draft_pack import draft_pack, write_draft
from innocity.actions.draft_register import REGISTER
from innocity.engines.rules.cases import read_cases, run_case
from innocity.engines.rules.duck_engine import DuckEngine
from innocity.packs.load import load_pack
from innocity.packs.model import Clause, Pack

NAMED = [
    ("对首次认定的高新技术企业，一次性奖励20万元", "qualification", "title == 'hnte' and recognition_kind == 'first'"),
    ("对认定为国家级技术创新中心的，给予500万元奖励", "innovation_platform",
     "type == 'tech_centre' and level == 'national'"),
    ("对获批省级以上重点实验室的单位，给予100万元奖励", "innovation_platform",
     "type == 'key_lab' and level in ['province', 'national']"),
    ("经认定登记的技术开发合同、技术转让合同，按合同成交额的2%给予补助，最高不超过50万元", "technology_contract",
     "type in ['development', 'transfer']"),
]  # fmt: skip
LADDERS = [
    ("新认定的国家级、省级重点实验室，分别给予500万元、100万元补助", "level", ("national", "province")),
    ("首次认定的高新技术企业每家奖励25万元，重新认定的每家奖励12万元", "recognition_kind", ("first", "again")),
    ("年度评价为优秀、良好、合格的科技企业孵化器，分别给予30万元、20万元、10万元补贴", "result",
     ("excellent", "good", "pass")),
]  # fmt: skip
UNSETTLED = [
    "对购买保险的高新技术企业，一次性奖励20万元",  # no event that the register records
    "对新认定的示范农场，一次性奖励20万元",  # nothing that a code list names
    "对年获发明专利授权20件以上的单位，给予20万元奖励",  # a sum a firm, not a patent
]
THRESHOLD = "对年度营业收入超过5000万元的企业，给予30万元奖励"
LIMITED = "对购置设备的企业，按贷款利息的50%给予贴息，单户企业年贴息额不超过100万元"
SENTENCES = [*(n[0] for n in NAMED), *(n[0] for n in LADDERS), *UNSETTLED, THRESHOLD, LIMITED]


@dataclass
class Town:
    """A new city drafted from one document, and the texts of its clauses."""

    folder: Path
    pack: Pack
    document: str

    def clause(self, sentence: str) -> Clause:
        """The clause of a sentence: they stand in the order of the document."""
        return list(self.pack.clauses.values())[SENTENCES.index(sentence)]

    def written(self, sentence: str) -> str:
        """The fence of a sentence's clause as it is written."""
        return self.document.split(f"id: {self.clause(sentence).id}\n")[1].split("```")[0]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town") / "newtown"
    articles = "\n".join(f"第{n}条 {s}。" for n, s in enumerate(SENTENCES, 1))
    write_draft(draft_pack(f"青泽市支持科技创新若干措施\n2024年3月1日\n{articles}", "a.txt", folder))
    pack = load_pack(folder)
    assert len(pack.clauses) == len(SENTENCES)
    return Town(folder, pack, next((folder / "documents").glob("*.md")).read_text("utf-8"))


def test_every_case_comes_out(town: Town) -> None:
    cases = [c for p in sorted((town.folder / "cases").glob("*.yaml")) for c in read_cases(p)]
    engines = {"duckdb": DuckEngine()}
    outcomes = [run_case(town.pack, c, engines) for c in cases]
    assert len(cases) >= 2 * len(SENTENCES) and [o.problems for o in outcomes if not o.holds] == []


@pytest.mark.parametrize(("sentence", "register", "where"), NAMED)
def test_the_register_that_keeps_what_the_text_names_is_proposed(
    town: Town, sentence: str, register: str, where: str
) -> None:
    clause = town.clause(sentence)
    assert (clause.register_, clause.where) == (register, where)


@pytest.mark.parametrize(("sentence", "by", "codes"), LADDERS)
def test_sums_that_differ_by_a_column_become_a_ladder_of_its_codes(
    town: Town, sentence: str, by: str, codes: tuple[str, ...]
) -> None:
    cases = ", ".join(f"{code}: sum_{n}" for n, code in enumerate(codes, 1))
    fence = town.written(sentence).replace("\n", " ")
    assert f"by: {by}" in fence and cases in fence


@pytest.mark.parametrize("sentence", UNSETTLED)
def test_what_the_words_do_not_settle_stays_in_the_register_of_drafts(town: Town, sentence: str) -> None:
    assert town.clause(sentence).register_ == REGISTER


def test_a_threshold_becomes_a_condition_with_a_number_nobody_confirmed(town: Town) -> None:
    clause = town.clause(THRESHOLD)
    (condition,) = clause.when
    assert condition.if_ == "condition_amount > floor_1" and "待写" in str(condition.says)
    assert clause.params["floor_1"].reading and clause.params["floor_1"].confirmed is None


def test_a_limit_of_what_is_paid_is_no_condition(town: Town) -> None:
    assert not town.clause(LIMITED).when


def test_the_register_of_drafts_is_made_only_where_a_clause_counts_it(tmp_path: Path) -> None:
    made = draft_pack(f"第一条 {NAMED[0][0]}。", "a.txt", tmp_path / "newtown")
    assert [f.path for f in made.files if f.path.startswith("registers/")] == []
