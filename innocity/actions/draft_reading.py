"""What comes of a document that people decided: a draft of pack files to take home, and a corpus that the city owns."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from django.db import transaction

from innocity.actions.draft_pack import Draft, draft_pack
from innocity.actions.draft_words import Marks
from innocity.actions.file_lock import locked
from innocity.actions.keep_corpus import keep_corpus
from innocity.actions.reading_store import Review, check_reviewer
from innocity.actions.recording import instance_of
from innocity.core.canonical import sha256_text
from innocity.core.errors import InnoCityError, register_codes
from innocity.packs.load import find_city
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.viewer import Viewer

register_codes({
    "E-READING-OPEN": ("还有没判的条目", "some findings are not decided yet"),
    "E-READING-NOTHING": ("还没有接受任何条目", "nothing has been accepted yet"),
})  # fmt: skip

DIFF = "changes.diff"
_STAMP = (2000, 1, 1, 0, 0, 0)  # files of a zip have a fixed time, so that the same draft gives the same bytes
CORPUS = "corpus"
_DONE = {"accept": "接受", "correct": "改正", "add": "补上"}


def draft_reading(pack: Pack, viewer: Viewer, review: Review) -> Draft:
    """The draft of what was accepted, corrected and added; it takes about a second. Nothing is written.

    Errors: E-READING-NOTHING, E-DRAFT-*, E-RECORDS-DENIED.
    """
    check_reviewer(viewer)
    made = review.decided()
    if not (made.benefits or made.targets or made.tasks):
        raise InnoCityError(
            "E-READING-NOTHING", "还没有接受任何奖补、目标或任务", None, "先接受、改正或补上至少一条奖补、目标或任务"
        )
    return draft_pack(review.text, review.document.name, find_city(pack.city.id), made, marks_of(review))


def marks_of(review: Review) -> Marks:
    """Who accepted, corrected or added what the draft rests on, and when."""
    read, said = dict(review.findings()), dict[str, str]()
    people: dict[str, None] = {}
    for key, entry in review.standing().items():
        finding = read.get(key) if entry.verdict == "accept" else review.result_of(entry)
        if finding is not None:
            said[repr(finding)] = f" {entry.by} 在 {entry.at[:10]} {_DONE[entry.verdict]}"
            people[entry.by] = None
    last = max((entry.at[:10] for entry in review.standing().values()), default="")
    return Marks(said, f" {'、'.join(people)} 判过，最后在 {last}" if people else "")


def export_draft(pack: Pack, viewer: Viewer, review: Review, draft: Draft) -> bytes:
    """The draft's files as a zip, in the city's folder, with the change as `changes.diff`. Errors: E-RECORDS-*."""
    check_reviewer(viewer)
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        details = {**draft.counts, "hash": sha256_text(draft.diff())}
        store.audit(viewer, "export_draft", f"reading/{review.document.id}", details)
    files = {f"{pack.city.id}/{file.path}": file.after for file in draft.files}
    return _zipped({**files, DIFF: draft.diff()})


def keep_reading(pack: Pack, viewer: Viewer, review: Review, var: Path) -> Path:
    """Keep a document that is decided to the end in the city's corpus; returns the corpus' folder.

    What was kept of it before is replaced. Errors: E-READING-OPEN, E-READING-DECISION, E-RECORDS-*.
    """
    check_reviewer(viewer)
    done, total, added = review.progress()
    if done < total:
        raise InnoCityError(
            "E-READING-OPEN", f"还有 {total - done} 条没有判", None,
            "全部判完再存：没判的会被当成误读，评分就不准了",
        )  # fmt: skip
    folder = var / pack.city.id / CORPUS
    with locked(folder, CORPUS), transaction.atomic():
        store.next_entry()
        instance_of(pack)
        details = {"decided": done, "added": added}
        store.audit(viewer, "keep_reading", f"reading/{review.document.id}", details)
        keep_corpus(folder, review.document.id, review.text, review.decided())
    return folder


def corpus_file(pack: Pack, viewer: Viewer, var: Path) -> bytes | None:
    """The city's corpus as a zip of `gold/` and `sources/`; None where nothing is kept. Error: E-RECORDS-DENIED."""
    check_reviewer(viewer)
    folder = var / pack.city.id / CORPUS
    paths = sorted([*folder.glob("gold/*.jsonl"), *folder.glob("sources/*.txt")])
    return _zipped({path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in paths}) if paths else None


def _zipped(files: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode("utf-8"), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
