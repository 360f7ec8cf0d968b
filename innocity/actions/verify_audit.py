"""Verify the audit log, that every fact is still what the log says was written and public where the log says so, and
that every file that was handed in is there as it came. Nothing is changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from innocity.actions.verify_published import Publications
from innocity.core.errors import InnoCityError
from innocity.records import queries, store
from innocity.records.chain import Anchor, Entry, Finding, check_chain
from innocity.records.queries.matters import kept_hashes
from innocity.records.rows import batch_hash, fact_line
from innocity.records.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries and rows were looked at, what the last entry is, and every break found."""

    entries: int
    rows: int
    head: tuple[int, str]
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


def verify_audit(
    viewer: Viewer, *, anchors: Path | None = None, facts: bool = True, keep: bool = False, files: bool | None = None
) -> Verified:  # fmt: skip
    """Check the chain against its head and the anchors (default: those beside the database), the facts, and the files
    beside the database (where nothing is said of them, with the facts).

    Writers wait while the chain and what is public are read, not while the facts are. With `keep`, a chain that is
    whole is anchored anew: one line more in the file. Errors: E-RECORDS-FORBIDDEN, E-AUDIT-ANCHOR.
    """
    written: dict[tuple[int, str], tuple[int, str]] = {}
    last: list[Entry] = []
    public = Publications()

    def passing() -> Iterator[Entry]:
        for entry in queries.audit_chain(viewer):
            last[:] = [entry]
            if facts and '"registers"' in entry.details:
                _note(entry, written)
            public.note(entry)
            yield entry

    with transaction.atomic():
        store.next_entry()
        head = queries.audit_head(viewer)
        findings = list(check_chain(passing(), head, store.read_anchors(anchors)))
        if facts:
            findings += public.findings(viewer)
    rows = 0
    if facts:
        found, rows = _check_facts(viewer, written, head[0])
        findings += found
    if facts if files is None else files:
        findings += _check_files(viewer)
    if keep and not findings and last:
        store.keep_anchor(Anchor(last[0].at[:10], *head))
    return Verified(head[0], rows, head, tuple(findings))


def _note(entry: Entry, written: dict[tuple[int, str], tuple[int, str]]) -> None:
    """What an entry says it wrote; an entry that cannot be read is found by its hash anyway."""
    try:
        for register, batch in json.loads(entry.details)["registers"].items():
            written[(entry.seq, register)] = (int(batch["rows"]), str(batch["hash"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return


def _check_facts(
    viewer: Viewer, written: dict[tuple[int, str], tuple[int, str]], head: int
) -> tuple[list[Finding], int]:  # fmt: skip
    """The rows of each entry against its hash; the number of rows. What was written meanwhile is passed over."""
    findings: list[Finding] = []
    rows = 0
    left = dict(written)
    registers = {register for _, register in written} | {state.register for state in queries.registers(viewer)}
    for register in sorted(registers):
        for entry, batch in groupby(queries.written_lines(viewer, register), key=itemgetter(0)):
            lines = _Counted(batch)
            found, count = batch_hash(lines), lines.count
            rows += count
            if head < entry <= queries.audit_head(viewer)[0]:
                continue
            said = left.pop((entry, register), None)
            if said != (count, found):
                findings.append(_differs(register, entry, said, count))
    for (entry, register), (count, _) in sorted(left.items()):
        findings.append(Finding("missing", entry, f"第 {entry} 条写入 {register} 的 {count} 行事实不见了"))
    for register, fact_id in queries.misplaced_facts(viewer):
        findings.append(Finding("changed", 0, f"{register} 的 {fact_id} 的现行标记与它的版次不符"))
    return findings, rows


def _check_files(viewer: Viewer) -> Iterator[Finding]:
    """Every file that the records name against its hash, each once."""
    folder, seen = Path(settings.INNOCITY_VAR) / "files", set[str]()
    for sha256, name in kept_hashes(viewer):
        if sha256 in seen:
            continue
        seen.add(sha256)
        try:
            with (folder / sha256[:2] / sha256).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            yield Finding("missing", 0, f"{name} 的文件不见了，或读不出")
            continue
        if found != sha256:
            yield Finding("changed", 0, f"{name} 的文件被改动过")


class _Counted:
    """The lines of rows (entry, base columns..., data), counted as they pass."""

    def __init__(self, rows: Iterable[tuple[Any, ...]]) -> None:
        self.rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for _, *base, data in self.rows:
            self.count += 1
            yield fact_line(base, data)


def _differs(register: str, entry: int, said: tuple[int, str] | None, count: int) -> Finding:
    if said is None:
        return Finding("appended", entry, f"{register} 有 {count} 行事实没有审计记录（写着第 {entry} 条）")
    what = "内容" if said[0] == count else f"行数（{count}，应为 {said[0]}）"
    return Finding("changed", entry, f"第 {entry} 条写入 {register} 的事实，{what}被改动过")


def must_be_whole(verified: Verified) -> None:
    """Raise E-AUDIT-BROKEN where something was found."""
    if verified.findings:
        first = verified.findings[0]
        text = f"审计日志有 {len(verified.findings)} 处不对，第一处：{first.text}"
        remedy = "停止写入，保留现场，用备份和锚定文件核对"
        raise InnoCityError("E-AUDIT-BROKEN", text, None, remedy, {"seq": first.seq})
