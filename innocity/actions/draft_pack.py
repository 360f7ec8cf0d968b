"""Draft pack files from a document that was read: a document with fences, its cases, what they need.

Nothing of the folder is changed until `write` is called; what a person has written is never overwritten: new files
are added, and lists (glossary, indicators) only grow at their end. The document's sentences stay out of the pack: the
digest says in our own words what was found and where, the original is attached.
"""

from __future__ import annotations

import difflib
import hashlib
import re
import shutil
import tempfile
from bisect import bisect_right
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from innocity.actions.draft_clause import Frame, clause_draft
from innocity.actions.draft_plan import Indicators, target_draft, task_drafts
from innocity.actions.draft_register import MEASURE, QUANTITY, REGISTER, names_of, placeholder, proposed
from innocity.actions.draft_words import Marks, fence, vocabulary_of, written
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.core.money import format_money
from innocity.engines.reading.model import Benefit, Reading, Section
from innocity.engines.reading.pipeline import read
from innocity.engines.reading.vocabulary import Vocabulary
from innocity.packs.load import load_glossaries, load_pack, read_pack
from innocity.packs.model import Pack

register_codes({
    "E-DRAFT-EXISTS": ("这份文件已经写进城市包", "the document is in the pack already"),
    "E-DRAFT-CITY": ("城市文件夹的名字不能作编号", "the folder's name is no id of a city"),
    "E-DRAFT-INVALID": ("草案载入不了", "the draft does not load"),
})  # fmt: skip

PARENT = "base/cn"
SORT = "to_sort"
#: Code lists whose entries name what a promise is about.
NAMING = frozenset({
    "qualification_title", "platform_type", "st_award_name", "competition", "talent_category", "ip_type", "program",
    "loan_product", "service_kind",
})  # fmt: skip
_NUMBERED = ("heading", "heading-inline", "heading-series")
_EVENT = {
    "id": REGISTER, "name": "待归类事项", "revision": 1, "about": "any", "source": "核对时选定的登记簿取代它",
    "purpose": "让机器草案先能试算", "refresh": "不用于兑现", "writers": ["science"],
    "columns": [
        {"id": "clause", "name": "条款", "type": "text", "required": True},
        {"id": "kind", "name": "档次", "type": "text"},
        {"id": "amount", "name": "计算基数", "type": "money"},
        {"id": "approved_on", "name": "事项日期", "type": "date", "required": True},
        {"id": "entered_on", "name": "起算日期", "type": "date"},
        {"id": "left_on", "name": "截止日期", "type": "date"},
        {"id": MEASURE, "name": "条件金额", "type": "money"},
        {"id": QUANTITY, "name": "条件数量", "type": "integer"},
    ],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of the city's folder: its path there, what it holds now (nothing: new), what it would hold."""

    path: str
    before: str | None
    after: str

    def diff(self) -> str:
        """The change as a unified diff."""
        old = (self.before or "").splitlines(keepends=True)
        source = f"a/{self.path}" if self.before is not None else "/dev/null"
        return "".join(difflib.unified_diff(old, self.after.splitlines(keepends=True), source, f"b/{self.path}"))


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: the folder, whether it is new, its files, and how much was found. `original` is the text to attach."""

    folder: Path
    new: bool
    document: str
    files: tuple[DraftFile, ...]
    counts: dict[str, int]
    original: str
    text: str

    def diff(self) -> str:
        """The whole draft as a unified diff."""
        return "".join(f.diff() for f in self.files)


def draft_pack(
    text: str, name: str, folder: Path, reading: Reading | None = None, marks: Marks | None = None
) -> Draft:  # fmt: skip
    """The draft of a document's text for the city in `folder`, which need not exist.

    `reading` holds the findings that are drafted (default: all that reading proposes; pages pass what was accepted),
    `marks` who accepted which of them, and when.
    Errors: E-DRAFT-EXISTS, E-DRAFT-CITY, E-DRAFT-INVALID, and those of loading the city.
    """
    new = not folder.exists()
    if new and not re.fullmatch(r"[a-z][a-z0-9_-]*", folder.name):
        raise InnoCityError("E-DRAFT-CITY", f"“{folder.name}”不能作城市编号", Place(str(folder)), "用小写英文字母起头")
    pack = load_pack(PARENT) if new else load_pack(folder)
    sha = hashlib.sha256(text.encode("utf-8")).hexdigest()
    _refuse_twice(pack, sha, folder)
    vocabulary = vocabulary_of(pack)
    reading = read(text, vocabulary) if reading is None else reading
    key = f"draft-{sha[:8]}"
    original = re.sub(r"[^\w.-]", "_", Path(name).stem) + ".txt"
    maker = _Maker(pack, folder, reading, text, key, vocabulary, marks or Marks())
    front = maker.front(original, sha)
    files = [DraftFile(f"documents/{key}.md", None, f"---\n{written(front)}---\n{maker.body()}")]
    if maker.cases:
        cases = f"# {maker.marks.all()}。期望值按读出的数字算出，核对条款后一并核对。\n{written(maker.cases)}"
        files.append(DraftFile(f"cases/{key}.yaml", None, cases))
    files += _grown(folder, maker, new)
    counts = {"clauses": maker.clauses, "targets": len(reading.targets), "tasks": len(reading.tasks)}
    draft = Draft(folder, new, key, tuple(files), counts, original, text)
    _loads(draft)
    return draft


def write_draft(draft: Draft, sources: Path | None = None) -> list[Path]:
    """Write the draft's files, and the original's text to `sources` where that is given. Returns what was written.

    Error: E-DRAFT-EXISTS where a file that should be new has come into being.
    """
    for file in draft.files:
        path = draft.folder / file.path
        now = path.read_text("utf-8") if path.is_file() else None
        if now != file.before:
            raise InnoCityError(
                "E-DRAFT-EXISTS", f"{file.path} 在看过差异之后变了", Place(file.path),
                "再运行一次 innocity draft，看新的差异",
            )  # fmt: skip
    done = []
    for file in draft.files:
        done.append(_put(draft.folder / file.path, file.after))
    if sources is not None and not (sources / draft.original).exists():
        done.append(_put(sources / draft.original, draft.text))
    return done


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
    return path


def _refuse_twice(pack: Pack, sha: str, folder: Path) -> None:
    for document in pack.documents.values():
        if document.original and document.original.sha256 == sha:
            raise InnoCityError(
                "E-DRAFT-EXISTS", f"{document.id} 就是这份文件", Place(str(folder)), "改写那份文件，不必再起草"
            )


def _loads(draft: Draft) -> None:
    """The folder as it would be must load. Error: E-DRAFT-INVALID, with the first fault."""
    with tempfile.TemporaryDirectory() as place:
        trial = Path(place) / draft.folder.name
        if not draft.new:
            shutil.copytree(draft.folder, trial)
        for file in draft.files:
            _put(trial / file.path, file.after)
        _, errors = read_pack(trial)
        first = next((e for e in errors if e.severity == "error"), None)
        if first is not None:
            raise InnoCityError("E-DRAFT-INVALID", f"草案载入不了：{first.message}", first.place, first.remedy)


def _grown(folder: Path, maker: _Maker, new: bool) -> list[DraftFile]:
    """What the document needs besides: the city itself, the register of drafts, words, indicators."""
    files = []
    if new:
        files.append(DraftFile("city.yaml", None, maker.city()))
    if REGISTER not in maker.pack.registers and any(REGISTER in c.get("facts", {}) for c in maker.cases):
        files.append(DraftFile(f"registers/{REGISTER}.yaml", None, f"# {maker.marks.all()}\n{written(_EVENT)}"))
    terms = [
        {"id": SORT, "zh": "待归类", "en": "to be sorted", "source": "草案"},
        {"id": REGISTER, "zh": "待归类事项", "en": "drafted event", "source": "草案"},
        {"id": MEASURE, "zh": "条件金额", "en": "amount of the condition", "source": "草案"},
        {"id": QUANTITY, "zh": "条件数量", "en": "count of the condition", "source": "草案"},
    ]
    known = load_glossaries(maker.pack)
    missing = [t for t in terms if t["id"] not in known]
    if missing:
        files.append(_appended(folder, "glossary.yaml", "terms:\n", missing, "  ", maker.marks))
    if maker.indicators.new:
        files.append(_appended(folder, "indicators.yaml", "", maker.indicators.new, "", maker.marks))
    return files


def _appended(
    folder: Path, name: str, head: str, items: list[dict[str, Any]], indent: str, marks: Marks
) -> DraftFile:  # fmt: skip
    path = folder / name
    before = path.read_text("utf-8") if path.is_file() else None
    start = head if before is None else before if before.endswith("\n") else f"{before}\n"
    lines = [f"{indent}{line}\n" for line in f"# {marks.all()}\n{written(items)}".rstrip("\n").split("\n")]
    return DraftFile(name, before, start + "".join(lines))


class _Maker:
    """Makes the texts of one document's draft."""

    def __init__(
        self, pack: Pack, folder: Path, reading: Reading, text: str, key: str, vocabulary: Vocabulary, marks: Marks
    ) -> None:  # fmt: skip
        self.pack, self.reading, self.text, self.key, self.vocabulary = pack, reading, text, key, vocabulary
        self.prefix = key.replace("-", "_")
        self.names = names_of(pack)
        self.folder, self.marks = folder, marks
        self.indicators = Indicators(pack, self.prefix, marks)
        self.cases: list[dict[str, Any]] = []
        self.clauses = 0
        self.sections = _outer([s for s in reading.outline if s.rule in _NUMBERED])
        self.starts = [s.start for s in self.sections]

    def front(self, original: str, sha: str) -> dict[str, Any]:
        """Front matter: what the text says of itself; the rest is empty."""
        meta = self.reading.meta
        starts, ends = validity(meta)
        return {
            "id": self.key, "title": meta.get("title") or "标题待填", "number": meta.get("number"),
            "issuer": meta.get("issuer"), "level": "city", "territory": self.folder.name,
            "issued_on": meta.get("issued_on"), "valid_from": starts, "valid_to": ends, "state": "unknown",
            "original": {"file": original, "sha256": sha, "chars": str(len(self.text))}, "note": self.marks.all(),
        }  # fmt: skip

    def city(self) -> str:
        """`city.yaml` of a new city: what the document names; what it does not name is marked."""
        issuer = str(self.reading.meta.get("issuer") or self.reading.meta.get("title") or "")
        m = re.match(r"^[\u4e00-\u9fff]{2,8}?(?:市|州|盟|区|县|新区)", issuer)
        units = dict.fromkeys(
            n for t in self.reading.tasks for n in (*t.lead_units_norm, *t.responsible_units_norm)
            if not re.match(r"各|有关", n)
        )  # fmt: skip
        data = {
            "id": self.folder.name, "name": m[0] if m else "城市名待填", "code": "000000", "extends": [PARENT],
            "default_year": str(self.year()),
            "units": [
                {"id": f"unit_{n}", "name": name.replace("(", "（").replace(")", "）"), "level": "city"}
                for n, name in enumerate(units, 1)
            ],
        }  # fmt: skip
        return f"# {self.marks.all()}：代码（GB/T 2260）、区划、单位的上下级都要补\n{written(data)}"

    def year(self) -> int:
        """A year in which the document is in force throughout, for the sample cases."""
        starts, ends = validity(self.reading.meta)
        issued = str(self.reading.meta.get("issued_on") or "")
        named = re.search(
            r"20[0-9]{2}", f"{self.reading.meta.get('number') or ''}{self.reading.meta.get('title') or ''}"
        )
        first = int((starts or issued or (named[0] if named else str(self.pack.city.default_year)))[:4])
        whole = starts is None or starts.endswith("01-01")
        return first if whole or (ends and int(ends[:4]) <= first) else first + 1

    def body(self) -> str:
        """Articles with digests in our own words, and their fences."""
        by: dict[int, list[str]] = {}
        tally: dict[int, dict[str, int]] = {}
        for place, kind, text in self._fences():
            by.setdefault(place, []).append(text)
            counts = tally.setdefault(place, {})
            counts[kind] = counts.get(kind, 0) + 1
        pieces = []
        for place in sorted(by):
            s = self.sections[place] if place >= 0 else None
            path, span = (s.path, f"{s.start}-{s.end}") if s else ("全文", f"0-{len(self.text)}")
            said = "、".join(f"{n} 项{kind}" for kind, n in tally[place].items())
            head = f'## {path} {{#a{place + 1} path="{path}" span="{span}"}}'
            pieces.append(f"{head}\n\n{self.marks.all()}。读出{said}，摘要待写。\n\n" + "\n\n".join(by[place]) + "\n")
        return "\n".join(pieces)

    def _fences(self) -> list[tuple[int, str, str]]:
        """(article, what it is, text) of all fences; clauses first numbered, then targets and tasks."""
        found = []
        frame = Frame(self.folder.name, self.year(), self.text, self.prefix, self.marks)
        for number, b in enumerate(self.reading.benefits, 1):
            kind, text = self._benefit(b, number, frame)
            found.append((self._article(b.start), kind, text))
        for number, t in enumerate(self.reading.targets, 1):
            data = target_draft(t, number, self.prefix, self.indicators, self.pack)
            found.append((self._article(t.start), "目标", fence("target", data)))
        names = {t.path: "" for t in self.reading.tasks}
        drafts = task_drafts(self.reading.tasks, self.prefix, self.pack, names, self.marks)
        for t2, data in zip(self.reading.tasks, drafts, strict=True):
            found.append((self._article(t2.start), "任务", fence("task", data)))
        return found

    def _benefit(self, b: Benefit, number: int, frame: Frame) -> tuple[str, str]:
        if b.shape == "budget_pool":
            return "资金安排", fence("appropriation", self._appropriation(b, number))
        if b.shape in ("split", "rule"):
            key, says = f"{self.prefix}_s{number}", f"待写：见原文第 {b.start}-{b.end} 字"
            return "约束", fence("statement", {"id": key, "force": "reported", "says": says})
        words = self.vocabulary.words_in(self.text[b.start : b.end])
        topic = next((w.id for w in words if w.kind == "topic"), SORT)
        about = "、".join(w.zh for w in words if w.kind == "topic" or w.list in NAMING)[:24] or f"第{number}项"
        key = f"{self.prefix}_c{number}"
        source = proposed(b, self.text[b.start : b.end], self.names, self.pack, frame.year) or placeholder(
            key, frame.year, self.pack
        )
        draft = clause_draft(b, key, frame, topic, f"{about}{b.trigger_kind or ''}奖补{number}", source)
        self.cases += draft.cases
        self.clauses += 1
        return "奖补", fence("clause", draft.data)

    def _appropriation(self, b: Benefit, number: int) -> dict[str, Any]:
        sums = [a.value_yuan or a.cap_yuan or 0 for a in b.amounts]
        yearly = "每年" in self.text[b.start : b.end] or "年度" in self.text[b.start : b.end]
        year = self.year()
        total = format_money(round(sums[0] * 100))
        return {
            "id": f"{self.prefix}_a{number}", "name": f"资金安排{number}", "years": f"{year}-{year}",
            "per_year" if yearly else "total": total,
            "note": f"{self.marks.of(b)}；年份待填，见原文第 {b.start}-{b.end} 字",
        }  # fmt: skip

    def _article(self, place: int) -> int:
        i = bisect_right(self.starts, place) - 1
        return i if i >= 0 and place < self.sections[i].end else -1


def _outer(sections: list[Section]) -> list[Section]:
    """Sections cut where the next begins, so that each place lies in one article."""
    kept: list[Section] = []
    for n, s in enumerate(sections):
        end = min(s.end, sections[n + 1].start) if n + 1 < len(sections) else s.end
        if end > s.start:
            kept.append(replace(s, end=end))
    return kept


def validity(meta: dict[str, Any]) -> tuple[str | None, str | None]:
    """First and last day of force as dates, as far as the text says them.

    >>> validity({"validity": {"from": "2024年5月1日", "years": "3"}})
    ('2024-05-01', '2027-04-30')
    >>> validity({"validity": {"from": "发布之日"}, "issued_on": "2024-03-02"})
    ('2024-03-02', None)
    """
    from datetime import date, timedelta

    from innocity.engines.reading.numbers import han

    said = meta.get("validity") or {}
    start = _day(str(said.get("from") or "")) or (meta.get("issued_on") if said.get("from") else None)
    end = _day(str(said.get("to") or ""))
    years = str(said.get("years") or "")
    count = int(years) if years.isdigit() else han(years) if years else None
    if start and count and not end:
        first = date.fromisoformat(start)
        end = (first.replace(year=first.year + count, day=min(first.day, 28)) - timedelta(days=1)).isoformat()
    return start, end


def _day(text: str) -> str | None:
    m = re.search(r"(20[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日", text)
    return f"{m[1]}-{int(m[2]):02d}-{int(m[3]):02d}" if m else None
