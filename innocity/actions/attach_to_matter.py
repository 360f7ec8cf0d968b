"""Hand in a file for a step of a matter, before the step is sent; it may take the place of one handed in before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from innocity.actions.attach_document import keep_bytes
from innocity.actions.matter_papers import check_material, check_towards
from innocity.actions.paper_guard import Checked, check_paper
from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.models_matters import MatterFile
from innocity.records.queries.matters import Papers, papers_for, unsent_bytes
from innocity.records.viewer import Viewer

register_codes({
    "E-PAPER-MANY": ("材料太多", "too many files for one step"),
    "E-PAPER-GONE": ("没有这份待提交的材料", "no such file waits to be sent"),
})  # fmt: skip

MOST = 30  # files for one step
ROOM = 300 << 20  # bytes that one party or unit has handed in for steps that are not sent


@dataclass(frozen=True, slots=True)
class Handed:
    """The file's number; warnings tell what somebody should look at."""

    id: int
    warnings: tuple[InnoCityError, ...] = ()


def attach_to_matter(
    pack: Pack, viewer: Viewer, towards: Papers, name: str, raw: bytes, var: Path, *, material: str = "",
    looked: bool = False, replaces: int | None = None, today: date | None = None,
) -> Handed:  # fmt: skip
    """Keep a file for a step that the asker may take now; the same file again is the one that is kept already.

    `looked`: the asker has seen that a picture or a scan bears no mark of secrecy. With `replaces` it takes the
    place of that file, whose row stays. Errors: E-PAPER-*, E-DOCUMENT-*, E-SHEET-*, E-RECORDS-*.
    """
    checked = check_paper(name, raw, viewer.name if looked else "")
    sha256 = hashlib.sha256(raw).hexdigest()
    with transaction.atomic():
        entry = store.next_entry()
        instance_of(pack)
        day = today or timezone.localdate()
        procedure, step, clause = check_towards(pack, viewer, towards, var, day)
        waiting = {one.id: one for one in papers_for(viewer, towards) if one.state == "waiting"}
        if replaces is not None:
            if replaces not in waiting:
                raise InnoCityError("E-PAPER-GONE", "要换的那份已经不在了", Place(checked.name), "重新打开这一页")
            material = waiting[replaces].material
        check_material(pack, procedure, step, clause, material, day)
        for one in waiting.values():
            if (one.material, one.sha256) == (material, sha256):
                return Handed(one.id, checked.warnings)
        _check_room(towards, checked, len(raw), len(waiting) - (replaces is not None))
        kept = _kept(viewer, towards, checked, sha256, len(raw), material, replaces, entry)
        _said(viewer, towards, kept)
        keep_bytes(Path(settings.INNOCITY_VAR) / "files" / sha256[:2] / sha256, raw)
    return Handed(kept.id, checked.warnings)


def _check_room(towards: Papers, checked: Checked, size: int, number: int) -> None:
    place = Place(checked.name)
    if number >= MOST:
        raise InnoCityError("E-PAPER-MANY", f"这一步已有 {number} 份材料", place, "合并成一份，或撤下用不着的")
    if unsent_bytes(towards.owner) + size > ROOM:
        text = f"还没有提交的材料合计超过 {ROOM >> 20} MB"
        raise InnoCityError("E-PAPER-MANY", text, place, "先提交办好的步骤，或压缩图片")


def _kept(
    viewer: Viewer, towards: Papers, checked: Checked, sha256: str, size: int, material: str, replaces: int | None,
    entry: int,
) -> MatterFile:  # fmt: skip
    now = timezone.now()
    if replaces is not None:
        MatterFile.objects.filter(id=replaces).update(state="replaced", ended_by=viewer.name, ended_at=now)
    kept: MatterFile = MatterFile.objects.create(
        owner=towards.owner, party=towards.owner if viewer.role == "firm" else "", procedure=towards.procedure,
        step=towards.step, case=towards.case, clause=towards.clause, material=material, file_name=checked.name,
        media_type=checked.media_type, size=size, sha256=sha256, internal=checked.internal,
        marking_checked_by=checked.checked_by, kept_by=viewer.name, kept_at=now, replaces_id=replaces, entry=entry,
    )  # fmt: skip
    return kept


def _said(viewer: Viewer, towards: Papers, kept: MatterFile) -> None:
    details = {
        "sha256": kept.sha256, "size": kept.size, "step": towards.step, "material": kept.material,
        "replaces": kept.replaces_id or "", "marking_checked_by": kept.marking_checked_by, "internal": kept.internal,
    }  # fmt: skip
    store.audit(viewer, "attach_to_matter", f"matter/{towards.case or towards.procedure}", details)
