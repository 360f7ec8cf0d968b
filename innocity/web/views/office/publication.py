"""Whether facts may be made public by whom, and what the page of one fact says of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from innocity.actions.publish_facts import BASIS_MOST, digest_of, publishable
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack, Register
from innocity.records.queries import publications
from innocity.records.queries.publications import State
from innocity.records.viewer import Viewer
from innocity.records.views import FactView
from innocity.web.views.office.common import Fault, faults_of


class Verb(NamedTuple):
    """One of the two things that this page does."""

    name: str
    word: str
    state: State


PUBLISH = Verb("publish_facts", gettext_noop("公开"), "private")
UNPUBLISH = Verb("unpublish_facts", gettext_noop("收回公开"), "public")


def shut(pack: Pack, viewer: Viewer, register: Register, verb: Verb) -> list[Fault]:
    """Why nothing of a register is published or taken back by this one."""
    try:
        if verb is PUBLISH:
            publishable(pack, register.id)
        if not viewer.writes(register):
            raise InnoCityError("E-RECORDS-DENIED", _("只有登记这本簿的单位可以公开和收回"), None, "")
    except InnoCityError as refused:
        return faults_of(refused)
    return []


def may_publish(pack: Pack, viewer: Viewer, register: Register) -> bool:
    """Whether the pages of a register offer to publish."""
    return not shut(pack, viewer, register, PUBLISH)


def standing(pack: Pack, viewer: Viewer, register: Register, fact: FactView) -> dict[str, Any]:
    """What the page of one fact says of its publication: whether the asker may change it, and whether it waits."""
    waits = fact.published_on is None and fact.fact_id in publications.awaiting_ids(register.id, [fact.fact_id])
    own = viewer.writes(register) and not fact.withdrawn
    verb = UNPUBLISH if fact.published_on else PUBLISH
    may = own and bool(publications.chosen(viewer, register, verb.state, ids=[fact.fact_id]))
    may = may and (verb is UNPUBLISH or may_publish(pack, viewer, register))
    query = QueryDict(mutable=True)
    query["fact"] = fact.fact_id
    return {
        "verb": verb if may else None, "waits": waits, "seen": digest_of({fact.fact_id: fact.revision}),
        "query": query.urlencode(), "longest": BASIS_MOST,
    }  # fmt: skip
