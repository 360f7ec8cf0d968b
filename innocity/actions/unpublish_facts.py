"""Take a publication back: whoever has no account sees these facts no more. The log tells why."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import transaction

from innocity.actions.publish_facts import BASIS_MOST, before, check_count, may_write, named_rows, note
from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.model import Pack
from innocity.packs.registers import find_register
from innocity.records import store
from innocity.records.models import Fact
from innocity.records.queries.publications import awaiting_ids
from innocity.records.viewer import Viewer

register_codes({
    "E-PUBLISH-REASON": ("收回公开没有写理由", "taking a publication back gives no reason"),
})  # fmt: skip

_IN = 500


def unpublish_facts(
    pack: Pack, viewer: Viewer, register: str, reason: str, *, ids: Collection[str] | Mapping[str, int]
) -> int:  # fmt: skip
    """Take back the publication of facts; return of how many it was.

    Those that wait to be made public again after a correction wait no longer. `ids` may give the revision that was
    looked at. Errors: E-PUBLISH-REASON, E-PUBLISH-MANY, E-FACTS-REGISTER, E-FACT-*, E-RECORDS-*.
    """
    known = find_register(pack, register)
    if not reason.strip() or len(reason.strip()) > BASIS_MOST:
        remedy = f"写明为什么不再公开，最多 {BASIS_MOST} 个字"
        raise InnoCityError("E-PUBLISH-REASON", "没有写理由，或写得太长", None, remedy)
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        rows = named_rows(register, ids)
        may_write(viewer, known, rows)
        waiting = awaiting_ids(register, [one.fact_id for one in rows]) if len(rows) <= _IN else awaiting_ids(register)
        shut = [one for one in rows if one.published_on is not None or one.fact_id in waiting]
        check_count(len(shut))
        for batch in store.batches(shut, _IN):
            Fact.objects.filter(id__in=[one.id for one in batch]).update(published_on=None)
            before(register, [one.fact_id for one in batch]).update(published_on=None)
        note(viewer, "unpublish_facts", known, shut, {"reason": reason.strip()})
    return len(shut)
