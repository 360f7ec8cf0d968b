"""Confidence is calibrated: of what was said to be right nine times of ten, nine in ten are right (counted by rule)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from innocity.cli.read import scores
from innocity.engines.reading.confidence import COUNTS, FIRST_SIGHT, trust

HERE = Path(__file__).parent / "documents"
MENDED = (".", "third", "fourth", "sixth", "sixth/tables")
UNSEEN = ("second", "third/untouched", "fifth", "seventh")
#: Scores that count findings, and the file of their annotations.
KINDS = {
    "tasks_all": "tasks", "targets_all": "targets", "benefits": "benefits", "benefits_without_amounts": "benefits",
    "facts": "facts", "relations": "relations", "procedures": "procedures",
}  # fmt: skip


def counted(folders: tuple[str, ...]) -> dict[str, tuple[int, int]]:
    """Right and all findings of each rule; kinds that nobody annotated in a document are left out."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for folder in folders:
        for found in scores(HERE / folder, HERE / folder).values():
            for kind, file in KINDS.items():
                score = found[kind]
                annotated = (HERE / folder / f"{file}.jsonl").is_file()
                if annotated and (score.right + score.missed or file == "benefits"):
                    for rule, ok, all_ in score.rules:
                        right[rule] += ok
                        every[rule] += all_
    return {rule: (right[rule], every[rule]) for rule in every}


def by_said(counts: dict[str, tuple[int, int]]) -> dict[float, tuple[int, int]]:
    """Right and all findings by the tenth that was said of them."""
    tenths: dict[float, tuple[int, int]] = {}
    for rule, (ok, all_) in counts.items():
        said = int(trust(rule) * 10) / 10
        before = tenths.get(said, (0, 0))
        tenths[said] = (before[0] + ok, before[1] + all_)
    return tenths


@pytest.mark.parametrize("folders", [MENDED, UNSEEN], ids=["mended", "unseen"])
def test_of_what_is_said_to_be_sure_as_many_are_right(folders: tuple[str, ...]) -> None:
    tenths = by_said(counted(folders))
    assert sum(all_ for _, all_ in tenths.values()) > 100
    assert {said: pair for said, pair in tenths.items() if pair[1] >= 10 and pair[0] / pair[1] < said} == {}


def test_the_counts_of_unseen_documents_are_those_that_stand_in_the_table() -> None:
    """A rule that is changed, or a document that is added, changes the counts: then the table is made anew."""
    found = counted(UNSEEN)
    for kind in ("fact", "relation", "procedure"):
        own = [pair for rule, pair in found.items() if rule.startswith(kind)]
        assert FIRST_SIGHT[kind] == (sum(a for a, _ in own), sum(b for _, b in own))
    units = [pair for rule, pair in found.items() if rule.startswith("task") and rule.endswith("-units")]
    assert FIRST_SIGHT["task-units"] == (sum(a for a, _ in units), sum(b for _, b in units))


def test_rows_of_tables_are_counted() -> None:
    found = counted(("sixth", "sixth/tables"))
    for rule in ("task-table", "target-table", "benefit-table"):
        assert found[rule] == COUNTS[rule] and found[rule][0] >= 8 and trust(rule) > 0.6


def test_what_nobody_counted_says_even_chances() -> None:
    assert trust("definition") == 0.5 and trust("no-such-rule") == 0.5
