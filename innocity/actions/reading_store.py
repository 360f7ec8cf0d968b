"""Documents that are read and decided in an instance, each in a folder of its own:

    var/<city>/readings/<id>/  document.json  text.txt  reading.json | failed.json  decisions.jsonl  held  pid

`id` is the beginning of the text's SHA-256, so that a text is kept once; of a scanned file it is that of its bytes,
and `scan.pdf` and `pages.json` (how far) stand there until its characters are recognised. The reading is kept as it
was made: a finding is named by its kind and place in that reading, which rules of a later version do not change.
`decisions.jsonl` only grows; of the lines about one finding the last stands. `held` is locked while it is read
(`reading_alive`). Readers need no lock.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from innocity.actions.reading_alive import alive
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.reading import corpus
from innocity.engines.reading.model import Amount, Definition, Finding, Reading, Section
from innocity.records.viewer import Viewer

register_codes({
    "E-READING-UNKNOWN": ("没有这份在读的文件", "no such document is being read"),
    "E-READING-STOPPED": ("文件没有读完", "the program stopped before a document was read"),
})  # fmt: skip

State = Literal["reading", "read", "failed"]
KINDS: Mapping[str, type[Finding]] = corpus.KINDS
SCAN = "scan.pdf"  # what was uploaded, until its characters are recognised
ROLES = ("officer", "operator")
UNDO = "undo"
_ID = re.compile(r"[0-9a-f]{16}")
_KEY = re.compile(rf"({'|'.join(KINDS)})([-+])(0|[1-9][0-9]{{0,6}})")
_ALL: Mapping[str, type[Finding]] = {**KINDS, "outline": Section, "definitions": Definition}


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document as it came: `chars` is the length of its text (0 while a scan is not recognised), `at` the time with
    its zone, in ISO form; `scanned`: the characters were recognised on pictures of pages."""

    id: str
    city: str
    name: str
    title: str
    sha256: str
    chars: int
    by: str
    unit: str | None
    at: str
    internal: bool = False
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody decided of one finding: `key` is `benefits-3` (of the reading) or `benefits+7` (added)."""

    number: int
    key: str
    verdict: str
    by: str
    at: str
    fields: dict[str, Any] = field(default_factory=dict)
    reason: str = ""

    @property
    def kind(self) -> str:
        """The kind of the finding."""
        return parts_of(self.key)[0]

    def decision(self) -> corpus.Decision:
        """The decision as the engine takes it."""
        kind, index = parts_of(self.key)
        return corpus.Decision(kind, index, self.verdict, self.fields)


def parts_of(key: str) -> tuple[str, int | None]:
    """A finding's kind and its place in the reading (nothing for an added one). Error: E-READING-UNKNOWN.

    >>> parts_of("benefits-3"), parts_of("tasks+12")
    (('benefits', 3), ('tasks', None))
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise InnoCityError("E-READING-UNKNOWN", f"没有读出“{key[:40]}”", None, "从列表里选一条")
    return match[1], int(match[3]) if match[2] == "-" else None


def check_reviewer(viewer: Viewer) -> None:
    """Only officers of the city itself read documents for its pack. Error: E-RECORDS-DENIED."""
    if viewer.role not in ROLES or viewer.county is not None:
        raise InnoCityError("E-RECORDS-DENIED", "没有权限核对文件", None, "由市级单位的工作人员核对")


def folder_of(var: Path, city: str, document: str) -> Path:
    """The folder of a document that is kept. Error: E-READING-UNKNOWN."""
    folder = var / city / "readings" / document
    if not _ID.fullmatch(document) or not (folder / "document.json").is_file():
        raise InnoCityError("E-READING-UNKNOWN", f"没有在读的文件 {document[:40]}", None, "从“读文件”的列表里选一份")
    return folder


def document_in(folder: Path) -> ReadDocument:
    """The document of a folder."""
    return ReadDocument(**json.loads((folder / "document.json").read_text("utf-8")))


def documents(var: Path, city: str) -> list[tuple[ReadDocument, Path]]:
    """All documents of a city with their folders, the newest first."""
    found = [(document_in(p.parent), p.parent) for p in (var / city / "readings").glob("*/document.json")]
    return sorted(found, key=lambda one: one[0].at, reverse=True)


def scans_waiting(root: Path) -> list[ReadDocument]:
    """The scans below a city's folder of readings whose characters are not recognised yet, in no order."""
    every = [path.parent for path in root.glob(f"*/{SCAN}") if (path.parent / "document.json").is_file()]
    return [document_in(folder) for folder in every if state_in(folder) == "reading"]


def state_in(folder: Path) -> State:
    """How far the reading is; one whose program is gone has failed."""
    if (folder / "reading.json").is_file():
        return "read"
    if (folder / "failed.json").is_file():
        return "failed"
    if alive(folder):
        return "reading"
    if (folder / "reading.json").is_file():
        return "read"
    (folder / SCAN).unlink(missing_ok=True)  # its program was killed: nobody else would take the scan away
    return "failed"


def fault_in(folder: Path) -> tuple[str, str]:
    """Why a reading failed, and what to do."""
    try:
        said = json.loads((folder / "failed.json").read_text("utf-8"))
        return str(said["error"]), str(said["remedy"])
    except (OSError, ValueError, KeyError):
        return "程序中途停了，没有读完", "再传一次；还是不行请找系统管理员"


def pages_in(folder: Path) -> tuple[int, int] | None:
    """How many pages of a scan are recognised, and how many there are; None where none is done or it has no scan."""
    try:
        said = json.loads((folder / "pages.json").read_text("utf-8"))
        return int(said["done"]), int(said["all"])
    except (OSError, ValueError, KeyError):
        return None


@dataclass(frozen=True)
class Review:
    """A document's text, its reading as it was made, and what was decided so far (`entries`, in order)."""

    document: ReadDocument
    text: str
    reading: Reading
    entries: tuple[Entry, ...]

    def standing(self) -> dict[str, Entry]:
        """The last entry of each finding; what was undone is not in it."""
        last = {entry.key: entry for entry in self.entries}
        return {key: entry for key, entry in last.items() if entry.verdict != UNDO}

    def findings(self) -> Iterator[tuple[str, Finding]]:
        """All findings that are to be decided, by key, as they were read."""
        for kind in KINDS:
            for index, finding in enumerate(getattr(self.reading, kind)):
                yield f"{kind}-{index}", finding

    def decided(self) -> Reading:
        """The reading with only what was accepted, corrected or added. Error: E-READING-DECISION."""
        made = [entry.decision() for entry in self.standing().values()]
        return corpus.decided(self.reading, made, self.text)

    def result_of(self, entry: Entry) -> Finding | None:
        """The finding that comes of one entry; none where it was rejected."""
        made = getattr(corpus.decided(self.reading, [entry.decision()], self.text), entry.kind)
        return made[0] if made else None

    def progress(self) -> tuple[int, int, int]:
        """How many of the reading's findings are decided, how many there are, how many were added."""
        total = sum(len(getattr(self.reading, kind)) for kind in KINDS)
        added = sum(entry.verdict == "add" for entry in self.standing().values())
        return len(self.standing()) - added, total, added


def review_of(folder: Path) -> Review:
    """What stands in a folder whose document is read. Error: E-READING-STOPPED."""
    if state_in(folder) != "read":
        raise InnoCityError("E-READING-STOPPED", "这份文件还没有读完", None, "等一会儿再打开")
    text, reading = _read(folder, (folder / "reading.json").stat().st_mtime_ns)
    return Review(document_in(folder), text, reading, tuple(entries_in(folder)))


def entries_in(folder: Path) -> list[Entry]:
    """All decisions about a document, the oldest first."""
    path = folder / "decisions.jsonl"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    return [Entry(**json.loads(line)) for line in lines if line.endswith("}")]  # the last may be only half written


def add_entries(folder: Path, entries: list[Entry]) -> None:
    """Write decisions to the end of the file; the caller holds the lock."""
    with (folder / "decisions.jsonl").open("a", encoding="utf-8") as file:
        file.write("".join(f"{json.dumps(asdict(one), ensure_ascii=False)}\n" for one in entries))
        file.flush()
        os.fsync(file.fileno())


@lru_cache(maxsize=8)
def _read(folder: Path, made: int) -> tuple[str, Reading]:
    text = (folder / "text.txt").read_bytes().decode("utf-8")
    return text, reading_from(json.loads((folder / "reading.json").read_text("utf-8")))


def reading_from(data: Mapping[str, Any]) -> Reading:
    """The reading of which `as_dict` gave `data`.

    >>> from innocity.engines.reading.pipeline import read
    >>> made = read("一、奖励。对新认定的企业奖励20万元。到2025年，研发投入占比达到3%。（责任单位：市科技局）")
    >>> reading_from(json.loads(json.dumps(made.as_dict()))) == made
    True
    """
    lists: dict[str, Any] = {name: tuple(_finding(kind, one) for one in data[name]) for name, kind in _ALL.items()}
    return Reading(meta=data["meta"], **lists)


def _finding(kind: type[Finding], data: Mapping[str, Any]) -> Finding:
    names = {one.name for one in fields(kind)}
    return kind(**{name: _value(name, value) for name, value in data.items() if name in names})


def _value(name: str, value: Any) -> Any:
    if name == "amounts":
        return tuple(Amount(**one) for one in value)
    return tuple(value) if isinstance(value, list) else value
