"""One clause of a pack -> its plan: expressions parsed and typed, aggregates and windows taken out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

from innocity.core.dates import parse_boolean
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.core.rates import parse_rate
from innocity.engines.rules.compile_amount import AmountCompiler, Words
from innocity.engines.rules.describe import describe_step
from innocity.engines.rules.ir import Branch, CapPlan, ClausePlan, ConditionPlan, OncePlan, StepPlan
from innocity.engines.rules.params import Parameters, parameters_of
from innocity.engines.rules.validity import Standing
from innocity.packs.model import Clause, Pack, Part, Rule
from innocity.plan.amounts import expressions, rewrite
from innocity.plan.nodes import Aggregate, Call, Col, Compare, Lit, Logic, Node, Not, Prior, transform, walk
from innocity.plan.parse import Scope, parse_expression
from innocity.plan.scan import Extractor, Source, build_source, register_columns, scope_of
from innocity.plan.scan_sql import Reach

register_codes({
    "E-CLAUSE-COLUMN": ("汇总条款里直接用了列", "a grouped clause uses a column outside an aggregate"),
    "E-CLAUSE-PAYERS": ("分担比例之和不是100%", "payers' shares do not add to 1"),
    "E-CLAUSE-PARTS": ("分配份额写得不对", "parts of an award are wrong"),
})  # fmt: skip


def compile_clause(
    pack: Pack, clause: Clause, index: int, standing: Standing, settings: Mapping[str, str], rules: list[Rule]
) -> ClausePlan:
    """Compile one clause; `rules` are the constraints that other promises lay on it."""
    once_text = settings.get("once")
    params = parameters_of(clause, {k: v for k, v in settings.items() if k != "once"})
    named = params.values()
    rows = _Rows(pack, clause, named)
    words = _words(pack, clause)
    amount = AmountCompiler(rows.scope, params, words).compile(clause.amount) if clause.computes() else None
    conditions = [(parse_expression(c.if_, rows.scope, "bool"), c) for c in clause.when]
    parts, unless = _parts(clause, rules)
    manual = _manual(clause, unless, rows.scope)
    compiler = AmountCompiler(rows.scope, params, words)
    others = tuple((o.payer, compiler.compile(o.amount, f"other_{o.payer}")) for o in clause.others)
    sums = [*([amount] if amount else ()), *(sum_ for _, sum_ in others)]
    nodes = [*(n for n, _ in conditions), *(n for s in sums for n in expressions(s)), *([manual] if manual else ())]
    rows.prepare(nodes)
    once = _once(clause, rows.scope, once_text)
    plan = ClausePlan(
        id=clause.id, index=index, clause=clause, source=rows.source, reach=rows.reach, grouped=rows.grouped,
        object=rows.object, aggregates=rows.aggregates(), subject=_subject(pack, clause, named),
        conditions=tuple(_condition(rows.reduce(n), c.says or c.if_, c.unit or "") for n, c in conditions),
        manual=rows.reduce(manual) if manual is not None else None,
        amount=rewrite(amount, rows.reduce) if amount is not None else None,
        missing=tuple(params.missing.values()),
        valid_from=standing.start, valid_to=standing.end, in_force=standing.applies,
        once=once, caps=_caps(clause, params), before=_before(pack, clause, named),
        payers=_payers(clause, rules), others=tuple((payer, rewrite(sum_, rows.reduce)) for payer, sum_ in others),
        parts=parts, part_shares=tuple(None if p.share is None else parse_rate(p.share) for p in parts),
        near_within=parse_rate(clause.near.within), flags=_flags(clause, standing, params),
    )  # fmt: skip
    params.check_overrides()
    return plan


def _manual(clause: Clause, unless: str | None, scope: Scope) -> Node | None:
    """When a person must look: the clause's own condition, or parts that cannot be told apart."""
    nodes: list[Node] = [parse_expression(clause.manual.when, scope, "bool")] if clause.manual else []
    if unless:
        known = Call("bool", "coalesce", (parse_expression(unless, scope, "bool"), Lit("bool", False)))
        nodes.append(Not("bool", known))
    return Logic("bool", "or", tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None


def _words(pack: Pack, clause: Clause) -> Words:
    register = pack.registers.get(clause.register_ or "")
    columns = {c.id: c.name for c in register.columns} if register else {}
    codes = {key: {c.id: c.name for c in one.codes} for key, one in pack.codes.items()}
    return Words(columns, codes, partial(describe_step, pack, clause))


class _Rows:
    """The clause's source and the reduction of its expressions to what base facts hold."""

    def __init__(self, pack: Pack, clause: Clause, named: Mapping[str, Lit]) -> None:
        self.clause = clause
        self.source: Source | None = None
        self.object: tuple[Node, ...] | None = None
        self.grouped = False
        self.reach = Reach()
        self._priors, self._sums = Extractor(Prior, "p"), Extractor(Aggregate, "a")
        register = clause.register_ or ""
        after = clause.after.clause if clause.after else ""
        if not register and not after:
            self.scope = Scope({"": {}}, {}, named, clause.place)
            return
        self.scope = scope_of(pack, register, after, clause.join, named, clause.place)
        self.source = build_source(
            self.scope, register=register, after=after, party=clause.party, on=clause.counts_on,
            over=clause.counts_over, joins=clause.join, where=clause.where, distinct=clause.distinct,
        )  # fmt: skip
        if clause.object != ("party",):
            self.object = tuple(parse_expression(o, self.scope.of_rows()) for o in clause.object)

    def prepare(self, nodes: list[Node]) -> None:
        """Decide between rows and groups, and how far back rows are read."""
        sums = [n for node in nodes for n in walk(node) if isinstance(n, Aggregate)]
        self.grouped = bool(sums)
        years = {s.years for s in sums}
        self.reach = Reach(last="last" in years, before=bool(years & {"before", "upto"}))
        if self.source is not None and self.source.over is not None and years - {"this"}:
            self.scope.error("E-EXPR-PLACE", "counts_over 的条款不能汇总别的年度", "去掉 years=")
        for node in nodes:
            self.reduce(node)
        if self.source is not None and self._priors.found:
            priors = tuple((name, node) for node, name in self._priors.found.items())
            self.source = replace(self.source, priors=priors)  # type: ignore[arg-type]

    def reduce(self, node: Node) -> Node:
        """The expression over base facts: windows and aggregates become references."""
        node = self._priors(node)
        if not self.grouped:
            return node
        node = self._sums(node)
        keys = set(self.object or ())
        for part in walk(node):
            if isinstance(part, Col) and part.alias != "party" and part not in keys:
                self.scope.error(
                    "E-CLAUSE-COLUMN",
                    f"汇总条款 {self.clause.id} 直接用了列“{part.name}”",
                    "放进 sum()、any() 等汇总里，或写进 object",
                )
        return node

    def aggregates(self) -> tuple[tuple[str, Aggregate], ...]:
        """The aggregates in use, by the name that base facts give them."""
        return tuple((name, node) for node, name in self._sums.found.items() if isinstance(node, Aggregate))


def _subject(pack: Pack, clause: Clause, named: Mapping[str, Lit]) -> Node | None:
    """The condition on the beneficiary, over its row of `organization`, with alias `party`."""
    if clause.subject is None:
        return None
    columns = register_columns(pack.registers["organization"])
    codes = {key: codes.ids() for key, codes in pack.codes.items()}
    node = parse_expression(clause.subject, Scope({"": columns}, codes, named, clause.place, sums=False), "bool")

    def aliased(part: Node) -> Node | None:
        return Col(part.type, "party", part.name, part.codes) if isinstance(part, Col) else None

    return transform(node, aliased)


def _condition(node: Node, says: str, unit: str) -> ConditionPlan:
    items = node.items if isinstance(node, Logic) and node.op == "or" else (node,)
    branches = tuple(b for item in items if (b := _branch(item, unit)) is not None)
    return ConditionPlan(node, says, branches)


def _branch(node: Node, unit: str) -> Branch | None:
    """A comparison of numbers or dates, with what we have on the left."""
    if not isinstance(node, Compare) or node.left.type not in ("money", "integer", "date") or node.op == "!=":
        return None
    have, need, op = node.left, node.right, node.op
    if isinstance(have, Lit):
        have, need = need, have
        op = {">=": "<=", ">": "<", "<=": ">=", "<": ">"}.get(op, op)  # type: ignore[assignment]
    kind = {"money": "fen", "date": "day"}.get(have.type, unit)
    return Branch(have, need, op, kind)


def _once(clause: Clause, scope: Scope, setting: str | None) -> OncePlan | None:
    if clause.once is None or not (parse_boolean(setting) if setting is not None else clause.once.assume):
        return None
    scope = replace(scope, sums=False)
    prefer = tuple(parse_expression(p, scope, "bool") for p in clause.once.prefer)
    return OncePlan(clause.once.per, clause.once.span == "lifetime", prefer)


def _caps(clause: Clause, params: Parameters) -> tuple[CapPlan, ...]:
    caps = []
    for cap in clause.caps:
        fen = params.term(cap.sum, "cap", "money").value
        if isinstance(fen, int):
            caps.append(CapPlan(fen, cap.per))
    return tuple(caps)


def _before(pack: Pack, clause: Clause, named: Mapping[str, Lit]) -> StepPlan | None:
    if clause.before is None:
        return None
    scope = scope_of(pack, clause.before.register_, "", (), named, clause.place)
    where = parse_expression(clause.before.where, scope.of_rows(), "bool")
    return StepPlan(clause.before.register_, where, clause.before.says)


def _payers(clause: Clause, rules: list[Rule]) -> tuple[tuple[str, Fraction], ...]:
    written = next((r.payers for r in rules if r.payers), None) or clause.payers
    shares = tuple((payer, Fraction(1) if s.strip() == "1" else parse_rate(s)) for payer, s in written.items())
    if sum(share for _, share in shares) != 1:
        raise InnoCityError(
            "E-CLAUSE-PAYERS",
            f"{clause.id} 各方分担之和不是100%",
            Place.of(clause.place),
            "改正 payers；不由我们付的写进 others",
        )
    return shares


def _parts(clause: Clause, rules: list[Rule]) -> tuple[tuple[Part, ...], str | None]:
    rule = next((r for r in rules if r.parts), None)
    parts = rule.parts if rule else clause.parts
    if parts and sum(p.rest for p in parts) > 1:
        raise InnoCityError(
            "E-CLAUSE-PARTS", f"{clause.id} 的 parts 只能有一份 rest", Place.of(clause.place), "其余各份写 share"
        )
    return parts, (rule.manual_unless if rule else clause.manual_unless)


def _flags(clause: Clause, standing: Standing, params: Parameters) -> tuple[str, ...]:
    unconfirmed = params.unconfirmed or (clause.reading is not None and clause.confirmed is None)
    return (*standing.flags, *(("unconfirmed",) if unconfirmed else ()))
