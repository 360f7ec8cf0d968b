"""The database of the demo: the simulated city in it, its run, its ledgers, and an account for each kind of user."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from innocity.core.errors import InnoCityError, register_codes

if TYPE_CHECKING:
    from innocity.cli.screen import Screen
    from innocity.packs.model import Pack
    from innocity.records.viewer import Viewer

register_codes({
    "E-DEMO-DATABASE": ("演示要用自己的库", "the demo needs a database of its own"),
})  # fmt: skip
CITY, DATABASE = "weihai", "innocity.sqlite3"
_APPLICATIONS = 8  # firms that apply for what a call gives them
FIRM, _OTHERS = "模拟企业", 6  # how names of simulated firms begin; so many of a county and of all take part


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo: `whom` is a unit, or which of two firms (legal person of the first, handler of both).

    `page` is the name of the address to which the sign-in leads.
    """

    name: str
    title: str
    role: str
    page: str
    whom: str = ""


PEOPLE = (
    Person("firm", "企业法定代表人", "firm", "entitlements", "first"),
    Person("handler", "两家企业的经办人", "firm", "firms", "second"),
    Person("science", "市科技局经办", "officer", "inbox", "wh_science"),
    Person("market", "市市场监管局经办", "officer", "inbox", "wh_market"),
    Person("finance", "市财政局经办", "officer", "inbox", "wh_finance"),
    Person("huancui", "环翠区经办", "officer", "inbox", "wh_huancui"),
    Person("office", "领导小组办公室", "officer", "inbox", "wh_innovation_group"),
    Person("leader", "市领导", "leader", "cockpit"),
    Person("auditor", "审计人员", "auditor", "audit"),
)


def use_own_database(var: Path) -> None:
    """From here on this process reads and writes the demo's own database, whatever the environment names.

    Error: E-DEMO-DATABASE where Django is ready with another one already.
    """
    url = f"sqlite:///{var.absolute() / DATABASE}"
    os.environ.update(
        {"INNOCITY_VAR": str(var.absolute()), "INNOCITY_DATABASE_URL": url, "INNOCITY_DEMO": "1",
         "INNOCITY_MFA_ROLES": "none"}
    )  # fmt: skip
    if "innocity.web.settings" in sys.modules:
        from django.conf import settings

        if str(settings.DATABASES["default"]["NAME"]) != str(var.absolute() / DATABASE):
            raise InnoCityError("E-DEMO-DATABASE", "程序已连着另一个库", None, "另开一个终端运行 innocity demo")


def fill(screen: Screen, pack: Pack, facts: Path, run: Path, firms: tuple[str, str]) -> dict[str, Any]:
    """Load what is not there yet; the facts again only where they or the pack have changed.

    Gives how many facts were loaded, and the people with their passwords and first pages.
    """
    from innocity.packs.facts import read_facts

    var = facts.parent.parent
    read = read_facts(facts, pack)
    stamp = {"facts": read.manifest.hash, "pack": pack.hash, "firms": list(firms)}
    if _kept(var / "loaded.json") != stamp:
        for old in (var / "loaded.json", *var.glob(f"{DATABASE}*")):
            old.unlink(missing_ok=True)

    from innocity.actions.adopt_pack import adopt_pack
    from innocity.actions.import_ledgers import import_ledgers
    from innocity.actions.record_facts import record_facts
    from innocity.actions.register_run import register_run
    from innocity.records.prepare import prepare
    from innocity.records.viewer import Viewer

    viewer = Viewer.operator("demo")
    prepare(migrate=True)
    added = 0
    if not (var / "loaded.json").is_file():
        with screen.working("装进库"):
            adopt_pack(pack, viewer)
            done = record_facts(pack, viewer, read.tables, simulated=True, as_of=read.manifest.as_of)
        added = sum(done.added.values())
    with screen.working("登记测算，开演示账号"):
        import_ledgers(pack, viewer, var)
        register_run(pack, viewer, run)
        people = _open_accounts(viewer, var, firms)
    with screen.working("放进供需清单和办件"):
        _invent(pack, viewer, var, firms, _owed(pack, run, firms))
    (var / "loaded.json").write_text(json.dumps(stamp), encoding="utf-8")
    return {"added": added, "people": people}


def _owed(pack: Pack, run: Path, firms: tuple[str, str]) -> list[tuple[str, str]]:
    """Firms without an account, with a clause of a call that gives them money: two for each clause."""
    import duckdb

    named = sorted({name for call in pack.calls.values() for name in call.clauses} & set(pack.clauses))
    sql = (
        "SELECT party, clause FROM (SELECT party, clause, row_number() OVER (PARTITION BY clause ORDER BY party) n"
        f" FROM '{run / 'awards.parquet'}' WHERE status = 'sum' AND payable > 0 AND clause IN (SELECT unnest(?))"
        " AND party <> ALL (SELECT unnest(?))) t WHERE n <= 2 ORDER BY n, clause LIMIT ?"
    )
    with duckdb.connect() as database:
        return [(str(a), str(b)) for a, b in database.execute(sql, [named, list(firms), _APPLICATIONS]).fetchall()]


def _invent(
    pack: Pack, viewer: Viewer, var: Path, firms: tuple[str, str], owed: Sequence[tuple[str, str]]
) -> None:  # fmt: skip
    """Demand and supply, events, matters, what lists are read off, where there is none yet; partly a county's."""
    from innocity.actions.exchange_records import exchange_records
    from innocity.actions.publish_facts import publish_facts
    from innocity.actions.simulate_chains import simulate_chains
    from innocity.actions.simulate_exchange import cast_of, simulate_exchange
    from innocity.actions.simulate_inspections import simulate_inspections
    from innocity.actions.simulate_matters import simulate_matters
    from innocity.actions.simulate_registers import simulate_registers
    from innocity.actions.simulate_reviews import simulate_reviews
    from innocity.records.queries import facts_of, parties

    if exchange_records(pack, var).listings:
        return
    county = next(one.whom for one in PEOPLE if one.name == "huancui").removeprefix("wh_")
    others = [*parties(viewer, FIRM, division=county, size=_OTHERS).items, *parties(viewer, FIRM, size=_OTHERS).items]
    cast = cast_of(viewer, list(dict.fromkeys([*firms, *(one.id for one in others)])))
    simulate_exchange(pack, viewer, cast, var)
    simulate_matters(pack, viewer, cast, var, owed=owed)
    simulate_chains(pack, viewer, cast)
    simulate_registers(pack, viewer, cast)
    simulate_inspections(pack, viewer, var)
    simulate_reviews(pack, viewer, var)
    titles = [fact.fact_id for firm in firms for fact in facts_of(viewer, pack, firm).get("qualification", ())]
    publish_facts(pack, viewer, "qualification", "演示", "模拟的认定公告", ids=sorted(set(titles)))


def _kept(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _open_accounts(viewer: Viewer, var: Path, firms: tuple[str, str]) -> list[dict[str, str]]:
    """An account for each; passwords are made once and kept beside the database."""
    from django.urls import reverse

    from innocity.actions.authorise_handler import authorise_handler
    from innocity.actions.open_account import one_time_password, open_account
    from innocity.records.queries.accounts import accounts

    path = var / "accounts.json"
    passwords: dict[str, str] = _kept(path) or {}
    known = {one.name for one in accounts(viewer)}
    for one in PEOPLE:
        if one.name in known:
            continue
        password = passwords.setdefault(one.name, one_time_password())
        unit = one.whom if one.role == "officer" else None
        party = firms[one.whom == "second"] if one.role == "firm" else None
        open_account(viewer, one.name, password, one.role, unit=unit, party=party, demo=True)
        if one.whom == "second":
            authorise_handler(viewer, firms[0], one.name)
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(passwords, file)
    return [
        {"who": one.title, "name": one.name, "password": passwords.get(one.name, "?"),
         "page": reverse(one.page, args=[CITY])} for one in PEOPLE
    ]  # fmt: skip
