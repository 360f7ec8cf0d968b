"""Check an office's table against a register and the records: what is new, the same, changed, or wrong. Nothing is
written; `import_sheet.commit_import` writes exactly what was checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from innocity.actions.recording import instance_of
from innocity.actions.sheet_headings import CODE, NAME, PERSON, SIMULATED, Heading, known_headings, read_headings
from innocity.actions.sheet_matching import NEW_WORDS, Matched, known_keys, match_rows, telling
from innocity.actions.sheet_parties import Parties, find_parties, names_of_units, resolved
from innocity.actions.sheet_values import Problem, Problems, texts_of, typed_column
from innocity.actions.spreadsheet import Sheet, read_spreadsheet
from innocity.core.canonical import canonical_json, sha256_text
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.facts_columns import arrow_schema
from innocity.packs.model import Column, Pack, Register
from innocity.packs.registers import BASE_COLUMNS, all_columns, find_register
from innocity.records.queries import imports
from innocity.records.queries.ledgers import known_ids, register_versions
from innocity.records.viewer import Viewer, keeps

register_codes({
    "E-IMPORT-REGISTER": ("这本登记簿不从表格导入", "this register is not imported from sheets"),
    "E-IMPORT-EMPTY": ("表里没有要导入的行", "a sheet has no rows to import"),
})  # fmt: skip

EXAMPLE = "示例"  # a row whose first cell begins with this word is passed over
#: Registers that have verbs of their own, with checks that a table would go round.
OWN_VERBS = {
    "observation": "innocity observe", "figure_confirmation": "innocity observe", "figure_review": "innocity observe",
    "release_calendar": "“发布日历”",
    "task_progress": "innocity tasks", "task_closure": "innocity tasks", "meeting": "innocity tasks",
    "procedure_step": "innocity procedures",
    "exchange_listing": "innocity match", "exchange_step": "innocity match", "exchange_event": "innocity match",
    "resolution": "innocity tasks", "supervision": "innocity tasks",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A recorded fact that a row changes: by column name what it was and becomes, as text."""

    line: int
    fact_id: str
    party: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """A new fact that a row brings: what it says as text, by the names of the columns that the table has.

    `forced`: the row asks for a fact of its own, whatever is recorded.
    """

    line: int
    party: str
    columns: tuple[tuple[str, str], ...]
    forced: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do. Rows are numbered as in the file.

    `digest` stands for the file, who asks, the pack and the state of the records: a commit names it. `problems`
    count rows from 0 within `sheet.lines`. What `work` holds is for the commit.
    """

    register: str
    file: str
    sheet: Sheet
    digest: str
    new: int
    same: int
    changed: int
    passed_over: int
    problems: tuple[Problem, ...]
    wrong_rows: int
    problem_count: int
    notices: tuple[str, ...]
    work: Work | None = field(repr=False, default=None)

    @property
    def ok(self) -> bool:
        """Whether it may be committed: nothing is wrong, and something is to be done."""
        return not self.problem_count and self.work is not None

    @property
    def rows(self) -> int:
        """How many rows the table has, without blank ones and examples."""
        return self.sheet.rows - self.passed_over

    def line(self, problem: Problem) -> int:
        """The row of a problem in the file."""
        return self.sheet.lines[problem.row] if problem.row >= 0 else self.sheet.heading_line

    def changes(self, limit: int | None = None) -> Iterator[Change]:
        """The facts that would change, in the order of the file."""
        if self.work is not None:
            yield from self.work.changes(limit)

    def additions(self, limit: int | None = None) -> Iterator[Addition]:
        """The facts that would be new, in the order of the file."""
        if self.work is not None:
            yield from self.work.additions(limit)

    def as_dict(self, limit: int = 50) -> dict[str, Any]:
        """The preview for JSON, with the first problems and changes."""
        return {
            "register": self.register, "file": self.file, "sheet": self.sheet.name, "digest": self.digest,
            "rows": self.rows, "new": self.new, "same": self.same, "changed": self.changed,
            "wrong_rows": self.wrong_rows, "passed_over": self.passed_over, "ok": self.ok,
            "notices": list(self.notices), "problem_count": self.problem_count,
            "problems": [{"line": self.line(p), "column": p.column, "code": p.code, "message": p.message,
                          "remedy": p.remedy} for p in self.problems[:limit]],
            "changes": [{"line": c.line, "fact_id": c.fact_id, "party": c.party,
                         "columns": [{"name": n, "from": a, "to": b} for n, a, b in c.columns]}
                        for c in self.changes(limit)],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """What a commit writes: typed rows, how they match what is recorded, and their parties."""

    register: Register
    lines: Sequence[int]
    table: pa.Table
    present: tuple[str, ...]
    marks: tuple[str | None, ...]
    matched: Matched
    recorded: imports.RecordedFacts | None
    parties: Parties
    stamp: tuple[tuple[str, int], ...]
    names: Mapping[str, Mapping[str, str]]  # Chinese names of codes by column
    simulated: bool

    def changes(self, limit: int | None = None) -> Iterator[Change]:
        """The changes, in the order of the file."""
        columns = {column.id: column for column in all_columns(self.register)}
        for count, (row, names) in enumerate(sorted(self.matched.changes.items())):
            if limit is not None and count >= limit:
                return
            at = self.matched.facts[row]
            assert at is not None and self.recorded is not None
            shown = tuple(
                (columns[name].name, self._shown(self.recorded.table, name, at), self._shown(self.table, name, row))
                for name in names
            )
            party = self.parties.ids[row] or ""
            fact = self.recorded.table.column("fact_id")[at].as_py()
            yield Change(self.lines[row], fact, self.parties.names.get(party) or party, shown)

    def additions(self, limit: int | None = None) -> Iterator[Addition]:
        """The new facts, in the order of the file."""
        days = [column for column in BASE_COLUMNS if column.id in ("valid_from", "valid_to")]
        columns = [column for column in (*self.register.columns, *days) if column.id in self.present]
        for row in self.matched.new[:limit]:
            party = self.parties.ids[row] or ""
            told = tuple((one.name, self._shown(self.table, one.id, row)) for one in columns)
            forced = self.marks[row] in NEW_WORDS
            yield Addition(self.lines[row], self.parties.names.get(party) or party, told, forced)

    def _shown(self, table: pa.Table, name: str, row: int) -> str:
        from innocity.actions.sheet_writing import shown

        column = next(c for c in all_columns(self.register) if c.id == name)
        return shown(table.column(name)[row].as_py(), column, self.names.get(name, {}))


def check_import(
    pack: Pack, viewer: Viewer, register: str, name: str, raw: bytes, *, sheet: str | None = None
) -> Preview:
    """Check a file (its name and bytes) against a register; `sheet` names a workbook's sheet.

    What is wrong with rows stands in the preview. Raised: E-SHEET-* (a file that cannot be read), E-FACTS-REGISTER,
    E-IMPORT-REGISTER, E-IMPORT-EMPTY, E-RECORDS-*.
    """
    known = importable(pack, viewer, register)
    instance = instance_of(pack)
    stamp = register_versions(viewer, {register, "organization", "person"})
    read = read_spreadsheet(name, raw, lambda texts: known_headings(known, texts), sheet=sheet)
    read, passed_over = _without_examples(read)
    if not read.rows:
        raise InnoCityError("E-IMPORT-EMPTY", "表头下面没有要导入的行", Place(name), "填写后再上传；示例行不导入")
    errors = ErrorList()
    headings = read_headings(read, known, errors, Place(name, read.heading_line))
    _check_personal(viewer, known, headings, errors, Place(name, read.heading_line))
    problems = Problems()
    for error in errors:
        problems.add(-1, "", error.code, error.message, error.remedy or "")
    who = [viewer.role, viewer.name, viewer.unit, viewer.party, viewer.county]
    basis = [hashlib.sha256(raw).hexdigest(), register, pack.hash, [list(one) for one in stamp], who]
    reading = _Reading(pack, viewer, known, read, {one.target: one for one in headings}, problems)
    work = reading.work(stamp, instance.simulated)
    matched = work.matched if work is not None else Matched([])
    wrong = {row for row in problems.rows if row >= 0}
    facts, changes = matched.facts, matched.changes
    new = facts.count(None) - sum(facts[row] is None for row in wrong) if work is not None else 0
    changed = len(changes) - len(wrong & changes.keys())
    return Preview(
        register, name, read, sha256_text(canonical_json(basis)), new,
        len(facts) - len(wrong) - new - changed if work is not None else 0, changed,
        passed_over, tuple(sorted(problems.items, key=lambda p: p.row)), len(wrong), problems.count,
        tuple(reading.notices), work,
    )  # fmt: skip


def importable(pack: Pack, viewer: Viewer, register: str) -> Register:
    """The register, if this one may import into it. Errors: E-FACTS-REGISTER, E-IMPORT-REGISTER, E-RECORDS-DENIED."""
    known = find_register(pack, register)
    if register in OWN_VERBS:
        text = f"登记簿“{known.name}”有自己的报送和审核，不从表格导入"
        raise InnoCityError("E-IMPORT-REGISTER", text, None, f"用 {OWN_VERBS[register]}，或网站上的相应页面")
    if not viewer.writes(known):
        text = f"{viewer.name or '未登录者'}不能写登记簿“{known.name}”"
        raise InnoCityError("E-RECORDS-DENIED", text, None, f"由{_keepers(pack, known)}登记")
    return known


def _keepers(pack: Pack, register: Register) -> str:
    """The units that keep a register, by name; those that the pack does not name by the word of their duty."""
    named = [unit.name for unit in pack.units.values() if keeps(unit.id, register)]
    return "、".join(named or register.writers)


def _without_examples(sheet: Sheet) -> tuple[Sheet, int]:
    """The table without rows marked as examples, and how many those were."""
    if not sheet.columns:
        return sheet, 0
    passed_over = pc.fill_null(pc.starts_with(texts_of(sheet.columns[0]), EXAMPLE), False)
    if not pc.any(passed_over).as_py():
        return sheet, 0
    kept = sheet.without(passed_over)
    return kept, sheet.rows - kept.rows


def _check_personal(
    viewer: Viewer, register: Register, headings: Sequence[Heading], errors: ErrorList, place: Place
) -> None:
    """Personal columns are written only by whoever sees them."""
    personal = [one for one in headings if one.target == PERSON or (one.column is not None and one.column.personal)]
    if personal and not viewer.sees_personal(register):
        text = f"“{personal[0].text}”是个人信息，只有登记这本簿的单位可以填"
        errors.add("E-RECORDS-DENIED", text, place, "删去这一列")


class _Reading:
    """A table on its way to typed rows held against the records."""

    def __init__(
        self, pack: Pack, viewer: Viewer, register: Register, sheet: Sheet, headings: Mapping[str, Heading],
        problems: Problems,
    ) -> None:  # fmt: skip
        self.pack, self.viewer, self.register, self.sheet = pack, viewer, register, sheet
        self.headings, self.problems = headings, problems
        self.notices: list[str] = []

    def work(self, stamp: tuple[tuple[str, int], ...], simulated: bool) -> Work | None:
        """Typed, matched rows; None where the headings are wrong.

        Then what is wrong with the rows is told all the same, as far as the headings that are known let it be: people
        mend a file once. Whoever may not write a column learns nothing of what stands in it.
        """
        shut = bool(self.problems.count)
        if shut and any(one.code == "E-RECORDS-DENIED" for one in self.problems.items):
            return None
        arrays = self._arrays()
        self._check_simulated(simulated)
        given, units = self._given(arrays), names_of_units(self.pack)
        parties = find_parties(self.viewer, self.register, given, self.sheet.rows, self.problems, units)
        arrays["party_id"] = pa.array(parties.ids, pa.string())
        marks = self._marks()
        schema = arrow_schema(self.register)
        table = pa.table([arrays.get(f.name, pa.nulls(self.sheet.rows, f.type)) for f in schema], schema=schema)
        present = tuple(name for name in arrays if name != "fact_id")
        if shut:
            self._check_given(table, present)
            return None
        recorded, taken = self._recorded(parties, marks, stamp, telling(self.register, table, present))
        if recorded is not None:
            recorded = recorded.like(table, known_keys(self.register, present), {mark for mark in marks if mark})
        matched = match_rows(self.register, table, present, recorded, self.problems, marks, taken)
        self._check_required(table, present, matched)
        names = {c.id: {one.id: one.name for one in self.pack.codes[c.codes or ""].codes}
                 for c in self.register.columns if c.codes in self.pack.codes}  # fmt: skip
        return Work(
            self.register, self.sheet.lines, table, present, tuple(marks), matched, recorded, parties, stamp, names,
            simulated,
        )  # fmt: skip

    def _cells(self, target: str) -> Sequence[Any]:
        return self.sheet.columns[self.headings[target].index]

    def _arrays(self) -> dict[str, pa.Array]:
        """The register's columns that the table has, typed, but for fact and party numbers."""
        arrays: dict[str, pa.Array] = {}
        for column in all_columns(self.register):
            heading = self.headings.get(column.id)
            if heading is None or column.id in ("fact_id", "party_id"):
                continue
            cells = self._cells(column.id)
            array = typed_column(cells, heading.text, column, self.pack.codes, self.problems, heading.scale)
            arrays[column.id] = self._resolved(array, column) if column.type == "party" else array
        return arrays

    def _resolved(self, array: pa.Array, column: Column) -> pa.Array:
        words = array.dictionary_encode()
        known = resolved(self.viewer, words.dictionary.to_pylist(), names_of_units(self.pack))
        if not known:
            return array
        ids = pa.array([known.get(word, word) for word in words.dictionary.to_pylist()], pa.string())
        return ids.take(words.indices)

    def _given(self, arrays: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
        """What the rows say of their parties, as texts."""
        given: dict[str, pa.Array] = {}
        for target in ("party_id", CODE, NAME, PERSON):
            if target in self.headings:
                heading = self.headings[target]
                column = Column(id="party_id", name=heading.text, type="party")
                given[target] = typed_column(self._cells(target), heading.text, column, {}, self.problems)
        if self.register.id == "organization":
            given |= {target: arrays[name] for target, name in ((CODE, "uscc"), (NAME, "name"))
                      if name in arrays and target not in given}  # fmt: skip
        return given

    def _marks(self) -> list[str | None]:
        if "fact_id" not in self.headings:
            return [None] * self.sheet.rows
        marks: list[str | None] = texts_of(self._cells("fact_id")).to_pylist()
        return marks

    def _recorded(
        self, parties: Parties, marks: Sequence[str | None], stamp: tuple[tuple[str, int], ...],
        among: imports.Among | None,
    ) -> tuple[imports.RecordedFacts | None, set[str]]:  # fmt: skip
        """The facts with which rows may be the same, and which fact numbers are in use."""
        numbers = {mark for mark in marks if mark is not None and mark not in NEW_WORDS}
        if not dict(stamp).get(self.register.id):
            return None, set()
        errors = ErrorList()
        known = set(filter(None, parties.ids)) - parties.new
        found = imports.recorded_facts(self.viewer, self.register, known, numbers, errors, among)
        errors.raise_if_any()
        return found, known_ids(self.viewer, self.register.id, numbers) if numbers else set()

    def _check_simulated(self, simulated: bool) -> None:
        """Rows marked as simulated go into a simulated database only."""
        if SIMULATED not in self.headings or simulated:
            return
        heading = self.headings[SIMULATED]
        wrong = pc.fill_null(pc.match_substring(texts_of(self._cells(SIMULATED)), "模拟"), False)
        self.problems.where(
            wrong, heading.text, "E-RECORDS-SIMULATED", "这一行是模拟数据，库里是真实数据", "删去这一行"
        )

    def _check_required(self, table: pa.Table, present: Sequence[str], matched: Matched) -> None:
        """New rows have all that is required; what is given of a recorded one must not be taken away."""
        self._check_given(table, present)
        new = pa.array([fact is None for fact in matched.facts], pa.bool_())
        for column in self.register.columns:
            if column.required and column.id not in present and pc.any(new).as_py():
                self._missing(new, column.name)

    def _check_given(self, table: pa.Table, present: Sequence[str]) -> None:
        """Of the columns that are there: nothing required is empty, and no period ends before it begins."""
        for column in self.register.columns:
            if column.required and column.id in present:
                self._missing(pc.is_null(table.column(column.id)), self.headings[column.id].text)
        self._check_periods(table)

    def _missing(self, missing: Any, heading: str) -> None:
        """A cell that could not be read has been told of already."""
        told = {(problem.row, problem.column) for problem in self.problems.items}
        for row in pc.indices_nonzero(missing).to_pylist():
            if (row, heading) not in told:
                self.problems.add(row, heading, "E-FACTS-REQUIRED", "必填，没有填", "补上这一项")

    def _check_periods(self, table: pa.Table) -> None:
        if "valid_to" in self.headings and "valid_from" in self.headings:
            wrong = pc.fill_null(pc.less(table.column("valid_to"), table.column("valid_from")), False)
            heading = self.headings["valid_to"].text
            self.problems.where(wrong, heading, "E-FACTS-PERIOD", "早于有效期起", "核对两个日期，没有失效就留空")
