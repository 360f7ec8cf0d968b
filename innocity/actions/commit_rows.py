"""Write previewed rows together with the paper on which they rest: both or neither."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from innocity.actions.attach_document import attach_document
from innocity.actions.check_import import Preview
from innocity.actions.import_sheet import Imported, commit_import
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Paper:
    """A file as it was sent; `checked` says that the sender looked for marks of secrecy."""

    name: str
    raw: bytes
    checked: bool = False


def commit_rows(
    pack: Pack, viewer: Viewer, preview: Preview, *, digest: str, reason: str = "", paper: Paper | None = None
) -> Imported:
    """Write what a preview says, resting on `paper`. Errors: those of `commit_import` and `attach_document`."""
    with transaction.atomic():
        evidence = []
        if paper is not None and (preview.new or preview.changed):
            looked, owner = viewer.name if paper.checked else "", _owner(viewer, preview)
            kept = attach_document(pack, viewer, paper.name, paper.raw, party=owner, marking_checked_by=looked)
            evidence = [kept.id]
        return commit_import(pack, viewer, preview, digest=digest, reason=reason, evidence=evidence)


def _owner(viewer: Viewer, preview: Preview) -> str:
    """Whose paper it is: that of the one party whom all rows are about, else of the unit that records them, so that
    no firm reads a paper about others among its own."""
    parties = set(preview.work.parties.ids) if preview.work is not None else set()
    single = next(iter(parties)) if len(parties) == 1 else None
    new = preview.work.parties.new if preview.work is not None else set()
    owner = single if single and single not in new else viewer.unit
    if not owner:
        remedy = "用登记单位的账号登记，或一个主体一个主体地登记"
        raise InnoCityError("E-DOCUMENT-UNKNOWN", "几个主体合用的材料要归一个登记单位", None, remedy)
    return owner
