"""Tables of files as lines of text: a row a line, cells between tabs, so that a reader of lines still sees columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

LONGEST_CELL = 600  # characters; a longer one holds an article, not a value
MOST_COLUMNS = 40
MOST_ROWS_DOWN = 2000  # rows that one cell may span


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table. One that only lays out a page gives the lines of its cells, one after another.

    >>> table_lines([["任务", "责任单位"], ["甲", "市科技局"]])
    ['任务\\t责任单位', '甲\\t市科技局']
    >>> table_lines([["指标", "数值"]])
    ['指标 数值']
    """
    filled = [r for r in rows if any(c.strip() for c in r)]
    wide = [r for r in filled if sum(1 for c in r if c.strip()) > 1]
    if len(wide) > 1 and all(len(c) <= LONGEST_CELL and "\t" not in c for r in filled for c in r):
        return ["\t".join(re.sub(r"\s+", " ", c).strip() for c in r) for r in filled]
    lines: list[str] = []
    for row in filled:
        texts = [c.strip() for c in row if c.strip()]
        lines += [" ".join(texts)] if not any("\n" in t for t in texts) else texts
    return lines


def grid(rows: Sequence[Sequence[tuple[str, int, int]]]) -> list[list[str]]:
    """Rows of cells (text, columns, rows that it spans) as a grid: blank beside a wide cell, repeated below a tall one.

    >>> grid([[("甲", 1, 2), ("乙", 2, 1)], [("丙", 1, 1), ("丁", 1, 1)]])
    [['甲', '乙', ''], ['甲', '丙', '丁']]
    """
    made: list[list[str]] = []
    down: dict[int, tuple[str, int]] = {}  # column -> what stands in it, for how many rows more
    for row in rows:
        cells = iter(row)
        line: list[str] = []
        below: dict[int, tuple[str, int]] = {}
        while len(line) < MOST_COLUMNS:
            n = len(line)
            if n in down:
                text, left = down[n]
                line.append(text)
                if left > 1:
                    below[n] = (text, left - 1)
                continue
            cell = next(cells, None)
            if cell is None:
                break
            text, across, rows_down = cell
            span = [text, *[""] * (min(across, MOST_COLUMNS) - 1)]
            if rows_down > 1:
                below |= {n + k: (t, min(rows_down, MOST_ROWS_DOWN) - 1) for k, t in enumerate(span)}
            line += span
        rest = {n: d for n, d in down.items() if n >= len(line)}
        down = below | {n: (t, left - 1) for n, (t, left) in rest.items() if left > 1}
        made.append(line)
    width = max(map(len, made), default=0)
    return [[c or "" for c, _ in zip_longest(line, range(width))] for line in made]
