"""Two packs side by side, topic by topic: two cities, or two versions of one.

Clauses with the same id are paired; `changed` names the fields in which they differ. Other clauses of a
topic stand on one side only: which of another city's clauses answers which is for people to judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from innocity.core.errors import InnoCityError
from innocity.engines.rules.describe import citation, describe_amount
from innocity.engines.rules.status import KINDS, kind_of
from innocity.engines.rules.validity import Standing, standings
from innocity.packs.model import Clause, Pack

DOCUMENT_STATES = {"in_force": "有效", "unknown": "有效性未确认", "expired": "已失效", "repealed": "已废止"}
FORCES = {"intent": "只是意向", "reported": "只是陈述", "recommended": "只是建议"}
_UNCOMPARED = {"place", "article"}


@dataclass(frozen=True, slots=True)
class Side:
    """A clause as one of the two packs has it."""

    clause: str
    name: str
    who: str
    amount: str
    kind: str  # how far it can be computed: an id of `status.KINDS`
    kind_name: str
    state: str
    article: str
    promise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Clauses of the same id, or one that only one pack has."""

    left: Side | None
    right: Side | None
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Topic:
    """All clauses on one topic."""

    id: str
    name: str
    pairs: tuple[Pair, ...]

    @property
    def only(self) -> str | None:
        """The side that alone has this topic: `left`, `right` or None."""
        sides = {side for p in self.pairs for side, c in (("left", p.left), ("right", p.right)) if c is not None}
        return sides.pop() if len(sides) == 1 else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two packs by topic."""

    left: str
    right: str
    topics: tuple[Topic, ...]

    def only_topic(self, topic: str) -> Comparison:
        """One topic, by its id or name. Error: E-PACK-REFERENCE."""
        found = tuple(t for t in self.topics if topic in (t.id, t.name))
        if not found:
            known = "、".join(t.id for t in self.topics)
            raise InnoCityError("E-PACK-REFERENCE", f"没有主题“{topic}”", remedy=f"可选：{known}")
        return replace(self, topics=found)

    def only_changed(self) -> Comparison:
        """Without the clauses that are alike on both sides."""
        topics = (
            replace(t, pairs=tuple(p for p in t.pairs if p.changed or None in (p.left, p.right))) for t in self.topics
        )
        return replace(self, topics=tuple(t for t in topics if t.pairs))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; each topic also says which side alone has it."""
        topics = [{**asdict(topic), "only": topic.only} for topic in self.topics]
        return {"left": self.left, "right": self.right, "topics": topics}


def compare(left: Pack, right: Pack, names: Mapping[str, str] | None = None) -> Comparison:
    """Compare two packs; `names` gives topics their Chinese names. Topics that both have come first."""
    words, sides = names or {}, (_sides(left), _sides(right))
    topics = {c.topic for pack in (left, right) for c in pack.clauses.values()}
    found = [Topic(topic, words.get(topic) or topic, _pairs(topic, (left, right), sides)) for topic in sorted(topics)]
    found.sort(key=lambda t: t.only is not None)
    return Comparison(left.city.id, right.city.id, tuple(found))


def _sides(pack: Pack) -> dict[str, Side]:
    standing = standings(pack, {}, simulated=True)
    return {name: _side(pack, clause, standing[name]) for name, clause in pack.clauses.items()}


def _side(pack: Pack, clause: Clause, standing: Standing) -> Side:
    kind = kind_of(clause)
    return Side(
        clause.id, clause.name, clause.who, describe_amount(pack, clause), kind, KINDS[kind],
        state_of(pack, clause, standing), citation(pack, clause), clause.promise,
    )  # fmt: skip


def state_of(pack: Pack, clause: Clause, standing: Standing) -> str:
    """Whether and until when a clause holds, in words: `有效性未确认，至2023-07-26`."""
    document = pack.document_of(clause)
    words = [DOCUMENT_STATES[document.state]] if document else []
    if standing.end is not None:
        words.append(f"至{standing.end.isoformat()}")
    if clause.force in FORCES:
        words.append(FORCES[clause.force])
    return "，".join(words)


def _pairs(topic: str, packs: tuple[Pack, Pack], sides: tuple[dict[str, Side], dict[str, Side]]) -> tuple[Pair, ...]:
    """Clauses of the topic: those of both packs first, then those of the left, then of the right."""
    left, right = ([n for n, c in pack.clauses.items() if c.topic == topic] for pack in packs)
    both = [n for n in left if n in packs[1].clauses]
    pairs = [Pair(sides[0][n], sides[1][n], _changed(packs[0].clauses[n], packs[1].clauses[n])) for n in both]
    pairs += [Pair(sides[0][n], None) for n in left if n not in both]
    return (*pairs, *(Pair(None, sides[1][n]) for n in right if n not in packs[0].clauses))


def _changed(left: Clause, right: Clause) -> tuple[str, ...]:
    """Fields, as they are written, in which two clauses differ."""
    one, other = (c.model_dump(by_alias=True, exclude=_UNCOMPARED) for c in (left, right))
    return tuple(name for name in one if one[name] != other[name])
