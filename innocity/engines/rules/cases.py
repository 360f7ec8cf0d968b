"""Golden cases: a sentence, facts, and what must come out, alike in every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.rules.appropriations import appropriation_balance
from innocity.engines.rules.award import Award
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.reference import Reference
from innocity.engines.rules.shares import payee_parts, payer_shares
from innocity.packs.facts_text import case_table
from innocity.packs.model import Frozen, Pack, Texts
from innocity.packs.yamltext import read_file
from innocity.plan.rows import Fact, Facts

register_codes({
    "E-CASE-FORMAT": ("案例写法不对", "a case cannot be read"),
    "E-CASE-FAILED": ("案例不符", "a case does not hold"),
})  # fmt: skip

Rows = dict[str, list[Fact]]
Engine = Callable[[RulesPlan, Rows], list[Award]]
Fen = Annotated[int | None, BeforeValidator(lambda v: None if v in (None, "null", "~") else int(v))]


class Expected(Frozen):
    """A row that must come out; what is not given is not compared."""

    clause: str | None = None
    party: str | None = None
    object: str | None = None
    year: int | None = None
    status: str | None = None
    fen: Fen = None
    parts: dict[str, int] | None = None
    payers: dict[str, int] | None = None
    others: dict[str, int] | None = None  # what others pay beside it, by payer
    near_gap: int | None = None
    excluded_by: str | None = None


class Variant(Frozen):
    """The case under other parameters."""

    params: dict[str, str]
    total_fen: int
    says: str | None = None


class Case(Frozen):
    """One golden case."""

    says: str
    city: str
    clauses: Texts = ()
    origin: str | None = None
    kind: Literal["clause", "appropriation", "indicator", "grade"] = "clause"
    appropriation: str | None = None
    years: tuple[int, ...] = ()
    as_of: str | None = None
    facts: dict[str, list[dict[str, Any]]] = {}
    decisions: tuple[dict[str, Any], ...] = ()
    params: dict[str, str] = {}
    expect: tuple[Expected, ...] | None = None
    total_fen: int | None = None
    alternatives: tuple[Variant, ...] = ()
    error: str | None = None
    place: str = Field(default="")


@dataclass
class Outcome:
    """What became of a case; `problems` is empty where it holds."""

    case: Case
    problems: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything came out as expected."""
        return not self.problems


def read_cases(path: Path) -> list[Case]:
    """The cases of a file, or of a folder: all `*.yaml` below it, of cities only those in `cases/`."""
    files = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    if path.is_dir() and any(f.name == "city.yaml" for f in files):
        files = [f for f in files if f.parent.name == "cases"]
    return [case for file in files for case in _read_file(file)]


def _read_file(file: Path) -> Iterable[Case]:
    document = read_file(file)
    items = document.data or []
    for i, item in enumerate(items):
        line = document.line((i,))
        try:
            yield Case.model_validate({**item, "place": f"{file}:{line}"})
        except (ValidationError, TypeError) as error:
            reason = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
            where = ".".join(str(part) for part in reason["loc"])
            raise InnoCityError(
                "E-CASE-FORMAT",
                f"案例写法不对：{reason['msg']}",
                Place(str(file), line, path=where),
                "对照 docs/explain/formats.md 第7节",
            ) from None


def run_case(pack: Pack, case: Case, engines: Mapping[str, Engine]) -> Outcome:
    """Evaluate a case in every engine; engines must also agree among each other."""
    outcome = Outcome(case)
    if case.kind == "appropriation":
        _check_total(outcome, appropriation_balance(pack, case.appropriation or "", _typed(pack, case)), "")
        return outcome
    results: dict[str, list[Award]] = {}
    for name, engine in engines.items():
        try:
            results[name] = _evaluate(pack, case, case.params, engine)
        except InnoCityError as error:
            if error.code != case.error:
                outcome.problems.append(f"{name}：{error}")
            continue
        if case.error:
            outcome.problems.append(f"{name}：应当报错 {case.error}，却得出了结果")
    if case.error or outcome.problems:
        return outcome
    _compare_engines(outcome, results)
    first = results.get("reference") or next(iter(results.values()))  # the reference also knows `others`
    _check_rows(outcome, pack, case, first)
    if case.total_fen is not None:
        _check_total(outcome, total_of(first), "")
    for variant in case.alternatives:
        for engine in list(engines.values())[:1]:
            rows = _evaluate(pack, case, {**case.params, **variant.params}, engine)
            _check_total(outcome, total_of(rows), f"（{variant.params}）", variant.total_fen)
    return outcome


def reference_engine(plan: RulesPlan, facts: Rows) -> list[Award]:
    """The interpreter as an engine for cases."""
    return Reference(plan).city(Facts(facts, plan.as_of))


def _typed(pack: Pack, case: Case) -> Rows:
    facts = dict(case.facts)
    if case.decisions:
        decided = [{"party_id": d.get("party"), **{k: v for k, v in d.items() if k != "party"}} for d in case.decisions]
        facts["decision"] = [*facts.get("decision", []), *decided]
    return {name: _typed_rows(pack, name, items, case.place) for name, items in facts.items()}


def _typed_rows(pack: Pack, name: str, items: list[dict[str, Any]], place: str) -> list[Fact]:
    register = pack.registers.get(name)
    if register is None:
        raise InnoCityError("E-PACK-REFERENCE", f"没有登记表“{name}”", Place.of(place), "改成已有登记表的 id")
    file, _, line = place.rpartition(":")

    def where(row: int, column: str) -> Place:
        return Place(file, int(line), path=f"facts.{name}[{row}].{column}")

    rows: list[Fact] = case_table(items, register, pack.codes, row_place=where).to_pylist()
    return rows


def _evaluate(pack: Pack, case: Case, params: Mapping[str, str], engine: Engine) -> list[Award]:
    """The awards of all years in order; what was paid in one year is history in the next."""
    facts = _typed(pack, case)
    found: list[Award] = []
    for year in sorted(case.years):
        as_of = date.fromisoformat(case.as_of) if case.as_of else date(9999, 12, 31)
        day = min(as_of, date(year + 1, 12, 31))
        plan = compile_rules(pack, year, day, params, only=case.clauses or None, simulated=True)
        awards = engine(plan, facts)
        found += awards
        facts = {**facts, "award": [*facts.get("award", []), *history(pack, awards)]}
    return found


def history(pack: Pack, awards: Iterable[Award]) -> list[Fact]:
    """Rows of the register `award` that record what these awards pay."""
    rows = [
        {"fact_id": f"{a.year}|{a.clause}|{a.object}|{a.party}", "party_id": a.party, "clause": a.clause,
         "object": a.object, "year": a.year, "amount": a.payable}
        for a in awards if a.payable
    ]  # fmt: skip
    blank = {c.id: None for c in pack.registers["award"].columns}
    dates = {"valid_from": None, "valid_to": None, "recorded_at": None, "source": None}
    return [{**dates, **blank, **row} for row in rows]


def total_of(awards: Iterable[Award]) -> int:
    """Fen payable; where nothing is payable, the ceilings and sums that await a decision."""
    rows = list(awards)
    if any(a.status == "sum" for a in rows):
        return sum(a.payable for a in rows)
    return sum(a.after_pool or 0 for a in rows if a.status in ("ceiling", "awaiting_decision"))


def _compare_engines(outcome: Outcome, results: Mapping[str, list[Award]]) -> None:
    names = list(results)
    base = [a.hashed() for a in results[names[0]]]
    for name in names[1:]:
        other = [a.hashed() for a in results[name]]
        if other != base:
            ours = [r for r in base if r not in other]
            theirs = [r for r in other if r not in base]
            outcome.problems.append(f"{names[0]} 与 {name} 不一致：{ours[:3]} ≠ {theirs[:3]}")


def _check_rows(outcome: Outcome, pack: Pack, case: Case, awards: list[Award]) -> None:
    if case.expect is None:
        return
    if not case.expect and (extra := [a for a in awards if a.status != "near"]):
        outcome.problems.append(f"不应有结果，却有：{[_shown(a) for a in extra[:5]]}")
    for expected in case.expect:
        problems = [_differs(pack, case, expected, award) for award in awards if _meant(expected, award)]
        if not problems:
            outcome.problems.append(f"没有这一行：{_wanted(expected)}；得到：{[_shown(a) for a in awards[:8]]}")
        elif all(problems):
            outcome.problems.append(f"{_wanted(expected)}：{problems[0]}")


def _meant(expected: Expected, award: Award) -> bool:
    return all(getattr(expected, n) in (None, getattr(award, n)) for n in ("clause", "party", "object", "year"))


def _differs(pack: Pack, case: Case, expected: Expected, award: Award) -> str | None:
    if expected.status is not None and expected.status != award.status:
        return f"状态是 {award.status}（{_shown(award)}）"
    fen = award.payable if award.status == "sum" else award.after_pool
    if "fen" in expected.model_fields_set and expected.fen != fen:
        return f"得到 {fen} 分（{_shown(award)}）"
    for name in ("near_gap", "excluded_by", "others"):
        wanted = getattr(expected, name)
        if wanted is not None and wanted != getattr(award, name):
            return f"{name} 是 {getattr(award, name)}"
    if expected.parts is not None or expected.payers is not None:
        plan = compile_rules(pack, award.year, date(award.year + 1, 12, 31), case.params, only=[award.clause])
        clause = plan.clause(award.clause)
        for wanted, got in (
            (expected.parts, payee_parts(clause, fen or 0)),
            (expected.payers, payer_shares(clause, fen or 0)),
        ):
            if wanted is not None and {k: v for k, v in wanted.items() if v} != {k: v for k, v in got.items() if v}:
                return f"分配是 {got}"
    return None


def _check_total(outcome: Outcome, total: int, note: str, wanted: int | None = None) -> None:
    expected = outcome.case.total_fen if wanted is None else wanted
    if expected is not None and total != expected:
        outcome.problems.append(f"合计{note}应为 {expected} 分，得到 {total} 分")


def _wanted(expected: Expected) -> str:
    return str(expected.model_dump(exclude_unset=True))


def _shown(award: Award) -> str:
    return (
        f"{award.clause}/{award.object}/{award.party}/{award.year} {award.status} computed={award.computed}"
        f" decided={award.decided} pool={award.after_pool} by={award.group_by or award.pool_by or ''}"
        f"{award.near_condition or ''}"
    )
