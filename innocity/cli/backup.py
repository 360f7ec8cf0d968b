"""`innocity backup` and `innocity restore`: everything that an instance keeps, in one file."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from innocity.cli.options import City, Json
from innocity.cli.screen import Screen


def backup(
    city: City,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="写到哪里；默认 <城市>-<日期>.zip", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """把库、材料、台账和测算结果备份成一个文件；备份时照常使用。密钥不在里面，要另外保管。

    Back everything up into one file.
    """
    from innocity.packs.load import find_city
    from innocity.records.prepare import prepare
    from innocity.records.viewer import Viewer

    screen = Screen(as_json)
    name = find_city(city).name
    prepare(existing=True)
    from innocity.actions.back_up import back_up

    with screen.working("备份") as step:
        done = back_up(Viewer.operator(getpass.getuser()), out or Path(f"{name}-{date.today()}.zip"), step)
    rows = sum(done.rows.values())
    report = {"file": str(done.path), "sha256": done.hash, "rows": rows, "files": done.files, "bytes": done.size}
    text = f"已备份到 {done.path}：{rows:,} 行，{done.files} 个文件，{done.size / 1e6:.1f} MB，摘要 {done.hash[:12]}。"
    screen.show(report, lambda: screen.line(text, "green"))


def restore(
    city: City,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="innocity backup 写出的文件", show_default=False)],
    check: Annotated[bool, typer.Option("--check", help="只核对备份是否完整，什么也不改")] = False,
    as_json: Json = False,
) -> None:
    """把备份恢复到空的库里（SQLite 或 PostgreSQL 都行），并核对审计日志与每一行事实。

    Restore a backup into an empty instance.
    """
    import innocity.records  # noqa: F401  makes Django ready
    from innocity.actions.restore import check_backup
    from innocity.actions.restore import restore as bring_back
    from innocity.records.viewer import Viewer

    screen = Screen(as_json)
    with screen.working("核对" if check else "恢复") as step:
        operator = Viewer.operator(getpass.getuser())
        done = check_backup(file, step) if check else bring_back(operator, city, file, step)
    rows = sum(done.rows.values())
    report = {"city": done.city, "made_at": done.made_at, "rows": rows, "files": done.files, "head": done.audit[1],
              "restored": not check}  # fmt: skip
    word = "备份完整" if check else "已恢复并核对"
    text = f"{word}：{done.city}，{done.made_at} 的备份，{rows:,} 行，{done.files} 个文件，审计 {done.audit[0]:,} 条。"
    screen.show(report, lambda: screen.line(text, "green"))
