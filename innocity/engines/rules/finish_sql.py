"""SQL that finishes awards: exclusions and decisions joined, the status settled, the columns of a stage.

What it does to a row depends on the manner of its clause alone: whether sums are fixed or decided, whether
exclusions stop them, which status a row has whose conditions hold. Clauses of one kind are finished together: their
rows side by side, each under the clause's name and with what its manner has of its own, in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from innocity.engines.rules.found_sql import Found, OfTable, by_number, numbered, read_together
from innocity.engines.rules.ir import ClausePlan, Status
from innocity.plan.nodes import Type
from innocity.plan.sql import Emitter, always_known, quote, text_literal

COLUMNS: tuple[tuple[str, Type], ...] = (
    ("clause", "text"), ("object", "text"), ("party", "text"), ("status", "text"), ("counted_on", "date"),
    ("computed", "integer"), ("decided", "integer"), ("value", "integer"), ("flags", "text"),
    ("excluded_by", "text"), ("near_condition", "text"), ("near_have", "integer"), ("near_need", "integer"),
    ("near_gap", "integer"), ("near_unit", "text"), ("x_base", "integer"), ("x_uncapped", "integer"),
    ("x_case", "text"), ("prefer", "integer"), ("rank", "integer"), ("group_by", "text"),
)  # fmt: skip
KINDS = dict(COLUMNS)
VALUED = ("sum", "ceiling", "awaiting_decision")
SHOWN = "\"__status\" IN ('sum', 'ceiling', 'awaiting_decision', 'excluded')"  # a computed sum is told


@dataclass(frozen=True)
class Named:
    """The clauses that decisions of the year, and awards of years before, name."""

    decided: frozenset[str]
    paid_before: frozenset[str]


@dataclass(frozen=True)
class Options:
    """What the snapshot holds and what is asked for; it decides which joins are emitted at all.

    `named` asks the facts which clauses they name, where they can be asked; before that they may name any.
    """

    decisions: bool = True
    exclusions: bool = True
    history: bool = True
    explain: bool = True
    assume_ceilings: bool = False
    named: Callable[[], Named] | None = None

    def decides(self, clause: ClausePlan) -> bool:
        """Whether a decision may stand on an award of the clause."""
        return self.decisions and (self.named is None or clause.id in self.named().decided)

    def paid(self, clauses: Iterable[str]) -> bool:
        """Whether some of these clauses may have paid in a year before."""
        return self.history and (self.named is None or not self.named().paid_before.isdisjoint(clauses))


@dataclass(frozen=True)
class Query:
    """SQL of awards and the columns it gives; columns of COLUMNS that it lacks are empty."""

    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Manner:
    """All that finishing a row asks of its clause."""

    excludes: bool  # common exclusions stop it
    sums: bool  # it comes to a sum at all
    decidable: bool  # a decision may fix a sum; a service is only granted or not
    fixed: bool  # who is selected without a sum gets the one computed
    manual: bool  # a person may have to decide whether it concerns a row
    near: bool  # a miss can be near
    decides: bool  # decisions may stand on its awards
    status: Status  # of a row whose conditions hold, before decisions
    granted: Status | None  # of a row that a person has selected

    @property
    def kind(self) -> tuple[bool, ...]:
        """What decides which columns the rows need; manners of one kind are finished in one statement."""
        return self.excludes, self.sums, self.decidable, self.near, self.decides


@dataclass(frozen=True)
class Rivals:
    """The group that the rows' own columns settle, and SQL of "this row keeps its sum"."""

    group: str
    wins: str


def manner(clause: ClausePlan, options: Options) -> Manner:
    """How the clause's awards are finished."""
    sums_ = sums(clause)
    return Manner(
        excludes=options.exclusions and clause.clause.exclusions == "common",
        sums=sums_,
        decidable=clause.clause.amount.none != "in_kind",
        fixed=clause.clause.bound == "exact" and sums_,
        manual=clause.manual is not None,
        near=any(c.branches for c in clause.conditions),
        decides=options.decides(clause),
        status=clause.value_status,
        granted=clause.chosen_status if clause.clause.gate is not None and not clause.missing else None,
    )


def sums(clause: ClausePlan) -> bool:
    """Whether the clause comes to a sum at all."""
    return clause.amount is not None and not clause.missing


@dataclass
class Finish:
    """Finishes the rows of clauses whose manners are of one kind."""

    sql: Emitter
    options: Options
    found: Sequence[Found]
    rivals: Rivals | None = None
    manner: Manner = field(init=False)

    def __post_init__(self) -> None:
        self._manners = {f.clause.id: manner(f.clause, self.options) for f in self.found}
        manners = list(self._manners.values())
        self.manner = manners[0]
        self.manual = any(m.manual for m in manners)
        self.many = len(self.found) > 1
        text = self.sql.dialect.text
        own = self.found[0].clause
        self.name = '"__clause"' if self.many else f"CAST({text_literal(own.id)} AS {text})"
        self.flags = '"__flags"' if self.many else f"CAST({text_literal(' '.join(own.flags))} AS {text})"
        self.columns = list(dict.fromkeys(n for f in self.found for n in f.columns))
        self.uncertain = any(_uncertain(f.clause) for f in self.found)
        asked = [n for n in TOLD if n == "__holds" or self.manner.decides]  # else nobody grants or fixes anything
        self.own = [n for n in asked if len({TOLD[n](m) for m in manners}) > 1]  # what the rows tell

    def query(self) -> Query:
        """One row an award, a miss that is near, or a case for a person."""
        joined = self._joined(self._all_rows())
        settled = f'SELECT *, {self._status()} AS "__status" FROM ({joined}) c'
        return self._select(settled)

    def _all_rows(self) -> str:
        """The rows of all clauses. Of which rows are the latest is asked of all at once: it costs much by itself."""
        read = read_together(self.found)
        several = [r for r in read if r[0].fact]
        parts = [self._rows(r, i == 0) for i, r in enumerate(r for r in read if not r[0].fact)]
        if several:
            told = [self._columns_of(found, True) for r in several for found in r]
            same = {n: sql for n, sql in told[0].items() if '"' not in sql and all(t[n] == sql for t in told)}
            union = " UNION ALL ".join(self._rows(r, i == 0, same) for i, r in enumerate(several))
            keys = [n for n in ("__clause", "__party", "__object") if n not in same and (self.many or n != "__clause")]
            names = [*self.columns, *(["__clause", "__flags", *self.own] if self.many else self.own)]
            order = [n for n in ("__in", "__on", "__fact") if n not in same]
            parts.insert(0, self.sql.dialect.latest(union, names, keys, order, same))
        return " UNION ALL ".join(parts)

    def _rows(self, read: Sequence[Found], first: bool, same: Collection[str] = ()) -> str:
        """Rows that are read together; the first of a union names the columns and says of which type they are.

        `same` are columns that are left out.
        """
        told = [self._columns_of(found, first) for found in read]
        columns, source = {n: sql for n, sql in by_number(told).items() if n not in same}, read[0].source
        if isinstance(source, OfTable):
            source = source.sql() if len(read) == 1 else numbered(read, self.sql)
        listed = [f"{sql} AS {quote(n)}" if first and sql != quote(n) else sql for n, sql in columns.items()]
        return f"SELECT {', '.join(listed)} FROM {source}"

    def _columns_of(self, found: Found, first: bool) -> dict[str, str]:
        """SQL of every column of the rows of one clause."""
        columns = {n: found.columns.get(n) or self._blank(n, first) for n in self.columns}
        if self.many:
            how, flags = self._manners[found.clause.id], " ".join(found.clause.flags)
            columns |= {"__clause": self._literal(found.clause.id, first), "__flags": self._literal(flags, first)}
            columns |= {n: self._literal(TOLD[n](how), first) for n in self.own}
        if found.fact:
            columns["__fact"] = found.fact
        return columns

    def _blank(self, name: str, typed: bool) -> str:
        """What a clause has in a column that only others of its kind fill."""
        if name in ("__ok", "__manual"):
            return "TRUE" if name == "__ok" else "FALSE"
        if name == "__prefer":
            return "CAST(0 AS BIGINT)"
        return f"CAST(NULL AS {self.sql.sql_type(KINDS[name])})" if typed else "NULL"

    def _literal(self, told: str | bool | None, typed: bool = True) -> str:
        if isinstance(told, bool):
            return "TRUE" if told else "FALSE"
        sql = "NULL" if told is None else text_literal(told)
        return f"CAST({sql} AS {self.sql.dialect.text})" if typed else sql

    def _told(self, name: str) -> str:
        """SQL of what the manner of a row's clause says."""
        return quote(name) if name in self.own else self._literal(TOLD[name](self.manner))

    def _joined(self, rows: str) -> str:
        """Exclusions and decisions beside the rows."""
        columns, joins = ["v.*"], ""
        if self.manner.excludes:
            joins += ' LEFT JOIN "__excluded" x ON x."party" = v."__party"'
            columns.append('x."why" AS "__why"')
        if self.manner.decides:
            clause = self.name if self.many else text_literal(self.found[0].clause.id)
            joins += (
                f' LEFT JOIN "__decisions" d ON d."clause" = {clause}'
                ' AND d."object" = v."__object" AND d."party_id" = v."__party"'
            )
            columns += ['d."rank" AS "rank"', 'd."selected" AS "__selected"']
            if self.manner.decidable:
                fixed = 'v."__sum"' if self.manner.fixed else "NULL"
                if "__fixed" in self.own:
                    fixed = 'CASE WHEN v."__fixed" THEN v."__sum" END'
                decided = f'CASE WHEN d."selected" THEN coalesce(d."sum", {fixed}) WHEN NOT d."selected" THEN 0 END'
                columns.append(f'{decided} AS "__decided"')
        return f"SELECT {', '.join(columns)} FROM ({rows}) v{joins}"

    def _status(self) -> str:
        """The first status that holds; NULL where there is no award."""
        how = self.manner
        parts = ['"__ok"'] if "__ok" in self.columns else []
        parts += ['"__sum" IS NOT NULL'] if self.uncertain else []
        holds = " AND ".join(parts) or "TRUE"
        settles = how.decides and how.decidable
        whens = []
        if self.manual:  # until a person has decided
            open_ = ' AND "__decided" IS NULL' if settles else ""
            whens.append(f"WHEN \"__manual\"{open_} THEN 'manual'")
        whens.append("WHEN NOT \"__in\" THEN 'not_in_force'")
        if how.excludes:
            whens.append(f"WHEN {holds} AND \"__why\" IS NOT NULL THEN 'excluded'")
        if how.decides:
            if how.decidable:
                whens += self._judged() if self.manual else []
                whens.append(f"WHEN {holds} AND \"__decided\" IS NOT NULL THEN 'sum'")
            else:  # a service is granted or not; no sum is decided
                whens.append(f'WHEN {holds} AND NOT "__selected" THEN NULL')
            if "__granted" in self.own:
                whens.append(f'WHEN {holds} AND "__selected" AND "__granted" IS NOT NULL THEN "__granted"')
            elif how.granted is not None:
                whens.append(f'WHEN {holds} AND "__selected" THEN {text_literal(how.granted)}')
        whens.append(f"WHEN {holds} THEN {self._told('__holds')}")
        if how.near:
            free = ' AND "__why" IS NULL' if how.excludes else ""
            whens.append(f"WHEN \"near_condition\" IS NOT NULL{free} THEN 'near'")
        return f"CASE {' '.join(whens)} END"

    def _judged(self) -> list[str]:
        """What a person has decided counts, whatever the conditions; exclusions still stop it."""
        if not self.manner.excludes:
            return ["WHEN \"__manual\" THEN 'sum'"]
        return ['WHEN "__manual" AND "__why" IS NOT NULL THEN \'excluded\'', "WHEN \"__manual\" THEN 'sum'"]

    def _select(self, query: str) -> Query:
        prefer = '"__prefer"' if "__prefer" in self.columns else "CAST(0 AS BIGINT)"
        columns = {
            "clause": self.name, "object": '"__object"', "party": '"__party"',
            "status": f'CAST("__status" AS {self.sql.dialect.text})', "counted_on": '"__on"', **self._values(),
            "flags": self.flags, "prefer": prefer,
        }  # fmt: skip
        if self.manner.sums:
            columns["computed"] = f'CASE WHEN {SHOWN} THEN "__sum" END'
        if self.manner.excludes:
            columns["excluded_by"] = 'CASE WHEN "__status" = \'excluded\' THEN "__why" END'
        if self.manner.decides:
            columns["rank"] = '"rank"'
        for name in (n for n in self.columns if n in KINDS):
            when = "\"__status\" = 'near'" if name.startswith("near_") else SHOWN
            columns[name] = f"CASE WHEN {when} THEN {quote(name)} END"
        listed = ", ".join(f"{sql} AS {quote(name)}" for name, sql in columns.items())
        return Query(f'SELECT {listed} FROM ({query}) r WHERE "__status" IS NOT NULL', tuple(columns))

    def _values(self) -> dict[str, str]:
        """`value`, `decided` and `group_by`, as far as the clauses have them."""
        valued = f'"__status" IN ({", ".join(map(text_literal, VALUED))})'
        if self.rivals is not None:
            loses = f"{valued} AND NOT ({self.rivals.wins})"
            return {
                "value": f'CASE WHEN {loses} THEN 0 WHEN {valued} THEN "__sum" END',
                "group_by": f'CASE WHEN {loses} AND "__sum" > 0 THEN {text_literal(self.rivals.group)} END',
            }
        if not (self.manner.decides and self.manner.decidable):
            return {"value": f'CASE WHEN {valued} THEN "__sum" END'} if self.manner.sums else {}
        value = 'coalesce("__decided", "__sum")' if self.manner.sums else '"__decided"'
        return {
            "decided": 'CASE WHEN "__status" = \'sum\' THEN "__decided" END',
            "value": f"CASE WHEN {valued} THEN {value} END",
        }


#: What manners of one kind may differ in, by the column that tells it where they do.
TOLD: dict[str, Callable[[Manner], Status | bool | None]] = {
    "__holds": lambda m: m.status,
    "__granted": lambda m: m.granted,
    "__fixed": lambda m: m.fixed,
}


def _uncertain(clause: ClausePlan) -> bool:
    """Whether the clause's sum may be unknown, or not concern a row."""
    return clause.amount is not None and sums(clause) and not always_known(clause.amount)
