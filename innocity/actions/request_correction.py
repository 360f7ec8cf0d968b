"""Ask for a correction: a firm says what is wrong in a fact of its own, and why. Nothing changes yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from innocity.actions.correct_fact import corrected_values
from innocity.actions.recording import checked_table, instance_of, table_from
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.model import Pack, Register
from innocity.packs.registers import find_register
from innocity.records import store
from innocity.records.models import Document, Fact
from innocity.records.models_corrections import Correction
from innocity.records.viewer import Viewer

register_codes({
    "E-CORRECTION-OPEN": ("这条事实已有一件更正申请待核对", "a request about this fact waits already"),
    "E-CORRECTION-UNKNOWN": ("没有这件更正申请", "no such request for a correction"),
    "E-CORRECTION-DONE": ("这件更正申请已有结果", "the request for a correction is decided already"),
    "E-CORRECTION-LONG": ("更正申请的文字过长", "a text of a request is too long"),
})  # fmt: skip

LONGEST = 1000  # signs of a reason or an answer


def request_correction(
    pack: Pack, viewer: Viewer, register: str, fact_id: str, changes: Mapping[str, str | None], reason: str, *,
    revision: int, strike: bool = False, evidence: Sequence[int] = (), today: date | None = None,
) -> int:  # fmt: skip
    """File a request and return its number.

    `changes` are texts by column id (empty: the value is taken away), tried out as if they were recorded; with
    `strike` the fact is said not to be the firm's, and nothing changes in it. Errors: E-CORRECTION-*, E-FACT-*,
    E-FACTS-*, E-RECORDS-*.
    """
    known = find_register(pack, register)
    text = checked_text(reason, "E-FACT-REASON", "没有写理由", "写明哪里不对、依据什么")
    with transaction.atomic():
        entry = store.next_entry()
        instance_of(pack)
        old = _own_fact(viewer, known, fact_id, revision)
        if not strike:
            check_changes(pack, known, old, changes, today or store.today())
        papers = own_papers(viewer, evidence)
        found: Correction = Correction.objects.create(
            party_id=old.party_id, register=register, fact_id=fact_id, revision=revision, strike=strike,
            changes={} if strike else {name: (value or "").strip() for name, value in changes.items()}, reason=text,
            filed_by=viewer.name, filed_on=today or store.today(), entry=entry,
        )  # fmt: skip
        found.evidence.set(papers)
        details = {"fact": f"{register}/{fact_id}", "revision": revision, "strike": strike,
                   "columns": sorted(found.changes), "evidence": sorted(evidence)}  # fmt: skip
        store.audit(viewer, "request_correction", f"correction/{found.id}", details)
    return int(found.id)


def try_correction(
    pack: Pack, viewer: Viewer, register: str, fact_id: str, changes: Mapping[str, str | None], *, revision: int
) -> None:
    """Whether these changes could be asked for; nothing is written. Errors: those of `request_correction`."""
    known = pack.registers[register]
    check_changes(pack, known, _own_fact(viewer, known, fact_id, revision), changes, store.today())


def checked_text(text: str, code: str, message: str, remedy: str, longest: int = LONGEST) -> str:
    """A text without spaces around it. Errors: `code` where it is empty, E-CORRECTION-LONG."""
    text = text.strip().replace("\x00", "")
    if not text:
        raise InnoCityError(code, message, None, remedy)
    if len(text) > longest:
        raise InnoCityError("E-CORRECTION-LONG", f"写了 {len(text)} 个字，最多 {longest} 个", None, "写得短一些")
    return text


def check_changes(pack: Pack, register: Register, old: Fact, changes: Mapping[str, str | None], day: date) -> None:
    """That a fact could be recorded with these changes. Errors: E-FACT-SAME, E-FACTS-*."""
    if not changes:
        raise InnoCityError("E-FACT-SAME", "没有写要改成什么", Place(register.id, path=old.fact_id), "至少改一项")
    errors = ErrorList()
    values = corrected_values(old, register, changes, day)
    checked_table(table_from([values], register), register, pack, errors)
    errors.raise_if_any()


def _own_fact(viewer: Viewer, register: Register, fact_id: str, revision: int) -> Fact:
    """The fact as its own firm sees it now. Errors: E-RECORDS-DENIED, E-FACT-*, E-CORRECTION-OPEN."""
    if viewer.role != "firm" or viewer.party is None:
        raise InnoCityError("E-RECORDS-DENIED", "更正由企业自己申请", None, "用企业经办人账号登录")
    mine = Fact.objects.filter(register=register.id, fact_id=fact_id, party_id=viewer.party)
    old: Fact | None = mine.filter(current=True, withdrawn=False).first()
    if old is None:
        raise InnoCityError("E-FACT-UNKNOWN", f"{register.name} 里没有本企业的事实 {fact_id}", None, "核对事实编号")
    if old.revision != revision:
        text = f"{fact_id} 已是第 {old.revision} 版，申请针对的是第 {revision} 版"
        raise InnoCityError("E-FACT-CHANGED", text, None, "重新打开这条数据，看过新的内容再申请")
    if Correction.objects.filter(register=register.id, fact_id=fact_id, state="open").exists():
        raise InnoCityError("E-CORRECTION-OPEN", "这条数据已有一件申请在核对", None, "等有了结果，或先撤回那一件")
    return old


def own_papers(viewer: Viewer, evidence: Sequence[int]) -> list[Document]:
    """The firm's own documents. Error: E-RECORDS-EVIDENCE."""
    found = list(Document.objects.filter(id__in=evidence, party_id=viewer.party))
    if len(found) != len(set(evidence)):
        raise InnoCityError("E-RECORDS-EVIDENCE", "有材料不是本企业上传的", None, "重新上传材料")
    return found
