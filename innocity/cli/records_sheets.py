"""`innocity records template`, `import` and `export`: registers as spreadsheets, in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, Json
from innocity.cli.records import DatabaseVar, operator, show_recorded
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError, Place

if TYPE_CHECKING:
    from innocity.actions.check_import import Preview

_SHOWN = 20  # problems and changes on the screen
Register = Annotated[str, typer.Argument(metavar="REGISTER", help="登记簿的编号，如 qualification", show_default=False)]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="写到哪个文件：.xlsx 或 .csv", show_default=False)]


def template(city: City, register: Register, out: Out, as_json: Json = False) -> None:
    """写出一本登记簿的导入模板：中文表头、示例、下拉和填写说明。

    Write the sheet that an office fills in for a register.
    """
    from innocity.packs.load import load_pack

    screen, viewer, pack = Screen(as_json), operator(), load_pack(city)
    from innocity.actions.sheet_template import template as make

    _written(out, make(pack, viewer, register, _kind(out)))
    screen.show({"file": str(out), "register": register}, lambda: screen.line(f"已写出模板 {out}。", "green"))


def export(city: City, register: Register, out: Out, as_json: Json = False) -> None:
    """把一本登记簿现行的事实导出成表格，改后可以再导入。

    Export the current facts of a register.
    """
    from innocity.packs.load import load_pack

    screen, viewer, pack = Screen(as_json), operator(), load_pack(city)
    from innocity.actions.export_sheet import export_register

    raw = export_register(pack, viewer, register, "csv" if _kind(out) == "csv" else "xlsx")
    _written(out, raw)
    report = {"file": str(out), "register": register, "bytes": len(raw)}
    screen.show(report, lambda: screen.line(f"已导出 {out}（{len(raw) / 1024:,.0f} KB）。", "green"))


def import_(
    city: City,
    register: Annotated[
        str, typer.Argument(metavar="[REGISTER]", help="登记簿的编号；不写则导入命令行登记的台账", show_default=False)
    ] = "",
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="填好的表格：.xlsx 或 .csv", show_default=False)
    ] = None,
    var: DatabaseVar = VAR,
    commit: Annotated[bool, typer.Option("--commit", help="没有错就导入；不写只预览")] = False,
    errors: Annotated[
        Path | None, typer.Option("--errors", metavar="FILE", help="有错时把原表加上“错误与改法”写到这里")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="名称", help="工作簿里用哪一张工作表")] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="改动已登记事实的理由")] = "",
    as_json: Json = False,
) -> None:
    """从表格导入一本登记簿：先核对并预览，加 --commit 才写入，全部写入或都不写。

    不写登记簿和文件时，导入命令行登记的台账（var/<城市>/*.csv）。

    Check a filled-in sheet, show what it would change, and with --commit record it.
    """
    from innocity.packs.load import load_pack

    screen, pack = Screen(as_json), load_pack(city)
    if not register:
        from innocity.actions.import_ledgers import import_ledgers

        show_recorded(screen, import_ledgers(pack, operator(), var))
        return
    if file is None or not file.is_file():
        raise InnoCityError("E-USAGE", f"没有文件 {file or ''}".strip(), None, "在登记簿后面写上填好的表格文件")
    viewer = operator()
    from innocity.actions.check_import import check_import
    from innocity.actions.import_sheet import commit_import

    preview = check_import(pack, viewer, register, file.name, _read(file), sheet=sheet)
    if preview.problem_count and errors is not None:
        from innocity.actions.export_sheet import errors_file

        _written(errors, errors_file(preview))
    if not commit or preview.problem_count:
        screen.show(preview.as_dict(), lambda: _show(screen, preview, errors))
    if commit:
        done = commit_import(pack, viewer, preview, reason=reason)
        report = {**preview.as_dict(), "entry": done.entry}
        text = f"新增 {done.new:,} 行，更正 {done.changed:,} 行，{done.same:,} 行与登记的相同。"
        screen.show(report, lambda: screen.line(text, "green"))


def _show(screen: Screen, preview: Preview, errors: Path | None) -> None:
    screen.line(
        f"{preview.file}：{preview.rows:,} 行，新增 {preview.new:,}，更正 {preview.changed:,}，"
        f"相同 {preview.same:,}，有错 {preview.wrong_rows:,} 行（{preview.problem_count:,} 处）。"
    )
    if preview.passed_over:
        screen.line(f"示例 {preview.passed_over} 行，跳过。")
    changes = list(preview.changes(_SHOWN))
    if changes:
        cells = ((c.line, c.fact_id, c.party, "\n".join(f"{n}：{a or '空'} → {b or '空'}" for n, a, b in c.columns))
                 for c in changes)  # fmt: skip
        screen.table((">行", "事实编号", "主体", "改动"), cells, "要更正的")
    if preview.problems:
        found = preview.problems[:_SHOWN]
        rows = ((preview.line(p), p.column, f"{p.message}（{p.code}）", p.remedy) for p in found)
        screen.table((">行", "列", "错误", "改法"), rows, "错误")
        rest = preview.problem_count - len(found)
        if rest > 0:
            screen.line(f"还有 {rest:,} 处。")
        screen.line(f"全部写在 {errors}。" if errors else "加 --errors 文件.xlsx，可得到标明错误的原表。")
    elif preview.new or preview.changed:
        screen.line("没有错误。加 --commit 导入。", "green")
    else:
        screen.line("没有要写入的。", "green")


def _kind(path: Path) -> str:
    """By the name's ending. Error: E-USAGE."""
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("xlsx", "csv"):
        raise InnoCityError("E-USAGE", f"不认识的文件类型 {path.name}", None, "文件名以 .xlsx 或 .csv 结尾")
    return kind


def _read(file: Path) -> bytes:
    """The bytes of a file, one byte more than is accepted at most."""
    from innocity.actions.workbook_guard import MAX_FILE

    with file.open("rb") as opened:
        return opened.read(MAX_FILE + 1)


def _written(path: Path, raw: bytes) -> Any:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    except OSError as error:
        raise InnoCityError(
            "E-USAGE", f"写不进 {path}：{error.strerror}", Place(str(path)), "检查文件夹的权限"
        ) from None


def add_to(app: typer.Typer) -> None:
    """The commands of this file, among those of `records`."""
    for name, command in (("template", template), ("import", import_), ("export", export)):
        app.command(name)(command)
