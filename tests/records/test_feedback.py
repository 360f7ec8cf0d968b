"""Feedback is anonymous, limited, and shown only after an officer has looked at it."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.actions.give_feedback import A_DAY, give_feedback
from innocity.actions.moderate_feedback import moderate_feedback
from innocity.packs.model import Pack
from innocity.records.models import AuditEntry
from innocity.records.models_feedback import Feedback
from innocity.records.queries import feedback
from innocity.records.viewer import Viewer
from tests.records.test_facts import refused
from tests.records.test_scope import AUDITOR, EVERYONE, FIRM_A, HUANCUI, SCIENCE

ANYBODY = Viewer()


def test_counts_and_average_are_of_what_was_approved(city: Pack) -> None:
    numbers = [give_feedback(city, ANYBODY, "hnte_reward", rating, f"留言{rating}", f"10.0.0.{rating}")
               for rating in (5, 4, 1)]  # fmt: skip
    assert feedback.rated("hnte_reward") == feedback.Rated(0, None)
    assert feedback.shown("hnte_reward").items == () and feedback.waiting(SCIENCE) == 3
    for number in numbers[:2]:
        moderate_feedback(SCIENCE, number, show=True, answer="谢谢")
    moderate_feedback(SCIENCE, numbers[2], show=False, answer="广告")
    assert feedback.rated("hnte_reward") == feedback.Rated(2, 4.5)
    assert [one.words for one in feedback.shown("hnte_reward").items] == ["留言4", "留言5"]


def test_nothing_kept_leads_back_to_who_wrote(city: Pack) -> None:
    give_feedback(city, FIRM_A, "hnte_reward", 5, "好", "account/a")
    one, entry = Feedback.objects.get(), AuditEntry.objects.latest("seq")
    assert (one.kind, entry.actor) == ("firm", "firm")
    assert "account/a" not in f"{one.__dict__}{entry.__dict__}"


def test_a_place_says_little_a_day(city: Pack) -> None:
    clauses = list(city.clauses)
    for clause in clauses[:A_DAY]:
        give_feedback(city, ANYBODY, clause, 3, "", "10.0.0.1", today=date(2024, 1, 1))
    for clause in (clauses[0], clauses[A_DAY]):
        with refused("E-FEEDBACK-OFTEN"):
            give_feedback(city, ANYBODY, clause, 3, "", "10.0.0.1", today=date(2024, 1, 1))
    give_feedback(city, ANYBODY, clauses[0], 3, "", "10.0.0.1", today=date(2024, 1, 2))
    give_feedback(city, ANYBODY, clauses[0], 3, "", "10.0.0.2", today=date(2024, 1, 1))


@pytest.mark.parametrize(
    ("clause", "rating", "words", "code"),
    [("nothing", 3, "", "CLAUSE"), ("hnte_reward", 0, "", "RATING"), ("hnte_reward", 3, "长" * 501, "LONG")],
)
def test_strange_feedback_is_refused(city: Pack, clause: str, rating: int, words: str, code: str) -> None:
    with refused(f"E-FEEDBACK-{code}"):
        give_feedback(city, ANYBODY, clause, rating, words, "x")


def test_city_officers_alone_moderate(city: Pack) -> None:
    number = give_feedback(city, ANYBODY, "hnte_reward", 2, "太慢", "x")
    for viewer in (one for one in EVERYONE if one.role != "officer"):
        with refused("E-RECORDS-DENIED"):
            moderate_feedback(viewer, number, show=True)
    with refused("E-RECORDS-DENIED"):
        moderate_feedback(HUANCUI, number, show=True)
    with refused("E-FEEDBACK-REASON"):
        moderate_feedback(SCIENCE, number, show=False)
    assert feedback.to_moderate(FIRM_A).total == 0 and feedback.to_moderate(AUDITOR).total == 1
