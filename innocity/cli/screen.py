"""What a command shows: results on stdout, as tables or as JSON; notices and progress on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from innocity.core.errors import InnoCityError

PLAIN_WIDTH = 120  # where nothing tells how wide the output is
Column = str  # a heading; ">" in front sets the column to the right
SIMULATED = "模拟数据：企业、机构和人员均为程序生成，不对应任何真实单位。"
ESTIMATE = "以上均为测算，未经主管部门核定，不是应付金额。"


class Screen:
    """One command's output. With `as_json`, stdout holds one JSON value and nothing else."""

    def __init__(self, as_json: bool = False) -> None:
        self.as_json = as_json
        self._left_out: list[dict[str, Any]] = []

    def left_out(self, faults: Iterable[InnoCityError]) -> None:
        """Recorded lines that the result goes without: people read of them on stderr, programs under `left_out`."""
        for one in faults:
            self._left_out.append(one.as_dict())
            if not self.as_json:
                remedy = f"  怎么办：{one.remedy}" if one.remedy else ""
                _console(stderr=True).print(
                    f"没有算进去：{one.place or ''} [{one.code}] {one.message}{remedy}", style="yellow", markup=False,
                    highlight=False, soft_wrap=True,
                )  # fmt: skip

    def show(self, data: Any, render: Callable[[], None]) -> None:
        """The result: as JSON, or as `render` prints it."""
        if self.as_json:
            if self._left_out and isinstance(data, dict):
                data = {**data, "left_out": self._left_out}
            sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain) + "\n")
        else:
            render()

    def line(self, text: str = "", style: str | None = None) -> None:
        """A line of text, wrapped at the edge; nothing in it is taken for markup."""
        _console().print(text, style=style, markup=False, highlight=False, soft_wrap=not sys.stdout.isatty())

    def raw(self, text: str) -> None:
        """Text to be copied as it is: never wrapped."""
        sys.stdout.write(text)

    def title(self, text: str) -> None:
        """A heading."""
        self.line()
        self.line(text, "bold")

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
        """A table; columns whose heading begins with ">" are set to the right."""
        from rich.table import Table
        from rich.text import Text

        if title:
            self.title(title)
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in columns:
            right = name.startswith(">")
            table.add_column(
                Text(name.removeprefix(">")), justify="right" if right else "left", no_wrap=right, overflow="fold"
            )
        for row in rows:
            table.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
        _console().print(table)

    def notice(self, text: str) -> None:
        """A remark beside the result, on stderr."""
        _console(stderr=True).print(text, style="dim", markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def working(self, text: str) -> Iterator[Callable[[str], None]]:
        """Something that takes a while: call what this yields with the step now under way.

        Steps are shown where stderr is a terminal; elsewhere they would only fill a log.
        """
        console = _console(stderr=True)
        if not console.is_terminal:
            yield lambda step: None
            return
        with console.status(text, spinner="dots") as status:
            yield lambda step: status.update(f"{text}：{step}")

    @contextmanager
    def counting(self, text: str) -> Iterator[Callable[[str, int, int], None]]:
        """A bar: call what this yields with the step's name, how much is done and how much there is."""
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        bar = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn(),
            console=_console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
        )  # fmt: skip
        with bar:
            task = bar.add_task(text)

            def advance(step: str, done: int, whole: int) -> None:
                bar.update(task, description=f"{text}：{step}", completed=done, total=whole)

            yield advance


def _console(stderr: bool = False) -> Console:
    """A console on the stream as it is now (tests put others in their place)."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    known = stream.isatty() or "COLUMNS" in os.environ
    return Console(stderr=stderr, width=None if known else PLAIN_WIDTH)


def _plain(value: object) -> object:
    """What JSON has no word for: dates, paths, fractions as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    if hasattr(value, "as_dict"):
        return value.as_dict()
    raise TypeError(f"{type(value).__name__} has no JSON form")
