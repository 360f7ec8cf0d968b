"""Clauses as `innocity describe` shows them: in a row of a list, or in full with what can be set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from innocity.core.errors import InnoCityError, Place
from innocity.engines.rules.describe import citation, describe_amount
from innocity.engines.rules.diff import state_of
from innocity.engines.rules.status import KINDS, kind_of
from innocity.engines.rules.validity import Standing, standings
from innocity.packs.literals import clause_literals
from innocity.packs.model import Clause, Pack, Param

DELIVERY = {"automatic": "免申即享", "application": "申报"}


def clause_list(pack: Pack, topics: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row a clause, in the pack's order; `topics` gives topics their Chinese names."""
    standing = standings(pack, {}, simulated=True)
    return [_row(pack, clause, standing[clause.id], topics) for clause in pack.clauses.values()]


def _row(pack: Pack, clause: Clause, standing: Standing, topics: Mapping[str, str]) -> dict[str, Any]:
    kind = kind_of(clause)
    return {
        "clause": clause.id,
        "name": clause.name,
        "topic": clause.topic,
        "topic_name": topics.get(clause.topic) or clause.topic,
        "who": clause.who,
        "what": clause.what,
        "amount": describe_amount(pack, clause),
        "kind": kind,
        "kind_name": KINDS[kind],
        "state": state_of(pack, clause, standing),
        "article": citation(pack, clause),
    }


def clause_profile(pack: Pack, name: str, topics: Mapping[str, str]) -> dict[str, Any]:
    """Everything about one clause. Error: E-PACK-CLAUSE."""
    if name not in pack.clauses:
        remedy = f"innocity describe {pack.city.id} 列出全部条款"
        raise InnoCityError("E-PACK-CLAUSE", f"没有条款“{name}”", Place(path=name), remedy)
    clause = pack.clauses[name]
    register = pack.registers.get(clause.register_ or "")
    conditions = [("哪些行计入", clause.where), ("对主体的要求", clause.subject)]
    return {
        **_row(pack, clause, standings(pack, {}, simulated=True)[name], topics),
        "promise": list(clause.promise),
        "responsible": [pack.units[u].name if u in pack.units else u for u in clause.responsible],
        "delivery": DELIVERY[clause.delivery],
        "materials": list(clause.materials),
        "payers": [f"{pack.payers[p].name if p in pack.payers else p} {share}" for p, share in clause.payers.items()],
        "stacks": clause.stacks,
        "reading": clause.reading,
        "note": clause.note,
        "digest": _digest(pack, clause),
        "register": f"{register.name}（{register.id}）" if register else None,
        "counts_on": clause.counts_on or (f"{clause.counts_over.from_} 起" if clause.counts_over else None),
        "conditions": [{"says": says, "if": text} for says, text in conditions if text and text != "True"]
        + [{"says": c.says, "if": c.if_} for c in clause.when],
        "parameters": list(_parameters(pack, clause)),
        "relations": list(_relations(pack, clause)),
        "place": clause.place,
    }


def _digest(pack: Pack, clause: Clause) -> str:
    document, article = pack.document_of(clause), clause.article.partition("#")[2]
    return next((a.text.strip() for a in document.articles if a.id == article), "") if document else ""


def _parameters(pack: Pack, clause: Clause) -> Iterator[dict[str, Any]]:
    """What `--set` can change: parameters, literals of amounts, groups, pools, rules and relations."""
    for name, param in clause.params.items():
        yield _parameter(f"{clause.id}.{name}", param)
    for item in clause_literals(clause):
        if item.path[0] != "params":
            yield _parameter(f"{clause.id}.{item.name}", Param(value=item.text))
    if clause.once is not None:
        once = "true" if clause.once.assume else "false"
        yield _parameter(f"{clause.id}.once", Param(value=once, says="同一事项只给一次"))
    yield from _shared_parameters(pack, clause.id)


def _shared_parameters(pack: Pack, clause: str) -> Iterator[dict[str, Any]]:
    """Those of the groups, pools and rules that a clause stands in."""
    for group in (g for g in pack.groups.values() if clause in g.members):
        yield _parameter(f"{group.id}.take", group.take, group.name or group.reading)
    for pool in (p for p in pack.pools.values() if clause in p.members):
        yield _parameter(f"{pool.id}.sum", pool.sum, pool.name)
        yield _parameter(f"{pool.id}.share", pool.share, pool.name)
    for rule in (r for r in pack.rules.values() if clause in r.of):
        yield _parameter(f"{rule.id}.assume", Param(value=str(rule.assume).lower()), rule.name or rule.says)


def _parameter(key: str, param: Param, says: str | None = None) -> dict[str, Any]:
    return {
        "set": key,
        "value": param.value,
        "missing": param.missing,
        "says": param.says or says,
        "reading": param.reading,
        "alternatives": [{"value": a.value, "says": a.says} for a in param.alternatives],
        "confirmed": param.confirmed.model_dump(mode="json") if param.confirmed else None,
    }


def _relations(pack: Pack, clause: Clause) -> Iterator[dict[str, Any]]:
    """Relations that name the clause."""
    words = {"supersedes": "取代"}
    for relation in pack.relations.values():
        ends = {"newer": relation.newer, "older": relation.older, "source": relation.source, "target": relation.target}
        if clause.id in ends.values():
            says = relation.says or "，".join(f"{end}={value}" for end, value in ends.items() if value)
            inferred = "" if relation.explicit else f"（推定；--set {relation.id}.assume=false 不采用）"
            kind = words.get(relation.kind, relation.kind)
            yield {"id": relation.id, "kind": kind, "says": f"{says}{inferred}", "explicit": relation.explicit}
