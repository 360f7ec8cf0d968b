"""The part of `innocity match` that records: listings, decisions on them, steps, events; and writes lists out."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError, Place

if TYPE_CHECKING:
    from innocity.actions.exchange_records import Exchange
    from innocity.actions.post_listing import Posting
    from innocity.engines.matching.model import Side
    from innocity.packs.model import Pack

_HEAD = ("kind", "side", "title", "by", "posted_on")
_STATES = {"--open": ("open", "已公开"), "--refuse": ("refused", "不予公开"), "--withdraw": ("closed", "已撤下")}
#: What goes to others: not who recorded it, nor how it was decided.
_KEPT = (
    "listing", "kind", "side", "title", "by", "text", "words", "field", "form", "chain", "product", "service", "stage",
    "readiness", "loan", "equity", "quantity", "from_city", "batch", "posted_on", "until", "simulated",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Given:
    """What the options say."""

    unit: str | None
    on: date | None
    demand: str
    offer: str
    event: str
    amount: str | None
    text: str
    evidence: tuple[str, ...]


def record(screen: Screen, pack: Pack, what: str, value: Any, given: Given, var: Path) -> None:
    """Record and show what was written. Errors: those of the actions, E-USAGE."""
    party = _party(pack, given.unit)
    if what == "--post":
        _post(screen, pack, value, party, var)
    elif what == "--step":
        _step(screen, pack, value, given, party, var)
    elif what == "--event":
        _event(screen, pack, value, party, var)
    else:
        from innocity.actions.post_listing import decide_listing

        state, word = _STATES[what]
        row = decide_listing(pack, value, state, party, given.text, var)
        screen.show(row.values, lambda: screen.line(f"{word}：{row['listing']} {row['title']}。", "green"))


def _party(pack: Pack, name: str | None) -> str:
    """A unit by its id or name; anything else is the id of a firm. Error: E-USAGE."""
    from innocity.engines.tasks.units import find_unit

    if not name:
        raise InnoCityError("E-USAGE", "没有写登记的单位", remedy="加 --unit 市科技局；企业写主体编号")
    try:
        return find_unit(pack.units, name).id
    except InnoCityError:
        return name


def _post(screen: Screen, pack: Pack, path: Path, party: str, var: Path) -> None:
    from innocity.actions.post_listing import post_listings

    rows = post_listings(pack, read_postings(path, party), var)

    def render() -> None:
        screen.line(f"已登记{len(rows)}项。", "green")
        screen.table(("编号", "名称", "提出单位", "状态"),
                     ((row["listing"], row["title"], row["by"], row["state"]) for row in rows))  # fmt: skip

    screen.show({"listings": [dict(row.values) for row in rows]}, render)


def read_postings(path: Path, party: str) -> list[Posting]:
    """A list as CSV (UTF-8): kind, side, title, by, posted_on and any column of the register; lists by `；`.

    Errors, with the line: E-FILE-MISSING, E-USAGE, E-DATE-FORMAT.
    """
    from innocity.actions.post_listing import Posting
    from innocity.core.dates import parse_date
    from innocity.core.encoding import decode_text

    if not path.is_file():
        raise InnoCityError("E-FILE-MISSING", f"没有文件 {path.name}", None, "核对文件名")
    decoded = decode_text(path.read_bytes())
    if decoded is None:
        raise InnoCityError("E-USAGE", f"看不懂 {path.name} 的编码", None, "另存为 UTF-8 的 CSV")
    reader = csv.DictReader(io.StringIO(decoded))
    missing = [name for name in _HEAD if name not in (reader.fieldnames or ())]
    if missing:
        text = f"缺少列 {'、'.join(missing)}"
        raise InnoCityError("E-USAGE", text, Place(path.name, 1), f"首行写 {','.join(_HEAD)} 和其他列")
    found = []
    for line, row in enumerate(reader, 2):
        cells = {name: (text or "").strip() for name, text in row.items() if name and isinstance(text, str)}
        simulated = cells.pop("simulated", "") not in ("", "false", "False")
        side: Any = cells["side"]
        try:
            day = parse_date(cells["posted_on"])
        except InnoCityError as error:
            raise error.at(Place(path.name, line)) from None
        rest = {name: text for name, text in cells.items() if text and name not in (*_HEAD, "listing")}
        found.append(Posting(cells["kind"], side, cells["title"], cells["by"], party, day, rest,
                             cells.get("listing", ""), simulated))  # fmt: skip
    return found


def _step(screen: Screen, pack: Pack, step: str, given: Given, party: str, var: Path) -> None:
    from innocity.actions.record_exchange import NAMES, Stepped, known_step, record_step
    from innocity.core.money import parse_money

    name = known_step(step)
    amount = parse_money(given.amount) if given.amount else None
    row = record_step(pack, Stepped(given.demand, given.offer, name, given.on or date.today(), party, given.event,
                                    amount, given.text, given.evidence), var)  # fmt: skip
    text = f"已登记：{row['demand']} 与 {row['offer']} {NAMES[name]}，{row['on']}。"
    screen.show(row.values, lambda: screen.line(text, "green"))


def _event(screen: Screen, pack: Pack, path: Path, party: str, var: Path) -> None:
    from innocity.actions.exchange_records import ExchangeEvent
    from innocity.actions.record_exchange import record_event
    from innocity.core.dates import parse_date
    from innocity.packs.yamltext import read_file

    if not path.is_file():
        raise InnoCityError("E-FILE-MISSING", f"没有文件 {path.name}", None, "核对文件名")
    located = read_file(path, path.name)
    given = located.data
    if not isinstance(given, dict) or not {"kind", "form", "title", "planned_on"} <= set(given):
        raise InnoCityError(
            "E-USAGE", "活动文件要写 kind、form、title、planned_on", located.place(), "每行写一个 键: 值"
        )
    guests = given.get("guests") or ()
    text = {name: str(given.get(name) or "") for name in ("event", "kind", "form", "title", "host", "text")}
    event = ExchangeEvent(
        text["event"], text["kind"], text["form"], text["title"], parse_date(str(given["planned_on"])), party,
        parse_date(str(given["held_on"])) if given.get("held_on") else None, text["host"],
        tuple(map(str, guests)) if isinstance(guests, list) else (str(guests),), text["text"],
    )  # fmt: skip
    row = record_event(pack, event, var)
    word = "已记录" if row["held_on"] else "已安排"
    screen.show(row.values, lambda: screen.line(f"{word}：{row['event']} {row['title']}。", "green"))


def export(screen: Screen, exchange: Exchange, kind: str | None, day: date, path: Path) -> None:
    """Write what stands on the lists as a file that `--post` of another city reads. Errors: E-EXCHANGE-KIND.

    Lists that not everybody sees are written only where their kind is asked for.
    """
    from innocity.actions.exchange_records import kind_of
    from innocity.core.money import format_yuan

    wanted = [kind_of(exchange.pack, kind).id] if kind else list(exchange.pack.matching)
    sides: tuple[Side, ...] = ("demand", "offer")
    rows = [
        one for name in wanted for side in sides if kind or exchange.pack.matching[name].sight(side) == "public"
        for one in exchange.on_list(name, side, day)
    ]  # fmt: skip
    types = {column.id: column.type for column in exchange.pack.registers["exchange_listing"].columns}
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(_KEPT)
    for one in rows:
        cells = []
        for name in _KEPT:
            value = (one.simulated or None) if name == "simulated" else one.values.get(name)
            money = types[name] == "money" and value is not None
            cells.append("" if value is None else f"{format_yuan(value)}元" if money else str(value))
        writer.writerow(cells)
    path.write_text(buffer.getvalue(), encoding="utf-8-sig")
    screen.show({"file": path, "listings": len(rows)}, lambda: screen.line(f"已写 {path}，{len(rows)}项。", "green"))
