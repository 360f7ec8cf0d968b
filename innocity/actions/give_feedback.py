"""Say what one thinks of a clause: a rating and words, kept back until an officer has looked at them."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack
from innocity.records import protect, store
from innocity.records.models_feedback import Feedback
from innocity.records.viewer import Viewer

register_codes({
    "E-FEEDBACK-RATING": ("评分不在 1 到 5 之间", "a rating is not from 1 to 5"),
    "E-FEEDBACK-CLAUSE": ("没有这个条款", "no such clause"),
    "E-FEEDBACK-LONG": ("留言过长", "the words are too long"),
    "E-FEEDBACK-OFTEN": ("今天评价得太多", "too much was said from one place in a day"),
    "E-FEEDBACK-UNKNOWN": ("没有这条留言", "no such feedback"),
    "E-FEEDBACK-REASON": ("不公开留言没有写理由", "feedback is kept back without a reason"),
})  # fmt: skip

LONGEST = 500
A_DAY = 5  # from one place; and one about the same clause
ALL_A_DAY = 2000  # from everywhere together: what officers can look through


def give_feedback(
    pack: Pack, viewer: Viewer, clause: str, rating: int, words: str, place: str, *, today: date | None = None
) -> int:
    """Keep a rating from 1 to 5 with words of up to 500 signs, and return its number.

    `place` is where it came from (an address, or the account): only a keyed hash of it and the day is kept.
    Errors: E-FEEDBACK-*.
    """
    if clause not in pack.clauses:
        raise InnoCityError("E-FEEDBACK-CLAUSE", f"没有条款 {clause}", None, suggest(clause, set(pack.clauses)))
    if rating not in range(1, 6):
        raise InnoCityError("E-FEEDBACK-RATING", "没有选评分", None, "从 1 到 5 选一个")
    words = words.strip().replace("\x00", "")
    if len(words) > LONGEST:
        raise InnoCityError("E-FEEDBACK-LONG", f"写了 {len(words)} 个字，最多 {LONGEST} 个", None, "写得短一些")
    day = today or store.today()
    source = protect.index_of(f"feedback|{day}|{place}")
    with transaction.atomic():
        entry = store.next_entry()
        said = Feedback.objects.filter(said_on=day)
        mine = said.filter(source=source)
        if mine.filter(clause=clause).exists():
            raise InnoCityError("E-FEEDBACK-OFTEN", "今天已经评价过这一条", None, "明天可以再评，或到别的条款留言")
        if mine.count() >= A_DAY or said.count() >= ALL_A_DAY:
            raise InnoCityError("E-FEEDBACK-OFTEN", f"一天最多评价 {A_DAY} 条", None, "明天再来")
        found: Feedback = Feedback.objects.create(
            clause=clause, rating=rating, words=words, kind=viewer.role, source=source, said_on=day, entry=entry
        )
        # Who wrote stays out of the log as well: feedback is anonymous.
        unnamed = Viewer(viewer.role)
        store.audit(unnamed, "give_feedback", f"feedback/{found.id}", {"clause": clause, "rating": rating})
    return int(found.id)
