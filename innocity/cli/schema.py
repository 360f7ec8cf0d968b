"""`innocity schema`: JSON Schemas of a city's files, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from innocity.cli.options import Json
from innocity.cli.screen import Screen


def schema(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="写到哪个文件夹", show_default=False)],
    as_json: Json = False,
) -> None:
    """写出城市各种文件的 JSON Schema，供编辑器补全和查错。

    Write JSON Schemas.
    """
    from innocity.packs.schema import write_schemas

    screen = Screen(as_json)
    files = write_schemas(out)
    report = {"folder": str(out), "files": [f.name for f in files]}
    screen.show(report, lambda: screen.line(f"写出 {len(files)} 个文件到 {out}：{'、'.join(report['files'])}"))
