"""What a person decides about findings is kept, scored by --evaluate, and drafted."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.actions.draft_pack import draft_pack
from innocity.actions.keep_corpus import keep_corpus
from innocity.cli.read import scores
from innocity.core.errors import InnoCityError
from innocity.engines.reading.corpus import KINDS, Decision, decided
from innocity.engines.reading.model import Reading
from innocity.engines.reading.pipeline import read

SOURCE = (Path(__file__).parent / "documents" / "102_lanjiang_plan.txt").read_text("utf-8")


def all_accepted(reading: Reading) -> list[Decision]:
    return [Decision(kind, n, "accept") for kind in KINDS for n in range(len(getattr(reading, kind)))]


def test_what_is_accepted_scores_full_marks(tmp_path: Path) -> None:
    reading = read(SOURCE)
    keep_corpus(tmp_path, "plan", SOURCE, decided(reading, all_accepted(reading), SOURCE))
    found = scores(tmp_path / "gold", tmp_path / "sources")["plan"]
    assert {k: s.as_dict()["f1"] for k, s in found.items() if s.right} == dict.fromkeys(
        [k for k, s in found.items() if s.right], 1.0
    )
    assert found["tasks"].right > 10 and found["targets_all"].right > 10 and found["outline"].right > 10


def test_rejected_and_added_findings_cost_precision_and_recall(tmp_path: Path) -> None:
    reading = read(SOURCE)
    place = SOURCE.index("鼓励区县配套安排资金")
    added = {
        "start": place, "end": place + 10, "subject": None, "trigger": None, "trigger_kind": None,
        "shape": "discretionary", "amounts": [], "gate": None, "payers": [], "force": "intent",
    }  # fmt: skip
    rejected = next(n for n, b in enumerate(reading.benefits) if b.quantified)
    decisions = [d for d in all_accepted(reading) if (d.kind, d.index) != ("benefits", rejected)]
    decisions += [Decision("benefits", rejected, "reject"), Decision("benefits", None, "add", added)]
    keep_corpus(tmp_path, "plan", SOURCE, decided(reading, decisions, SOURCE))
    found = scores(tmp_path / "gold", tmp_path / "sources")["plan"]
    assert found["benefits"].extra == 1 and found["benefits_without_amounts"].missed == 1


def test_keeping_again_replaces_only_that_document(tmp_path: Path) -> None:
    for doc in ("plan", "other", "plan"):
        reading = read(SOURCE)
        keep_corpus(tmp_path, doc, SOURCE, decided(reading, all_accepted(reading)[:3], SOURCE))
    lines = (tmp_path / "gold" / "benefits.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 6
    with pytest.raises(InnoCityError, match="E-READING-DECISION"):
        keep_corpus(tmp_path, "pla", SOURCE, reading)


def test_only_what_was_accepted_is_drafted(tmp_path: Path) -> None:
    reading = read(SOURCE)
    kept = decided(reading, [Decision("targets", 0, "accept")], SOURCE)
    draft = draft_pack(SOURCE, "plan.txt", tmp_path / "newtown", kept)
    assert draft.counts == {"clauses": 0, "targets": 1, "tasks": 0}


@pytest.mark.parametrize(
    "decision",
    [
        Decision("benefits", 999, "accept"), Decision("outline", 0, "accept"), Decision("benefits", 0, "maybe"),
        Decision("benefits", None, "accept"), Decision("benefits", 0, "correct", {"colour": "red"}),
        Decision("targets", 0, "correct", {"start": 5, "end": 5}), Decision("benefits", None, "add", {"start": 1}),
        Decision("benefits", 0, "correct", {"amounts": [{"fen": 3}]}),
    ],
)  # fmt: skip
def test_decisions_that_do_not_fit_are_refused(decision: Decision) -> None:
    with pytest.raises(InnoCityError, match="E-READING-DECISION"):
        decided(read(SOURCE), [decision], SOURCE)
