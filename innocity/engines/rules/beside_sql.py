"""SQL of what stands beside the rows of clauses: the beneficiaries' own rows, and who is excluded."""

from __future__ import annotations

from datetime import date

from innocity.core.dates import year_end, year_start
from innocity.engines.rules.finish_sql import COLUMNS
from innocity.engines.rules.ir import ClausePlan, ExclusionPlan, RulesPlan
from innocity.plan.scan import columns_used, register_columns
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import Emitter, quote, text_literal

ORGANIZATION = "organization"
DECIDED = ("clause", "object", "party_id", "selected", "sum", "rank")  # what is asked of decisions, keys first


class Beside:
    """Emits the tables `__subjects` and `__excluded` of one plan."""

    def __init__(self, plan: RulesPlan, emitter: Emitter) -> None:
        self.plan, self.sql = plan, emitter
        self.first, self.last = year_start(plan.year), year_end(plan.year)
        self.kinds = register_columns(plan.pack.registers[ORGANIZATION]) if ORGANIZATION in plan.pack.registers else {}

    def register_query(self, columns: set[str], parties: str) -> str | None:
        """The rows of organisations that subjects or exclusions ask for; None where exclusions ask for none. `__asked`
        says whether subjects do.

        To read the register once for both costs far less than twice.
        """
        found = [e for e in self.plan.exclusions if e.register == ORGANIZATION]
        if not found:
            return None
        dates = {n for e in found for n in (e.start, e.end, e.repaired) if n}
        conditions = [e.where for e in found]
        used = columns_used(conditions).get("", set()) | dates | columns
        names = ", ".join(quote(n) for n in sorted(used | {"party_id", "valid_from", "valid_to"}))
        asked = " OR ".join(['"__asked"', *(f"({self.sql.expression(c)})" for c in conditions)])
        rows = f'SELECT {names}, "party_id" IN ({parties}) AS "__asked" FROM {table_name(ORGANIZATION)}'
        return f'SELECT {names}, "__asked" FROM ({rows}) o WHERE {asked}'

    def subjects_query(self, columns: set[str], parties: str | None = None, table: str = "") -> str:
        """Each organisation's row as at the end of the year.

        Almost all have one; only of those that have several is the register read with what orders them.
        `parties`: SQL of those that anybody asks for; `table` has the rows of `register_query`.
        """
        asked = ' AND "__asked"' if table else f' AND "party_id" IN ({parties})' if parties else ""
        names = ", ".join(quote(n) for n in sorted(columns | {"party_id"}))
        last, register = self.sql.constant(self.last), table_name(ORGANIZATION)
        valid = f'"valid_from" <= {last} AND ("valid_to" IS NULL OR "valid_to" > {last})'
        firsts = "".join(f", {self._any(n)}({quote(n)}) AS {quote(n)}" for n in sorted(columns - {"party_id"}))
        counted = (
            f'SELECT "party_id"{firsts}, count(*) AS "__states" FROM {table or register} WHERE {valid}{asked}'
            ' GROUP BY "party_id"'
        )
        fact = self.sql.dialect.text_key.format(x='"fact_id"')
        rank = f'row_number() OVER (PARTITION BY "party_id" ORDER BY "valid_from" DESC, {fact} DESC)'
        several = 'SELECT "party_id" FROM c WHERE "__states" > 1'
        latest = f'SELECT *, {rank} AS "__n" FROM {register} WHERE {valid} AND "party_id" IN ({several})'
        return (
            f'WITH c AS MATERIALIZED ({counted}) SELECT {names} FROM c WHERE "__states" = 1'
            f' UNION ALL SELECT {names} FROM ({latest}) o WHERE "__n" = 1'
        )

    def _any(self, column: str) -> str:
        """The aggregate that gives a column of a single row."""
        return "bool_or" if self.kinds[column][0] == "bool" else "min"

    def decisions_query(self) -> str:
        """The decision that holds on each award: one for this year before one without, the latest of several."""
        fact = self.sql.dialect.text_key.format(x='"fact_id"')
        since = self.sql.constant(date.min)
        order = {"__own": '"year" IS NOT NULL', "__on": f'coalesce("decided_on", {since})', "__fact": fact}
        listed = ", ".join([*map(quote, DECIDED), *(f"{sql} AS {quote(n)}" for n, sql in order.items())])
        rows = f'SELECT {listed} FROM {table_name("decision")} WHERE "year" IS NULL OR "year" = {self.plan.year}'
        return self.sql.dialect.latest(rows, DECIDED, DECIDED[:3], list(order), {})

    def excluded_query(self, table: str = "") -> str:
        """Parties with a common exclusion on the day of evaluation; the first reason by id.

        `table` has the rows of `register_query`.
        """
        text = self.sql.dialect.text
        parts = [self._exclusion(e, table) for e in self.plan.exclusions]
        union = (
            " UNION ALL ".join(parts)
            or f'SELECT CAST(NULL AS {text}) AS "party", CAST(NULL AS {text}) AS "why" WHERE FALSE'
        )
        first = self.sql.dialect.text_key.format(x='"why"')
        return f'SELECT "party", min({first}) AS "why" FROM ({union}) u GROUP BY "party"'

    def _exclusion(self, item: ExclusionPlan, organizations: str) -> str:
        table = organizations if organizations and item.register == ORGANIZATION else table_name(item.register)
        day = self.sql.constant(self.plan.as_of)
        conditions = [self.sql.expression(item.where), f"{quote(item.start)} <= {day}"]
        if item.end:
            conditions.append(f"({quote(item.end)} IS NULL OR {quote(item.end)} > {day})")
        if item.repaired:
            conditions.append(f"({quote(item.repaired)} IS NULL OR {quote(item.repaired)} > {day})")
        return (
            f'SELECT "party_id" AS "party", CAST({text_literal(item.id)} AS {self.sql.dialect.text}) AS "why"'
            f" FROM {table} WHERE {' AND '.join(f'({c})' for c in conditions)}"
        )

    def step_query(self, clause: ClausePlan) -> str:
        """Parties that have taken the step before a missing event and have no row of the clause."""
        assert clause.before is not None
        text = self.sql.dialect.text
        where = self.sql.expression(clause.before.where)
        first, last = self.sql.constant(self.first), self.sql.constant(self.last)
        valid = f'"valid_from" <= {last} AND ("valid_to" IS NULL OR "valid_to" > {first})'
        values = {
            "clause": text_literal(clause.id),
            "object": '"party_id"',
            "party": '"party_id"',
            "status": "'near'",
            "flags": text_literal(" ".join(clause.flags)),
            "near_condition": "'before'",
            "prefer": "0",
        }
        columns = [
            f"CAST({values.get(n, 'NULL')} AS {text if k == 'text' else self.sql.sql_type(k)}) AS {quote(n)}"
            for n, k in COLUMNS
        ]
        return (
            f"SELECT DISTINCT {', '.join(columns)} FROM {table_name(clause.before.register)}"
            f" WHERE ({where}) AND {valid}"
            f' AND "party_id" NOT IN (SELECT "party" FROM "__raw" WHERE "clause" = {text_literal(clause.id)})'
        )
