"""Publish an attached document: from then on everybody may read it. The log tells who checked it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from innocity.core.errors import InnoCityError, register_codes
from innocity.records import store
from innocity.records.models import Document
from innocity.records.viewer import Viewer

register_codes({
    "E-PUBLISH-CHECK": ("公开没有写审查人或审查意见", "who checked a publication, or on what ground, is missing"),
    "E-PUBLISH-INTERNAL": ("标有内部的文件不能公开", "what is marked as internal is not published"),
    "E-PUBLISH-DONE": ("已经公开", "published already"),
})  # fmt: skip

NAME_MOST = 100  # signs of who examined


def publish_document(
    viewer: Viewer, document: int, checked_by: str, basis: str, *, today: date | None = None
) -> date:  # fmt: skip
    """Make a document public and return since when. `checked_by` is who examined it, `basis` their finding.

    Errors: E-RECORDS-DENIED, E-DOCUMENT-UNKNOWN, E-PUBLISH-*.
    """
    if viewer.role not in ("operator", "officer") or viewer.county is not None:
        raise InnoCityError("E-RECORDS-DENIED", "只有市级责任单位可以公开材料", None, "交由责任单位公开")
    if not checked_by.strip() or not basis.strip():
        raise InnoCityError("E-PUBLISH-CHECK", "没有写审查人或审查意见", None, "先审查、后公开：写明谁审查、依据什么")
    if len(checked_by.strip()) > NAME_MOST:
        raise InnoCityError("E-PUBLISH-CHECK", "审查人写得太长", None, f"写姓名和单位，最多 {NAME_MOST} 个字")
    with transaction.atomic():
        store.next_entry()
        found = Document.objects.filter(id=document).first()
        if found is None:
            raise InnoCityError("E-DOCUMENT-UNKNOWN", f"没有材料 {document}", None, "核对编号")
        if found.replaced_on is not None:
            text = f"“{found.title}”的这一份已于 {found.replaced_on} 换掉"
            raise InnoCityError("E-DOCUMENT-UNKNOWN", text, None, "公开现在的那一份")
        if found.internal:
            remedy = "由发文单位去掉标志后另行放入"
            raise InnoCityError("E-PUBLISH-INTERNAL", f"“{found.title}”标有内部字样", None, remedy)
        if found.published_on is not None:
            raise InnoCityError("E-PUBLISH-DONE", f"“{found.title}”已于 {found.published_on} 公开", None, "不用再公开")
        day = today or store.today()
        Document.objects.filter(id=document).update(
            published_on=day, published_check_by=checked_by.strip(), published_basis=basis.strip()
        )
        details = {"sha256": found.sha256, "checked_by": checked_by.strip(), "basis": basis.strip()}
        store.audit(viewer, "publish_document", found.pack_document or f"document/{document}", details)
    return day
