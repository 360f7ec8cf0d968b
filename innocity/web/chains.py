"""What pages and files of chains share: nodes in words, who answers for what, what meets within the chain."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from innocity.core.money import format_money
from innocity.engines.chains.model import ChainTask, ChainView, Held, Node, Strength
from innocity.engines.chains.picture import links, places
from innocity.engines.matching.model import Listing
from innocity.packs.model import MatchKind, Pack
from innocity.records.viewer import Viewer
from innocity.web.exchange import Answer, answers_to, exchange_of, today

LIGHTS: dict[Strength, str] = {"gap": "alert", "weak": "watch", "strong": "met"}
DEMANDS = 40  # the latest of a chain that are looked through for answers
SHOWN = 12  # of them on a page
BEST = 3  # answers of each


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A node in words; `at` is its column and row in the picture, empty where it is not drawn."""

    node: Node
    at: str
    upstream: tuple[str, ...]
    sources: str  # ids of what is drawn upstream, in one word each
    money: tuple[str, ...]

    @property
    def light(self) -> str:
        """The light of its strength; none for what is no step."""
        return LIGHTS[self.node.strength] if self.node.step else "none"

    @property
    def kind(self) -> str:
        """What it is in the picture."""
        return self.node.strength if self.node.step else self.node.kind


@dataclass(frozen=True, slots=True)
class Board:
    """The tasks of one kind."""

    name: str
    tasks: tuple[tuple[ChainTask, str, str], ...]  # with its light, its stage in words

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(one.stage == "done" for one, _light, _word in self.tasks)

    @property
    def late(self) -> int:
        """How many are past their day."""
        return sum(one.late for one, _light, _word in self.tasks)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A demand of the chain with what answers it best."""

    kind: MatchKind
    title: str
    listing: str
    answers: tuple[Answer, ...]


def node_rows(view: ChainView) -> list[NodeRow]:
    """The nodes in the order of the picture: by column, then by row; those that are not drawn last."""
    drawn = places(view.nodes)
    names = {one.id: one.name for one in view.nodes}
    leading: dict[str, list[str]] = {}
    number = {name: str(at) for at, name in enumerate(drawn)}
    for source, target in links(view.nodes):
        if source in drawn:
            leading.setdefault(target, []).append(number[source])
    rows = [
        NodeRow(one, ",".join(map(str, (number[one.id], *drawn[one.id]))) if one.id in drawn else "",
                tuple(names.get(name, name) for name in one.upstream), " ".join(leading.get(one.id, ())),
                tuple(money_words(one.held)))
        for one in view.nodes
    ]  # fmt: skip
    return sorted(rows, key=lambda row: drawn.get(row.node.id, (9999, 0)))


def money_words(held: Held) -> Iterator[str]:
    """Money by kind, never added up."""
    for kind, (number, fen) in held.money.items():
        written = format_money(fen)
        yield {
            "fiscal": f"项目财政资金 {number} 笔 {written}", "loan": f"贷款 {number} 笔 {written}",
            "equity": f"股权投资 {number} 笔 {written}", "fund": f"基金资助 {number} 笔 {written}",
        }[kind]  # fmt: skip


def roles(pack: Pack, view: ChainView) -> list[tuple[str, tuple[str, ...]]]:
    """Each role of a chain with who has it; tasks stand on their board."""
    codes = pack.codes["chain_role"].codes if "chain_role" in pack.codes else ()
    return [(one.name, tuple(duty.name for duty in view.duties if duty.role == one.id)) for one in codes
            if one.id != "task"]  # fmt: skip


def boards(pack: Pack, view: ChainView) -> list[Board]:
    """The tasks by kind, kinds without any too."""
    stages = {one.id: one.name for one in pack.codes["build_stage"].codes}
    lights = {"done": "met", "planned": "none"}

    def told(one: ChainTask) -> tuple[ChainTask, str, str]:
        return one, "alert" if one.late else lights.get(one.stage, "near"), stages.get(one.stage, one.stage)

    return [
        Board(kind.name, tuple(told(one) for one in view.tasks if one.kind == kind.id))
        for kind in pack.codes["chain_task_kind"].codes
    ]


def proposals(city: str, viewer: Viewer, view: ChainView) -> list[Proposal]:
    """Demands of the chain or of its firms, of every kind of exchange, with the best of what answers each."""
    found, day = exchange_of(city), today()
    firms = {one.party for one in view.whole.firms}
    own = [
        one for one in found.listings.values()
        if one.side == "demand" and one.open_on(day) and _of_chain(one, view.chain, firms)
    ]  # fmt: skip
    own.sort(key=lambda one: (one.posted_on, one.id), reverse=True)
    answered = [
        Proposal(found.pack.matching[one.kind], one.title, one.id, tuple(answers_to(found, one, viewer, day)[:BEST]))
        for one in own[:DEMANDS] if one.kind in found.pack.matching
    ]  # fmt: skip
    return [one for one in answered if one.answers][:SHOWN]


def _of_chain(one: Listing, chain: str, firms: Collection[str]) -> bool:
    """Whether a need is of a chain: it says so, or says of none and is of one of the chain's firms."""
    said = one.values.get("chain")
    return said == chain if said else one.firm in firms


def needs(city: str, forms: dict[str, str]) -> list[tuple[str, int]]:
    """The needs of technology on the lists of demand by kind, in words; those of no kind last."""
    found, day = exchange_of(city), today()
    kinds = {one.id for one in found.pack.matching.values() if "form" in one.columns}
    own = [one.values.get("form") for kind in sorted(kinds) for one in found.on_list(kind, "demand", day)]
    return [*((name, own.count(form)) for form, name in forms.items()), ("", sum(not one for one in own))]


def lines(pack: Pack, view: ChainView) -> Iterator[dict[str, Any]]:
    """The file of a chain: one line for each thing at each node, one for a node with nothing, and what is at none."""
    kinds = {one.id: one.name for one in pack.codes["chain_node_kind"].codes}
    for row in node_rows(view):
        one = row.node
        base = {"环节编号": one.id, "环节": one.name, "类别": kinds.get(one.kind, one.kind),
                "上游": "；".join(row.upstream), "状态": one.word if one.step else "",
                "缺什么": "、".join(one.lacks) if one.step else "", "资金": "；".join(row.money)}  # fmt: skip
        yield from ({**base, **each} for each in _things(one.held))
    base = {"环节": "不在任何环节"}
    if view.loose.firms or view.loose.projects or view.loose.platforms:
        yield from ({**base, **each} for each in _things(view.loose))


def _things(held: Held) -> Iterator[dict[str, str]]:
    if not (held.firms or held.projects or held.platforms):
        yield {}
    for firm in held.firms:
        yield {"什么": "企业", "编号": firm.party, "名称": firm.name}
    for what, things in (("项目", held.projects), ("平台", held.platforms)):
        for one in things:
            yield {"什么": what, "编号": one.key, "名称": one.name, "主体": one.whose or one.party,
                   "自": one.since.isoformat()}  # fmt: skip


#: The headings of the file.
HEADINGS = ("环节编号", "环节", "类别", "上游", "状态", "缺什么", "什么", "编号", "名称", "主体", "自", "资金")
