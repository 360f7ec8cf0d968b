"""A pack -> the plan of one fact year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import cast

from innocity.core.dates import parse_boolean
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.rules.compile_clause import compile_clause
from innocity.engines.rules.ir import ClausePlan, ExclusionPlan, GroupPlan, PoolPlan, RulesPlan, Share, Take
from innocity.engines.rules.params import Parameters
from innocity.engines.rules.validity import standings
from innocity.packs.model import Group, Pack, Pool, Rule
from innocity.plan.parse import Scope, parse_expression
from innocity.plan.scan import register_columns

register_codes({
    "E-POOL-OVERLAP": ("一个条款属于两个互不包含的资金池", "a clause belongs to two pools that are not nested"),
    "E-POOL-CYCLE": ("资金池互相包含成环", "pools contain each other in a circle"),
    "E-AFTER-CYCLE": ("条款互相依赖成环", "clauses depend on each other in a circle"),
})  # fmt: skip
TAKES = ("all", "highest", "net")
SHARES = ("pro_rata", "rank", "first_come")


def compile_rules(
    pack: Pack, year: int, as_of: date, overrides: Mapping[str, str] | None = None, *,
    only: Iterable[str] | None = None, simulated: bool = True,
) -> RulesPlan:  # fmt: skip
    """Compile the clauses (`only` those named and what they build on) for a fact year.

    `overrides` maps `owner.parameter` to a text, as `--set` does. `simulated` says that the facts are not
    real: only then do clauses of documents of unknown state apply.
    """
    settings = _by_owner(pack, overrides or {})
    names = _ordered(pack, set(only) if only is not None else None)
    standing = standings(pack, settings, simulated)
    rules = [r for r in pack.rules.values() if _assumed(r, settings.get(r.id, {}))]
    clauses = tuple(
        compile_clause(pack, pack.clauses[n], i, standing[n], settings.get(n, {}), _rules_of(rules, n))
        for i, n in enumerate(names)
    )
    known = set(names)
    groups = tuple(_group(g, settings.get(g.id, {}), known) for g in pack.groups.values() if known & set(g.members))
    return RulesPlan(
        pack=pack, year=year, as_of=as_of, overrides=tuple(sorted((overrides or {}).items())), clauses=clauses,
        groups=tuple(g for g in groups if g.take != "all" and len(g.members) > 0),
        pools=_pools(pack, settings, known), exclusions=tuple(_exclusions(pack)),
    )  # fmt: skip


def _by_owner(pack: Pack, overrides: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Settings by owner; each must name something of the pack."""
    owners = {*pack.clauses, *pack.groups, *pack.pools, *pack.relations, *pack.rules}
    settings: dict[str, dict[str, str]] = {}
    for key, text in overrides.items():
        owner, _, name = key.partition(".")
        if owner not in owners or not name:
            raise InnoCityError(
                "E-PARAM-UNKNOWN",
                f"没有“{key}”",
                Place(path=f"--set {key}"),
                "写成 条款.参数=值；条款、择一组、资金池和关系的 id 见 innocity check",
            )
        settings.setdefault(owner, {})[name] = text
    return settings


def _ordered(pack: Pack, only: set[str] | None) -> list[str]:
    """Clause ids in pack order, each after the clause it builds on."""
    wanted = list(pack.clauses) if only is None else [n for n in pack.clauses if n in only]
    done: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        clause = pack.clauses[name]
        if name in path:
            circle = " → ".join([*path, name])
            raise InnoCityError(
                "E-AFTER-CYCLE",
                f"条款互相依赖：{circle}",
                Place.of(clause.place),
                "删去其中一个 after",
            )
        if clause.after is not None:
            visit(clause.after.clause, (*path, name))
        if name not in done:
            done.append(name)

    for name in wanted:
        visit(name, ())
    return done


def _rules_of(rules: list[Rule], clause: str) -> list[Rule]:
    return [r for r in rules if clause in r.of]


def _assumed(rule: Rule, settings: Mapping[str, str]) -> bool:
    return parse_boolean(settings["assume"]) if "assume" in settings else rule.assume


def _group(group: Group, settings: Mapping[str, str], known: set[str]) -> GroupPlan:
    params = Parameters(group.id, {}, settings, group.place)
    take = params.choice("take", group.take, TAKES)
    params.check_overrides()
    return GroupPlan(group.id, tuple(m for m in group.members if m in known), cast(Take, take), group.scope)


def _pools(pack: Pack, settings: Mapping[str, Mapping[str, str]], known: set[str]) -> tuple[PoolPlan, ...]:
    """Pools with their inner pools' members, inner pools first."""
    inner: dict[str, list[str]] = {p.id: [] for p in pack.pools.values()}
    for pool in pack.pools.values():
        if pool.within is not None:
            inner[pool.within].append(pool.id)
    ordered: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            circle = " → ".join([*path, name])
            raise InnoCityError(
                "E-POOL-CYCLE",
                f"资金池互相包含：{circle}",
                Place.of(pack.pools[name].place),
                "改正 within",
            )
        for child in inner[name]:
            visit(child, (*path, name))
        if name not in ordered:
            ordered.append(name)

    for name in pack.pools:
        visit(name, ())
    _check_pools(pack)
    plans = (_pool(pack, pack.pools[n], settings.get(n, {}), inner, known) for n in ordered)
    return tuple(p for p in plans if p is not None)


def _check_pools(pack: Pack) -> None:
    seen: dict[str, Pool] = {}
    for pool in pack.pools.values():
        for member in pool.members:
            if member in seen:
                raise InnoCityError(
                    "E-POOL-OVERLAP",
                    f"条款 {member} 同时写在资金池 {seen[member].id} 和 {pool.id}",
                    Place.of(pool.place),
                    "只写进内层资金池，用 within 指向外层",
                )
            seen[member] = pool


def _members(pack: Pack, name: str, inner: Mapping[str, list[str]]) -> list[str]:
    return [*pack.pools[name].members, *(m for child in inner[name] for m in _members(pack, child, inner))]


def _pool(
    pack: Pack, pool: Pool, settings: Mapping[str, str], inner: Mapping[str, list[str]], known: set[str]
) -> PoolPlan | None:
    params = Parameters(pool.id, {"sum": pool.sum}, settings, pool.place)
    fen = params.constant("sum").value
    share = params.choice("share", pool.share, SHARES)
    params.check_overrides()
    members = tuple(m for m in _members(pack, pool.id, inner) if m in known)
    if not isinstance(fen, int) or not members:
        return None
    return PoolPlan(pool.id, fen, members, cast(Share, share))


def _exclusions(pack: Pack) -> Iterable[ExclusionPlan]:
    for item in pack.exclusions:
        register = pack.registers.get(item.register_)
        if register is None:
            raise InnoCityError(
                "E-PACK-REFERENCE", f"排除情形 {item.id} 的登记表“{item.register_}”不存在", remedy="改成已有登记表的 id"
            )
        codes = {key: codes.ids() for key, codes in pack.codes.items()}
        scope = Scope({"": register_columns(register)}, codes, sums=False)
        where = parse_expression(item.where, scope, "bool")
        yield ExclusionPlan(item.id, item.name, item.register_, where, item.from_, item.to, item.repaired)


__all__ = ["ClausePlan", "compile_rules"]
