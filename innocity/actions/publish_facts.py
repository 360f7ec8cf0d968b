"""Publish facts: whoever has no account sees them from then on, without personal columns. The log tells who checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from innocity.actions.check_import import OWN_VERBS
from innocity.actions.publish_document import NAME_MOST
from innocity.actions.recording import check_may_write, instance_of
from innocity.core.canonical import canonical_json, sha256_text
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.model import Pack, Register
from innocity.packs.registers import find_register
from innocity.records import store
from innocity.records.models import Fact
from innocity.records.rows import own_value
from innocity.records.viewer import Viewer

register_codes({
    "E-PUBLISH-PERSONAL": ("有个人信息的不公开", "what holds personal data is not published"),
    "E-PUBLISH-REGISTER": ("这本登记簿有自己的公开办法", "the register is made public in a way of its own"),
    "E-PUBLISH-MANY": ("一次公开的太多", "too many are published at once"),
    "E-PUBLISH-CHANGED": ("看过以后名单变了", "the list changed after it was looked at"),
})  # fmt: skip

LARGEST = 50_000  # facts at once
BASIS_MOST = 300  # signs of a ground
_TOGETHER = 2_000  # ids of one entry of the log
_IN = 500


class Row(NamedTuple):
    """What publishing needs of a current fact."""

    id: int
    fact_id: str
    revision: int
    party: str
    kind: str
    published_on: date | None


def publish_facts(
    pack: Pack, viewer: Viewer, register: str, checked_by: str, basis: str, *,
    ids: Collection[str] | Mapping[str, int] | None = None, today: date | None = None,
) -> int:  # fmt: skip
    """Publish current facts of a register, those of `ids` or all; return how many became public by it.

    `checked_by` is who examined them, `basis` what they rest on (the announcement's number). `ids` may give the
    revision that was looked at: one corrected since is refused. Errors: E-PUBLISH-*, E-FACTS-REGISTER,
    E-FACT-UNKNOWN, E-RECORDS-*.
    """
    known = publishable(pack, register)
    if not checked_by.strip() or not basis.strip():
        raise InnoCityError("E-PUBLISH-CHECK", "没有写审查人或依据", None, "先审查、后公开：写明谁审查、依据什么")
    if len(checked_by.strip()) > NAME_MOST or len(basis.strip()) > BASIS_MOST:
        remedy = f"审查人最多 {NAME_MOST} 个字，依据最多 {BASIS_MOST} 个字"
        raise InnoCityError("E-PUBLISH-CHECK", "审查人或依据写得太长", None, remedy)
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        rows = named_rows(register, ids)
        if ids is None:
            rows = [one for one in rows if one.kind != "person"]
        may_write(viewer, known, rows)
        _check_public(known, rows)
        fresh = [one for one in rows if one.published_on is None]
        check_count(len(fresh))
        for batch in store.batches(fresh, _IN):
            names = [one.fact_id for one in batch]
            Fact.objects.filter(id__in=[one.id for one in batch]).update(published_on=today or store.today())
            before(register, names).update(published_on=None)
        note(viewer, "publish_facts", known, fresh, {"checked_by": checked_by.strip(), "basis": basis.strip()})
        if fresh:
            store.weigh_published()
    return len(fresh)


def publishable(pack: Pack, register: str) -> Register:
    """A register whose facts may be published at all. Errors: E-FACTS-REGISTER, E-PUBLISH-PERSONAL,
    E-PUBLISH-REGISTER."""
    known = find_register(pack, register)
    if known.about == "person" or any(column.personal for column in known.columns):
        text = f"登记簿“{known.name}”有个人信息，不公开"
        raise InnoCityError("E-PUBLISH-PERSONAL", text, None, "要公开的内容另登在没有个人信息的登记簿里")
    if register in OWN_VERBS:
        text = f"登记簿“{known.name}”按自己的规则公开，不在这里公开"
        raise InnoCityError("E-PUBLISH-REGISTER", text, None, f"用 {OWN_VERBS[register]}，或网站上的相应页面")
    return known


def digest_of(chosen: Mapping[str, int]) -> str:
    """What stands for a list of facts with their revisions, so that what is published is what was looked at."""
    return sha256_text(canonical_json(dict(chosen)))


def check_count(count: int) -> None:
    """Error: E-PUBLISH-MANY."""
    if count > LARGEST:
        text = f"一次最多 {LARGEST:,} 条，选了 {count:,} 条"
        raise InnoCityError("E-PUBLISH-MANY", text, None, "按名称或区市缩小范围，分几次办")


def named_rows(register: str, ids: Collection[str] | Mapping[str, int] | None) -> list[Row]:
    """Current facts, those of `ids` or all, in order of their ids. Errors: E-FACT-UNKNOWN, E-FACT-CHANGED."""
    every = Fact.objects.filter(register=register, current=True, withdrawn=False).order_by("fact_id")
    columns = ("id", "fact_id", "revision", "party_id", "party__kind", "published_on")
    if ids is None:
        return [Row(*one) for one in every.values_list(*columns)]
    wanted = sorted(set(ids))
    rows = [Row(*one) for batch in store.batches(wanted, _IN)
            for one in every.filter(fact_id__in=batch).values_list(*columns)]  # fmt: skip
    if missing := sorted(set(wanted) - {one.fact_id for one in rows}):
        some = "、".join(missing[:5])
        text = f"没有现行的事实 {some} 等 {len(missing)} 条" if len(missing) > 5 else f"没有现行的事实 {some}"
        raise InnoCityError("E-FACT-UNKNOWN", text, None, "核对事实编号")
    seen = ids if isinstance(ids, Mapping) else {}
    if changed := [one for one in rows if seen.get(one.fact_id, one.revision) != one.revision]:
        text = f"{changed[0].fact_id} 刚被更正过，已是第 {changed[0].revision} 版"
        raise InnoCityError("E-FACT-CHANGED", text, None, "重新打开，看过新的内容再办")
    return rows


def before(register: str, ids: Collection[str]) -> QuerySet[Fact]:
    """Past revisions of facts that were public, whose successors wait."""
    return Fact.objects.filter(register=register, fact_id__in=ids, current=False, published_on__isnull=False)


def may_write(viewer: Viewer, register: Register, rows: Collection[Row]) -> None:
    """That somebody may record facts of the parties of these. Error: E-RECORDS-DENIED."""
    errors = ErrorList()
    check_may_write(viewer, register, {one.party for one in rows} if viewer.role != "operator" else set(), errors)
    errors.raise_if_any()


def _check_public(register: Register, rows: Collection[Row]) -> None:
    """That nothing among these is about a person. Error: E-PUBLISH-PERSONAL."""
    if people := [one.fact_id for one in rows if one.kind == "person"]:
        text = f"{people[0]} 是个人的，不公开"
        text = f"{people[0]} 是个人的，不公开（共 {len(people)} 条）" if len(people) > 1 else text
        raise InnoCityError("E-PUBLISH-PERSONAL", text, Place(register.id), "去掉个人的，再公开其他的")


def note(viewer: Viewer, action: str, register: Register, rows: list[Row], said: Mapping[str, str]) -> None:
    """The entries of the log: every fact by its id, so that each publication can be held against one."""
    for batch in store.batches(rows, _TOGETHER):
        details = {"facts": len(batch), "ids": [one.fact_id for one in batch], **said}
        store.audit(viewer, action, register.id, details)


def carry_publication(register: Register, entry: int) -> dict[str, list[str]]:
    """What becomes of facts that were public and that an entry corrected; for the log, where there is any.

    Where what the public is shown stayed the same, the new revision is public since the same day; else it waits for
    somebody to check it (`queries.publications.awaiting`).
    """
    open_ = register.about != "person" and not any(column.personal for column in register.columns)
    found: dict[str, list[str]] = {"kept_public": [], "awaits_publication": []}
    new = Fact.objects.filter(entry=entry, register=register.id, withdrawn=False).select_related("supersedes")
    for one in new.filter(supersedes__published_on__isnull=False).order_by("fact_id"):
        old = one.supersedes
        assert old is not None
        same = open_ and _shown(register, one) == _shown(register, old)
        found["kept_public" if same else "awaits_publication"].append(one.fact_id)
        if same:
            Fact.objects.filter(id=one.id).update(published_on=old.published_on)
            Fact.objects.filter(id=old.id).update(published_on=None)
    return {name: ids for name, ids in found.items() if ids}


def _shown(register: Register, fact: Fact) -> tuple[object, ...]:
    """What the public is shown of a fact: its own columns but the personal ones, and from when to when it holds."""
    own = (own_value(column, fact.data) for column in register.columns if not column.personal)
    return (fact.party_id, fact.valid_from, fact.valid_to, *own)
