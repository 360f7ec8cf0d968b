"""`innocity records ...`, `attach`, `detach`, `snapshot`, `verify`: what a city keeps in its database."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR, facts_folder, then_settle
from innocity.cli.options import City, Json, day_of
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.actions.record_facts import Recorded
    from innocity.packs.model import Pack
    from innocity.records.viewer import Viewer

app = typer.Typer(
    no_args_is_help=True, help="库：采用城市包、装入事实、导入台账、登记测算。（What a city keeps in its database.）"
)
DatabaseVar = Annotated[Path, typer.Option("--var", metavar="DIR", help="台账所在的文件夹")]


def operator(*, make: bool = False) -> Viewer:
    """Whoever has the command line, on a database that is ready; with `make` one that is not there is made.

    Errors: E-RECORDS-CONNECT, E-RECORDS-NONE, E-RECORDS-SCHEMA.
    """
    from innocity.records.prepare import prepare
    from innocity.records.viewer import Viewer

    prepare(existing=not make)
    return Viewer.operator(getpass.getuser())


@app.command()
def migrate(as_json: Json = False) -> None:
    """建库，或把库的结构更新到这一版程序。

    Create or update the tables.
    """
    from innocity.records.prepare import prepare

    screen = Screen(as_json)
    done = prepare(migrate=True)
    screen.show({"migrated": done}, lambda: screen.line("结构已更新。" if done else "结构已是最新。", "green"))


@app.command()
def adopt(city: City, as_json: Json = False) -> None:
    """让库采用这一版城市包；会使已登记的事实失效的，不采用并列出原因。

    Adopt a pack; one that would invalidate recorded facts is refused, with a list.
    """
    from innocity.actions.adopt_pack import adopt_pack
    from innocity.packs.load import load_pack

    screen, pack = Screen(as_json), load_pack(city)
    viewer = operator(make=True)
    done = adopt_pack(pack, viewer)
    brought = _bring_in(pack, viewer)
    report = {"city": pack.city.id, "pack": pack.hash, "changed": done, "ledger_rows": brought}
    word = "已采用" if done else "已经是"

    def render() -> None:
        screen.line(f"{word}城市包 {pack.city.name} {pack.hash[:12]}。", "green")
        if brought:
            screen.line(f"台账的 {brought:,} 行已导入库；文件保持原样，此后登记写在库里。", "green")

    screen.show(report, render)


@app.command()
def load(
    city: City,
    facts: Annotated[
        Path | None,
        typer.Option("--facts", metavar="DIR", help="默认 var/<城市>/facts", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """把一个事实文件夹装进库，全部装入或都不装；可以重复。

    Record a folder of facts.
    """
    from innocity.actions.record_facts import record_facts
    from innocity.packs.facts import read_facts
    from innocity.packs.load import load_pack

    screen, pack = Screen(as_json), load_pack(city)
    viewer = operator()
    read = read_facts(facts_folder(pack.city.id, facts), pack)
    with screen.working("登记"):
        done = record_facts(pack, viewer, read.tables, simulated=read.manifest.simulated, as_of=read.manifest.as_of)
        _bring_in(pack, viewer)
    show_recorded(screen, done)


def _bring_in(pack: Pack, viewer: Viewer) -> int:
    """Bring in the city's ledgers where there are any; how many rows were new."""
    from innocity.actions.import_ledgers import import_ledgers

    if not any((VAR / pack.city.id).glob("*.csv")):
        return 0
    return sum(import_ledgers(pack, viewer, VAR).added.values())


@app.command()
def run(
    city: City,
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="innocity settle 写出的结果文件夹", show_default=False)],
    as_json: Json = False,
) -> None:
    """登记一次测算：哪个文件夹、哪版城市包和事实、结果的摘要。

    Register a settled run.
    """
    from innocity.packs.load import load_pack

    viewer, screen = operator(), Screen(as_json)
    from innocity.actions.register_run import register_run

    done = register_run(load_pack(city), viewer, folder)
    report = {"year": done.year, "hash": done.hash, "seal": done.seal, "supposed": done.supposed}
    word = "设想，不作权益依据" if done.supposed else "权益页以它的资金池系数为准"
    screen.show(report, lambda: screen.line(f"已登记 {done.year} 年度测算 {done.hash[:12]}（{word}）。", "green"))


@app.command()
def status(as_json: Json = False) -> None:
    """库里有什么：每本登记簿的来源、更新日期和现行事实数。

    What the database holds.
    """
    viewer, screen = operator(), Screen(as_json)
    from innocity.records import queries

    rows = [
        {"register": one.register, "name": one.name, "source": one.source, "refreshed_on": one.refreshed_on,
         "rows": one.rows} for one in queries.registers(viewer) if one.rows
    ]  # fmt: skip
    cells = ((r["name"], r["source"], r["refreshed_on"], f"{r['rows']:,}") for r in rows)
    screen.show({"registers": rows}, lambda: screen.table(("登记簿", "来源", "更新日期", ">现行事实"), cells))


def attach(
    city: City,
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="城市包里文件的编号", show_default=False)],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="原文文件", show_default=False)],
    checked_by: Annotated[
        str,
        typer.Option("--marking-checked-by", metavar="姓名", help="程序读不出的文件由谁看过没有密级"),
    ] = "",
    other_edition: Annotated[
        bool,
        typer.Option("--other-edition", help="不是城市包摘录的那个文件，如印发的 PDF；不和摘要逐条对照"),
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="换掉先前放入的；旧的留在库里，不再显示")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么换，记进审计日志")] = "",
    as_json: Json = False,
) -> None:
    """把一份文件的原文放进库，只在本机构内可看；标有密级的拒收。

    Attach the original of a document, or replace it; what is marked as secret is refused.
    """
    from innocity.packs.load import load_pack

    viewer, screen = operator(), Screen(as_json)
    from innocity.actions.attach_document import attach_document

    done = attach_document(
        load_pack(city), viewer, file.name, file.read_bytes(), original_of=document, marking_checked_by=checked_by,
        other_edition=other_edition, replace=replace, reason=reason,
    )  # fmt: skip
    for warning in done.warnings:
        screen.notice(f"{warning.code} {warning.message}：{warning.remedy}")
    report = {"document": document, "sha256": done.sha256, "other_edition": done.other_edition,
              "replaced": done.replaced, "warnings": [one.as_dict() for one in done.warnings]}  # fmt: skip
    told = "，是另一版，不和摘要逐条对照" if done.other_edition else ""
    gone = f"换下的（{done.replaced[:12]}）留在库里，不再显示；新的要重新公开。" if done.replaced else ""
    screen.show(report, lambda: screen.line(f"已放入 {document} 的原文（{done.sha256[:12]}）{told}。{gone}", "green"))


def detach(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="城市包里文件的编号", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="为什么撤下，记进审计日志")] = "",
    erase: Annotated[
        bool, typer.Option("--erase", help="连文件带文字一起删掉，不能恢复；以前的备份要另行处理")
    ] = False,
    as_json: Json = False,
) -> None:
    """撤下一份文件的原文：已公开的也收回；误传的涉密文件加 --erase 删掉。

    Take the original of a document away again, or erase it.
    """
    viewer, screen = operator(), Screen(as_json)
    from innocity.actions.remove_original import remove_original

    done = remove_original(viewer, document, reason, erase=erase)
    report = {"document": document, "sha256": done.sha256, "erased": done.erased}
    what = "已撤下，不再给人看"
    if erase:
        what = "已删除，只留下编号、摘要值和理由" if done.erased else "已撤下；另有材料是同样的内容，文件没有删"
    screen.show(report, lambda: screen.line(f"{document} 的原文（{done.sha256[:12]}）{what}。", "green"))


def snapshot(
    city: City,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="默认 var/<城市>/snapshots", show_default=False),
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="日期", help="事实登记到哪一天；默认今天")] = None,
    as_json: Json = False,
) -> None:
    """把库里现行的事实写成事实文件夹，以摘要命名；没有变动的登记簿不重写。

    Write the current facts as a folder of facts, named by its hash.
    """
    from innocity.packs.load import load_pack

    viewer, screen, pack = operator(), Screen(as_json), load_pack(city)
    from innocity.actions.take_snapshot import take_snapshot

    with screen.working("取快照") as step:
        taken = take_snapshot(
            pack, viewer, out or VAR / pack.city.id / "snapshots", as_of=day_of(as_of), progress=step
        )  # fmt: skip
    report = {"folder": str(taken.folder), "hash": taken.hash, "rows": taken.rows, "written": list(taken.written)}
    screen.show(
        report, lambda: _render_snapshot(screen, then_settle(city, pack.city.id, taken.folder), report, taken.new)
    )


def _render_snapshot(screen: Screen, then: str, report: dict[str, Any], new: bool) -> None:
    word = f"写出 {report['folder']}" if new else f"没有变动，沿用 {report['folder']}"
    screen.line(f"{word}：{report['rows']:,} 行，重写 {len(report['written'])} 本登记簿。", "green")
    screen.line(then)


def verify(
    anchors: Annotated[
        Path | None,
        typer.Option("--anchors", metavar="FILE", help="另存的锚定文件；默认库旁边的", show_default=False),
    ] = None,
    facts: Annotated[bool, typer.Option("--facts/--no-facts", help="也逐行核对事实与审计记录")] = True,
    keep: Annotated[bool, typer.Option("--keep", help="核对无误后锚定末条：在锚定文件里添一行")] = False,
    as_json: Json = False,
) -> None:
    """核对审计日志没有被改、删、调序、插入或截断，事实与写入时相同，公开的都有公开它的记录。

    Verify the audit log, the facts it speaks of, and that what is public was published.
    """
    viewer, screen = operator(), Screen(as_json)
    from innocity.actions.verify_audit import must_be_whole, verify_audit

    done = verify_audit(viewer, anchors=anchors, facts=facts, keep=keep)
    report = {"entries": done.entries, "facts": done.rows, "head": done.head[1],
              "findings": [{"kind": f.kind, "seq": f.seq, "text": f.text} for f in done.findings]}  # fmt: skip
    if done.whole:
        text = f"审计日志 {done.entries:,} 条、事实 {done.rows:,} 行，核对无误。"
        screen.show(report, lambda: screen.line(text, "green"))
        return
    if not as_json:
        screen.table(("处", ">编号", "发现"), ((f.kind, f.seq or "", f.text) for f in done.findings))
    must_be_whole(done)


def show_recorded(screen: Screen, done: Recorded) -> None:
    """What was recorded, and what was there already."""
    added, same = sum(done.added.values()), sum(done.same.values())
    report = {"entry": done.entry, "added": done.added, "same": done.same}
    screen.show(report, lambda: screen.line(f"登记 {added:,} 行，已登记过的 {same:,} 行跳过。", "green"))
