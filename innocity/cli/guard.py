"""The program's outermost layer: every failure ends as a code, what, where and what to do next.

Exit codes: 0 done, 1 an error of the city, the facts or a case, 2 a command written wrongly.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from innocity.core.errors import InnoCityError, InnoCityErrors, Place, register_codes

register_codes(
    {
        "E-USAGE": ("命令写法不对", "a command is written wrongly"),
        "E-INTERNAL": ("程序内部出错", "the program itself failed"),
        "E-FILE-ACCESS": ("文件读不了或写不了", "a file cannot be read or written"),
    }
)
USAGE, FAILED = 2, 1
# typer's own usage errors: the class above BadParameter, wherever the installed version keeps it.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


class Guarded(TyperGroup):
    """The group of all commands; nothing that fails inside leaves as a traceback."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run a command line. `--json` decides how errors are told, `--debug` adds the traceback."""
        words = list(sys.argv[1:] if args is None else args)
        plain = [w for w in words if w != "--debug"]
        if not plain or {"-h", "--help"} & set(plain):
            _chinese_help()
        if not standalone_mode:
            return super().main(plain, prog_name, complete_var, False, windows_expand_args, **extra)
        try:
            code = super().main(plain, prog_name, complete_var, False, windows_expand_args, **extra)
        except Exception as error:
            if "--debug" in words:
                traceback.print_exc(file=sys.stderr)
            found = _as_known(error)
            tell(found, "--json" in words)
            code = USAGE if found.code == "E-USAGE" else FAILED
        sys.exit(code if isinstance(code, int) else 0)


def _chinese_help() -> None:
    """The frames of help pages in Chinese; typer keeps their words in a module of constants."""
    from typer import rich_utils

    words = {
        "ARGUMENTS_PANEL_TITLE": "参数",
        "OPTIONS_PANEL_TITLE": "选项",
        "COMMANDS_PANEL_TITLE": "命令",
        "DEFAULT_STRING": "[默认：{}]",
        "ENVVAR_STRING": "[环境变量：{}]",
        "REQUIRED_LONG_STRING": "[必填]",
    }
    for name, text in words.items():
        setattr(rich_utils, name, text)
    for kind in (TyperCommand, TyperGroup):
        if not hasattr(kind.get_help_option, "chinese"):
            kind.get_help_option = _help_in_chinese(kind.get_help_option)  # type: ignore[method-assign]


def _help_in_chinese(ask: Callable[..., Any]) -> Callable[..., Any]:
    """What gives a command its option --help, whose text is then ours."""

    def asked(*words: Any) -> Any:
        option = ask(*words)
        if option is not None:
            option.help = "看用法（Show this message and exit）"
        return option

    asked.chinese = True  # type: ignore[attr-defined]
    return asked


#: What click says of a command written wrongly, and how we say it.
_SAID = (
    (re.compile(r"Missing argument '(.+?)'"), "缺少参数 {}"),
    (re.compile(r"Missing option '(.+?)'"), "缺少选项 {}"),
    (re.compile(r"No such option: ?(\S+?)(?:[.\s]|$)"), "没有选项 {}"),
    (re.compile(r"No such command '(.+?)'"), "没有命令 {}"),
    (re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.+?)\)"), "多写了 {}"),
    (re.compile(r"Option '(.+?)' requires an argument"), "选项 {} 后面要写内容"),
)


def said(text: str) -> str:
    """What click says of a command written wrongly, Chinese first.

    >>> said("Missing argument 'CITY'.")
    "缺少参数 CITY（Missing argument 'CITY'.）"
    """
    for pattern, words in _SAID:
        if found := pattern.search(text):
            return f"{words.format(found[1])}（{text}）"
    return text


def _as_known(error: Exception) -> InnoCityError:
    """Any failure as an error with a code and a remedy."""
    if isinstance(error, InnoCityError):
        return error
    if isinstance(error, UsageError):
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "innocity"
        text = getattr(error, "format_message", lambda: str(error))()
        return InnoCityError("E-USAGE", f"命令写法不对：{said(text)}", Place(path=path), f"{path} --help 列出全部用法")
    if isinstance(error, typer.Abort):
        return InnoCityError("E-USAGE", "已中止")
    if isinstance(error, OSError) and error.filename is not None:
        text = f"{error.strerror}：{error.filename}"
        return InnoCityError("E-FILE-ACCESS", text, remedy="核对路径、权限和磁盘空间")
    remedy = "加 --debug 重跑，把打印的内容连同命令一起报告给维护者"
    return InnoCityError("E-INTERNAL", f"程序内部出错：{type(error).__name__}：{error}", remedy=remedy)


def tell(error: InnoCityError, as_json: bool) -> None:
    """Print an error, or several: on stdout as JSON, else on stderr."""
    every = error.errors if isinstance(error, InnoCityErrors) else (error,)
    if as_json:
        data: dict[str, Any] = {"error": every[0].as_dict()}
        if len(every) > 1:
            data["errors"] = [e.as_dict() for e in every]
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, soft_wrap=True)
    for one in every:
        console.print(Text.assemble(("错误 ", "bold red"), (one.code, "bold"), f"  {one.message}"))
        if one.place is not None and str(one.place):
            console.print(Text(f"  位置：{one.place}"))
        if one.remedy:
            console.print(Text(f"  怎么办：{one.remedy}"))
    if len(every) > 1:
        console.print(Text(f"共 {len(every)} 处错误"))
