"""The command line: `innocity <command> ...`. Each command is one small file of this package.

Heavy modules are imported inside the commands, so that `innocity --help` answers at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from innocity.cli import (
    account,
    account_tokens,
    backup,
    cases,
    check,
    compare,
    convert,
    demo,
    describe,
    diff,
    draft,
    explain,
    figures,
    grade,
    index,
    indicators,
    inspect,
    match,
    near,
    observe,
    procedures,
    read,
    records,
    records_publish,
    records_sheets,
    reform,
    replay,
    report,
    rosters,
    schema,
    serve,
    settle,
    simulate,
    status,
    tasks,
    unit,
)
from innocity.cli.guard import Guarded

app = typer.Typer(
    cls=Guarded,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="InnoCity：把政策文件里的承诺算出来、查得到、说得清。（Official policy promises, executable.）",
    epilog="出错时打印代码、位置和怎么办；加 --debug 才打印内部细节。",
)


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="程序内部出错时打印细节，可放在命令的任何位置")] = False,
) -> None:
    """--debug is taken out of the command line before anything is parsed (innocity.cli.guard)."""


for name, command in (
    ("check", check.check), ("describe", describe.describe), ("simulate", simulate.simulate),
    ("convert", convert.convert), ("settle", settle.settle), ("explain", explain.explain), ("near", near.near),
    ("reform", reform.reform), ("replay", replay.replay), ("diff", diff.diff), ("schema", schema.schema),
    ("status", status.status), ("demo", demo.demo), ("tasks", tasks.tasks), ("unit", unit.unit),
    ("indicators", indicators.indicators), ("observe", observe.observe), ("figures", figures.figures),
    ("index", index.index), ("inspect", inspect.inspect), ("match", match.match), ("grade", grade.grade),
    ("rosters", rosters.rosters), ("procedures", procedures.procedures),
    ("report", report.report), ("read", read.read), ("draft", draft.draft), ("compare", compare.compare),
    ("attach", records.attach), ("detach", records.detach), ("snapshot", records.snapshot),
    ("verify", records.verify), ("backup", backup.backup), ("restore", backup.restore), ("serve", serve.serve),
):  # fmt: skip
    app.command(name)(command)
app.add_typer(cases.app, name="cases")
records_sheets.add_to(records.app)
records_publish.add_to(records.app)
app.add_typer(records.app, name="records")
account_tokens.add_to(account.app)
app.add_typer(account.app, name="account")
