"""What waits beside figures and tasks: requests of firms, messages of the public, what is to be published again,
matters. Of the first two one line each, with how many."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from innocity.actions.procedure_records import waiting_for
from innocity.packs.model import Pack
from innocity.records.queries import corrections, feedback, publications
from innocity.records.queries.fact_lists import names_of
from innocity.records.viewer import Viewer
from innocity.web import cases
from innocity.web.exchange import exchange_of
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
    return [*found, *_publications(pack, viewer, city), *_listings(pack, viewer, city), *_matters(pack, viewer, city)]


def _publications(pack: Pack, viewer: Viewer, city: str) -> list[Waiting]:
    """Registers of which facts were public and were corrected since: a line each."""
    found = []
    for name, count in publications.awaiting(viewer, pack).items():
        title = f"{pack.registers[name].name}：已公开的 {count} 条更正了，待重新公开"
        where = f"{reverse('publish_facts', args=[city, name])}?waiting=1"
        why = "本单位登记的。更正改动了公开显示的内容，核对以前公众看不到。"
        found.append(Waiting("publication", title, where, "near", "待重新公开", why, None, None, "去办"))
    return found


def _listings(pack: Pack, viewer: Viewer, city: str) -> list[Waiting]:
    """Listings of demand and supply that the officer's unit has to look at before anybody sees them."""
    found = []
    for kind in pack.matching.values():
        own = [one for one in exchange_of(city).listings.values() if one.kind == kind.id and one.state == "pending"]
        if own and viewer.unit in kind.office:
            where = f"{reverse('office_exchange', args=[city])}?kind={kind.id}"
            title, why = (
                f"{kind.name}：{len(own)} 条供需等着审核",
                f"最早的是 {min(one.posted_on for one in own)} 发布的。审核以后才公开。",
            )
            found.append(Waiting("exchange", title, where, "near", "待审核", why, None, None, "去看"))
    return found


def _matters(pack: Pack, viewer: Viewer, city: str) -> list[Waiting]:
    """The matters in which the officer's unit may take the next step: who asked, when, for how much."""
    today = timezone.localdate()
    every = waiting_for(pack, viewer, cases.seen(pack, viewer).values(), today)
    names = names_of(viewer, {one.applicant for one in every if one.applicant})
    found = []
    for case in every:
        due = min((one.due for one in case.next if one.due), default=None)
        asked = cases.asked_in_words(case, names)
        coming = "、".join(one.step.name for one in case.next)
        why = f"{asked}。{case.procedure.name}走到“{case.state}”，接着：{coming}"
        found.append(Waiting("matter", case.title, reverse("procedure_case", args=[city, case.id]),
                             "alert" if case.overdue else "near", "待办", why, due,
                             (due - today).days if due else None, "去办", case.simulated,
                             since=case.taken[-1].taken_on))  # fmt: skip
    return found
