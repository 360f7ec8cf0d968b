"""What waits beside figures and tasks: requests of firms, messages of the public. One line each, with how many."""

from __future__ import annotations

from django.urls import reverse

from innocity.packs.model import Pack
from innocity.records.queries import corrections, feedback
from innocity.records.viewer import Viewer
from innocity.web.views.office.desk import Waiting


def waiting(pack: Pack, viewer: Viewer, city: str) -> list[Waiting]:
    """What an officer has to answer, by whoever may answer it."""
    if viewer.role != "officer":
        return []
    found = []
    if asked := corrections.waiting(viewer, pack):
        title, why = f"{asked} 份企业更正申请等着答复", "涉及本单位登记的登记簿。"
        found.append(
            Waiting("correction", title, reverse("corrections", args=[city]), "near", "待答复", why, None, None, "去看")
        )
    if said := feedback.waiting(viewer):
        title, why = f"{said} 条留言等着审核", "审核以后才公开。"
        where = reverse("moderate_feedback", args=[city])
        found.append(Waiting("message", title, where, "near", "待审核", why, None, None, "去看"))
    return found
