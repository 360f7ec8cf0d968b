"""Entitlements as pages show them: graded verdicts, arithmetic in steps, the call, what to know; in groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from innocity.actions.outcomes import Outcome
from innocity.actions.view_entitlements import Entitlements, Item, day_of, prepare_year, view_entitlements, years_of
from innocity.core.kept import Kept
from innocity.engines.rules.describe import FLAG_WORDS
from innocity.packs.model import Clause, Pack
from innocity.packs.model_fences import papers_of
from innocity.records import queries
from innocity.records.queries.entitlements import facts_version, latest_settled
from innocity.records.viewer import Viewer
from innocity.records.views import PartyView
from innocity.web import amounts, cases, cities
from innocity.web.access import own_party, viewer_of
from innocity.web.applications import procedure_for
from innocity.web.calculator import verdict_word
from innocity.web.fields import whole

#: Where an item stands on the page, in this order: its name, and what the group is.
GROUPS: tuple[tuple[str, Any, Any], ...] = (
    ("claim", _("可以申领"), _("条件已满足，有申报通知；计入合计")),
    ("applied", _("已经申报"), _("正在办理；不再计入合计")),
    ("decided", _("已有决定"), _("主管部门已经核定、拨付或者没有选上；不是测算，不计入合计")),
    ("estimate", _("已算出，还不能申领"), _("没有申报通知或受理已结束；不计入合计")),
    ("open", _("上限与需评审"), _("金额由主管部门决定；不计入合计")),
    ("near", _("差一步"), _("只差一个条件")),
    ("service", _("可享服务"), _("给服务或优先，不给钱")),
    ("other", _("其他"), _("文件没写标准、要人工判断、已由别的条款给过或有排除情形")),
)
_OF_STATUS = {
    "ceiling": "open", "awaiting_decision": "open", "near": "near", "in_kind": "service",
}  # fmt: skip
#: A light and a word for what has become of an item.
_OUTCOMES: dict[str, tuple[str, str]] = {
    "applied": ("near", gettext_noop("已申报")), "refused": ("none", gettext_noop("未入选")),
    "granted": ("done", gettext_noop("已核定")), "issued": ("done", gettext_noop("已下达")),
    "paid": ("met", gettext_noop("已拨付")),
}  # fmt: skip
#: How a sum is entered in the books once it is received, by its kind: the words stand in the template.
BOOKING = {"interest": "interest", "risk_compensation": "bank", "equity": "equity", "service": ""}


@dataclass(frozen=True, slots=True)
class Shown:
    """One item: `days` until its call opens or closes; `soon` where that is within a month."""

    item: Item
    light: str
    word: str
    says: tuple[str, ...]
    caveats: tuple[str, ...]
    days: int | None
    unit: str
    booking: str
    most: int | None
    procedure: str = ""  # by which it is applied for now; empty: none, or its call is neither open nor to come
    papers: tuple[str, ...] = ()  # to be handed in, by name
    thing: str = ""  # which of the things that the clause gives for, where it is not the party itself

    @property
    def outcome(self) -> Outcome | None:
        """What has become of it, where somebody asked for it or decided."""
        return self.item.outcome

    @property
    def soon(self) -> bool:
        """Whether the window closes within a month."""
        return self.item.stage == "open" and self.days is not None and self.days <= 30


@dataclass(frozen=True, slots=True)
class Mine:
    """What a firm's pages have in common: who it is, as of which day, what it is owed for which year."""

    pack: Pack
    viewer: Viewer
    party: PartyView
    found: Entitlements
    years: tuple[int, ...]

    @property
    def day(self) -> date:
        """The day as of which everything holds."""
        return self.found.day

    def shown(self) -> list[Shown]:
        """All items, in order."""
        return [_shown(self.pack, item, self.found.day) for item in self.found.items]

    def beyond(self) -> list[dict[str, Any]]:
        """What was asked for or decided where the rules find nothing: clause, thing in words, light, word, outcome."""
        rows = []
        for one in self.found.beyond:
            clause, (light, word) = self.pack.clauses[one.clause], _OUTCOMES[one.outcome.state]
            thing = "" if one.thing == self.party.id else cases.thing_in_words(self.pack, clause.id, one.thing)
            rows.append({"clause": clause, "thing": thing, "light": light, "word": word, "outcome": one.outcome})
        return rows

    def groups(self) -> list[dict[str, Any]]:
        """The items by group; groups without any left out."""
        every = self.shown()
        found = []
        for key, name, says in GROUPS:
            items = [one for one in every if _group(one.item) == key]
            if items:
                found.append({"id": key, "name": name, "says": says, "items": items})
        return found


#: What firms were told last; a firm asks again within minutes, for the letter, the calendar, what it lacks.
_KEPT: Kept[Entitlements] = Kept(256)


def mine(request: HttpRequest, city: str) -> Mine:
    """What the signed-in firm is owed, for the year asked for or the latest run's. Raises Http404 without a party."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    party = own_party(request)
    if party is None:
        raise Http404("nobody's entitlements")
    day, simulated = today_of(pack, viewer)
    run, latest = latest_settled() or (0, None)
    years = years_of(pack, latest)
    asked = whole(request.GET.get("year", ""))
    year = asked if asked in years else latest or pack.city.default_year
    assert year is not None
    return Mine(pack, viewer, party, _found(pack, viewer, party.id, year, day, simulated, run), tuple(years))


def _found(
    pack: Pack, viewer: Viewer, party: str, year: int, day: date, simulated: bool, run: int
) -> Entitlements:  # fmt: skip
    stamp = (pack.hash, party, year, day, simulated, facts_version(), run, timezone.localdate())
    return _KEPT.get(stamp, lambda: view_entitlements(
        pack, viewer, party, year, day, simulated=simulated, matters=cases.every(pack).values(),
    ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Worth:
    """What a clause says of a firm, in a line: a light, a word, and the sum of its items in fen where one is named."""

    light: str
    word: str
    fen: int | None
    ceiling: bool


def worth(pack: Pack, viewer: Viewer, party: str, asked: Iterable[tuple[str, int]]) -> dict[str, Worth]:
    """By clause what it says of a firm, for clauses with the fact year of their call; those that find nothing lack."""
    day, simulated = today_of(pack, viewer)
    run, _year = latest_settled() or (0, None)
    wanted: dict[int, set[str]] = {}
    for clause, year in asked:
        wanted.setdefault(year, set()).add(clause)
    told: dict[str, Worth] = {}
    for year, clauses in wanted.items():
        for item in _found(pack, viewer, party, year, day, simulated, run).items:
            name = item.clause.id
            if name in clauses:
                light, word = _verdict(item)
                before = told.get(name)
                fen = (before.fen or 0) + item.fen if before and item.fen is not None else item.fen
                told[name] = Worth(before.light if before else light, before.word if before else word, fen,
                                   item.award.status == "ceiling")  # fmt: skip
    return told


def warm(city: str) -> None:
    """Compile the clauses of the latest run's year before the first firm asks."""
    pack, nobody = cities.pack_of(city), Viewer()
    run = queries.latest_run(nobody)
    day, simulated = today_of(pack, nobody)
    prepare_year(pack, run.year if run else pack.city.default_year, day, simulated=simulated)


def today_of(pack: Pack, viewer: Viewer) -> tuple[date, bool]:
    """The day of the pages, and whether facts are simulated."""
    return day_of(pack, viewer, timezone.localdate())


def _group(item: Item) -> str:
    if item.counts:
        return "claim"
    if item.outcome is not None:
        return "decided" if item.outcome.settled else "applied"
    if item.award.status == "sum":
        return "estimate" if item.fen else "other"
    return _OF_STATUS.get(item.award.status, "other")


def _shown(pack: Pack, item: Item, day: date) -> Shown:
    light, word = _verdict(item)
    caveats = tuple(FLAG_WORDS[flag] for flag in item.award.flags.split() if flag in FLAG_WORDS)
    unit = item.call.contact.unit if item.call and item.call.contact else next(iter(item.clause.responsible), "")
    known = pack.units.get(unit)
    return Shown(
        item, light, word, tuple(_says(pack, item)), caveats, item.until(day), known.name if known else unit,
        BOOKING.get(item.clause.kind, "grant") if item.fen else "", most_of(pack, item.clause, item.amount),
        procedure_for(pack, item.clause.id) if _applies(item) else "",
        papers_of(item.clause, item.call),
        "" if item.award.object == item.award.party else cases.thing_in_words(pack, item.clause.id, item.award.object),
    )  # fmt: skip


def _applies(item: Item) -> bool:
    """Whether there is something to apply for, under a call that is open or to come."""
    named = bool(item.fen) if item.award.status == "sum" else item.award.status in ("ceiling", "awaiting_decision")
    free = item.outcome is None and item.clause.delivery != "automatic"
    return named and free and item.stage in ("open", "upcoming")


def most_of(pack: Pack, clause: Clause, amount: str) -> int | None:
    """The most that one award of a clause can bring, where its document names a sum."""
    return amounts.largest(pack, clause, amount)


def _verdict(item: Item) -> tuple[str, str]:
    """A light and a word, as the calculator's, for sums whether they can be claimed, or how far a claim has come."""
    if item.outcome is not None:
        return _OUTCOMES[item.outcome.state]
    if item.award.status == "sum" and item.fen and not item.counts:
        words = {"none": gettext_noop("测算，待申报通知"), "closed": gettext_noop("本次受理已结束")}
        return "none", words.get(item.stage, gettext_noop("测算，等资金池分配"))
    return verdict_word(item.clause, item.award)


def _says(pack: Pack, item: Item) -> list[str]:
    """What to know beside the sum."""
    clause, award, says = item.clause, item.award, list[str]()
    if award.group_by and (item.outcome is None or item.outcome.state == "applied"):
        words = {"once": "同一事项只给一次", "cap": "触及本条款的合计上限"}
        group = pack.groups.get(award.group_by)
        says.append(words.get(award.group_by) or f"与“{(group and group.name) or award.group_by}”各条择一")
    if item.pool:
        pool = pack.pools[award.pool_by or ""]
        how = "已按最近一次测算的比例折算" if item.pool == "cut" else "按评审或申报先后分配，折算不了"
        says.append(f"资金池“{pool.name or pool.id}”不足，{how}")
    if award.status == "awaiting_decision" and clause.gate:
        says.append(f"由主管部门决定：{clause.gate.method}")
    if award.status == "manual" and clause.manual:
        says.append(clause.manual.says)
    if award.status == "excluded":
        found = next((e for e in pack.exclusions if e.id == award.excluded_by), None)
        restored = "，修复后可恢复" if found and found.repaired else ""
        says.append(f"登记有“{found.name if found else '排除情形'}”{restored}")
    says += [f"文件没写：{text}" for text in item.missing]
    return says
