"""Attach a file: the original of a document of the pack, or evidence of a party. What is secret is refused."""

from __future__ import annotations

import hashlib
import mimetypes
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack
from innocity.records import queries, store
from innocity.records.markings import Marking, read_marking
from innocity.records.models import Document, Party
from innocity.records.viewer import Viewer

register_codes({
    "E-DOCUMENT-SECRET": ("文件标有密级，不能放进来", "the file is marked as secret and is refused"),
    "E-DOCUMENT-UNREAD": ("程序读不出文件，要有人核对密级", "unreadable: somebody must check the marking"),
    "E-DOCUMENT-DIFFERS": ("不是城市包所说的那一版原文", "not the version of the original that the pack describes"),
    "E-DOCUMENT-UNKNOWN": ("没有这份文件", "no such document"),
    "E-DOCUMENT-EXISTS": ("原文已经放进来了", "the original is attached already"),
    "E-DOCUMENT-REASON": ("换原文没有写理由，或写得太长", "a replacement has no reason, or one that is too long"),
    "W-DOCUMENT-INTERNAL": ("文件标有内部字样", "the file is marked as internal"),
})  # fmt: skip

NAME_MOST = 100  # signs of who looked for a marking
REASON_MOST = 500  # signs of why an original is replaced
LARGEST = 20 * 2**20  # bytes of one paper that is handed in on the site
UNUSED_MAX = 200 * 2**20  # bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """The document's number and hash; warnings tell what somebody should look at.

    `other_edition`: not the file in which the pack's places were counted; `replaced`: the hash of the one before.
    """

    id: int
    sha256: str
    warnings: tuple[InnoCityError, ...] = ()
    other_edition: bool = False
    replaced: str = ""


def attach_document(
    pack: Pack, viewer: Viewer, name: str, raw: bytes, *, original_of: str = "", party: str = "", title: str = "",
    marking_checked_by: str = "", other_edition: bool = False, replace: bool = False, reason: str = "",
    today: date | None = None,
) -> Attached:  # fmt: skip
    """Keep a file, privately, either as `original_of` a document of the pack or as a paper of a `party`.

    A file whose kind the program cannot read (a picture, a PDF) needs `marking_checked_by`: who looked that it is
    not marked 秘密, 机密 or 绝密. An original must be byte for byte the one that the pack describes, where it does,
    unless it is said to be an `other_edition`: then nothing is compared with it. With `replace` and a `reason` it
    takes the place of the one attached before, which stays in the records. Errors: E-DOCUMENT-*, E-RECORDS-*.
    """
    shown = PurePath(name.replace("\\", "/")).name[:255]
    marking_checked_by = marking_checked_by.strip()[:NAME_MOST]
    _check_asker(viewer, original_of, party)
    marking = read_marking(shown, raw)
    check_marking(shown, marking, marking_checked_by)
    sha256 = hashlib.sha256(raw).hexdigest()
    differs = bool(original_of) and _differs(pack, original_of, shown, sha256, other_edition)
    title = title or (pack.documents[original_of].title if original_of else shown)
    with transaction.atomic():
        entry = store.next_entry()
        instance_of(pack)
        _check_party(party)
        before = _replaced(original_of, shown, sha256, replace, reason.strip(), today or store.today())
        _check_room(viewer, party, len(raw))
        details = {"sha256": sha256, "size": len(raw), "party": party, "marking_checked_by": marking_checked_by,
                   "internal": marking.internal, **({"kind": "另一版原文"} if differs else {}),
                   **({"replaces": before, "reason": reason.strip()} if before else {})}  # fmt: skip
        document = Document.objects.create(
            pack_document=original_of, party_id=party or None, title=title[:300], file_name=shown,
            media_type=mimetypes.guess_type(shown)[0] or "application/octet-stream", size=len(raw), sha256=sha256,
            text=marking.text.replace("\x00", ""), internal=marking.internal, marking_checked_by=marking_checked_by,
            entry=entry,
        )  # fmt: skip
        store.audit(viewer, "attach_document", original_of or f"document/{document.id}", details)
        keep_bytes(queries.file_of(document, Path(settings.INNOCITY_VAR)), raw)
    return Attached(document.id, sha256, warnings_of(shown, marking), differs, before)


def _check_asker(viewer: Viewer, original_of: str, party: str) -> None:
    if bool(original_of) == bool(party):
        raise InnoCityError("E-DOCUMENT-UNKNOWN", "要么是一份文件的原文，要么是一个主体的材料", None, "写明其中一个")
    if original_of:
        allowed = viewer.role in ("operator", "officer") and viewer.county is None
    elif viewer.role == "firm":
        allowed = viewer.party == party
    else:
        allowed = viewer.role == "operator" or (viewer.role == "officer" and queries.party(viewer, party) is not None)
    if not allowed:
        raise InnoCityError("E-RECORDS-DENIED", "没有权限放入这份材料", None, "由责任单位或该主体的经办人放入")


def check_marking(name: str, marking: Marking, checked_by: str) -> None:
    """That a file bears no grade of secrecy, or where it cannot be read, that somebody looked.

    Errors: E-DOCUMENT-SECRET, E-DOCUMENT-UNREAD.
    """
    if marking.grade:
        text = f"文件标有“{marking.grade}”"
        raise InnoCityError("E-DOCUMENT-SECRET", text, Place(name), "涉密文件不得进入本系统；按保密规定处理")
    if not marking.read and not checked_by.strip():
        remedy = "由有关人员看过、确认没有密级标志后，勾选看过，或者写上核对人"
        raise InnoCityError("E-DOCUMENT-UNREAD", "程序读不出这种文件的文字，无从核对密级", Place(name), remedy)


def _differs(pack: Pack, original_of: str, shown: str, sha256: str, other_edition: bool) -> bool:
    """Whether a file is another edition than the pack's, and said to be. Errors: E-DOCUMENT-UNKNOWN,
    E-DOCUMENT-DIFFERS."""
    document = pack.documents.get(original_of)
    if document is None:
        remedy = suggest(original_of, set(pack.documents))
        raise InnoCityError("E-DOCUMENT-UNKNOWN", f"城市包里没有文件 {original_of}", None, remedy)
    meant = document.original
    if meant is None or meant.sha256 == sha256:
        return False
    if not other_edition:
        text = (
            f"城市包摘录的是 {meant.file}（sha256 {meant.sha256[:12]}…），"
            f"给的是 {shown}（sha256 {sha256[:12]}…），不是同一个文件"
        )
        remedy = f"换成 {meant.file}；就要放另一版，如印发的 PDF，勾选“另一版”（命令行加 --other-edition）"
        raise InnoCityError("E-DOCUMENT-DIFFERS", text, Place(shown), remedy)
    return True


def _replaced(original_of: str, shown: str, sha256: str, replace: bool, reason: str, day: date) -> str:
    """The hash of the original that gives way, which from now on is one of the past; empty where there is none.

    Errors: E-DOCUMENT-EXISTS, E-DOCUMENT-REASON, E-DOCUMENT-UNKNOWN.
    """
    if replace != bool(reason) or len(reason) > REASON_MOST:
        remedy = f"两个一起写：--replace --reason 为什么换，最多 {REASON_MOST} 个字"
        raise InnoCityError("E-DOCUMENT-REASON", "换原文要写明理由，不换就不写", None, remedy)
    old = Document.objects.filter(pack_document=original_of, replaced_on__isnull=True) if original_of else None
    kept = old.first() if old is not None else None
    if kept is None:
        if replace:
            raise InnoCityError("E-DOCUMENT-UNKNOWN", "还没有放入原文，没有可换的", None, "去掉 --replace 直接放入")
        return ""
    assert old is not None
    if kept.sha256 == sha256:
        raise InnoCityError("E-DOCUMENT-EXISTS", f"{original_of} 放的就是这个文件", Place(shown), "不用再放")
    if not replace:
        text = (
            f"{original_of} 已放入 {kept.file_name}（sha256 {kept.sha256[:12]}…），"
            f"给的是 {shown}（sha256 {sha256[:12]}…）"
        )
        remedy = "放对了的不用再放；放错了要换，由系统管理员换（命令行加 --replace 和 --reason）"
        raise InnoCityError("E-DOCUMENT-EXISTS", text, Place(shown), remedy)
    old.update(replaced_on=day, replaced_because=reason)
    return str(kept.sha256)


def _check_party(party: str) -> None:
    if party and not Party.objects.filter(id=party).exists():
        raise InnoCityError("E-DOCUMENT-UNKNOWN", f"没有主体 {party}", None, "先登记主体")


def _check_room(viewer: Viewer, party: str, size: int) -> None:
    """A firm's papers that no request and no fact uses have room for so much. Error: E-DOCUMENT-SIZE."""
    if viewer.role != "firm":
        return
    unused = Document.objects.filter(party_id=party, corrections__isnull=True, facts__isnull=True)
    if (unused.aggregate(every=Sum("size"))["every"] or 0) + size > UNUSED_MAX:
        text = f"上传了没有用的材料合计超过 {UNUSED_MAX >> 20} MB"
        raise InnoCityError("E-DOCUMENT-SIZE", text, None, "先用已上传的材料提交申请，或请责任单位代为放入")


def keep_bytes(path: Path, raw: bytes) -> None:
    """The bytes under their hash, whole or not at all; what no record names is harmless."""
    if path.is_file() and path.read_bytes() == raw:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def warnings_of(name: str, marking: Marking) -> tuple[InnoCityError, ...]:
    """What somebody should look at: W-DOCUMENT-INTERNAL."""
    if not marking.internal:
        return ()
    text, remedy = f"{name} 标有“内部”字样", "只在本系统内部查阅；公开前须由发文单位同意"
    return (InnoCityError("W-DOCUMENT-INTERNAL", text, Place(name), remedy, severity="warning"),)
