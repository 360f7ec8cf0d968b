"""Tables as they stand in a text: lines of cells between tabs, and what the heads of their columns say they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innocity.engines.reading.flow import plain

MOST_COLUMNS = 40
LONGEST_HEAD = 40  # characters of a column's head
LONGEST_CAPTION = 60
_BRACKETED = re.compile(r"\([^()]{0,20}\)")
_PAID = re.compile(r"奖|补|助|贴|支持|扶持|配套|激励")
_SUM_HEAD = re.compile(r"标准|金额|额度|资金|比例|数额|限额|奖金|档次|元")
#: A column of one kind of support: 购房补贴, 生活补助.
_PAID_HEAD = re.compile(r"(?!获|受|已|享)[^,]{0,6}(?:奖励|补助|补贴|资助|奖补|津贴|安家费)")
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ordinal", re.compile(r"^(?:序号|编号|序|号)$")),
    ("person", re.compile(r"领导|责任人|负责人|联系人|联络员|姓名|电话")),
    ("lead", re.compile(r"牵头|主办|第一责任")),
    ("cooperating", re.compile(r"配合|协办|参与|参加|协同")),
    ("responsible", re.compile(r"责任|承办|落实(?:单位|部门)|实施(?:单位|部门)|负责(?:单位|部门)|分工")),
    ("due", re.compile(r"时限|时间|期限|节点|进度|备注|依据|联系")),
    ("measure", re.compile(r"^(?:计量)?单位$")),
    ("indicator", re.compile(r"指标(?:名称|内容)?$|^目标(?:名称|内容)$")),
    ("past", re.compile(r"基期|基数|现状|实际|完成(?:值|情况|数)|现值|上年")),
    ("aim", re.compile(r"20[0-9]{2}年?|目标(?:值|数)?$")),
    ("task", re.compile(r"任务|工作|举措|措施|事项|要点|重点|内容")),
    ("object", re.compile(r"项目|对象|类别|类型|平台|称号|等级|级别|奖项|名称|条件|档次|品种|情形|范围|层次")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its place in the text as given without blanks around, and its words with marks made alike.

    `text` has no blanks, `lines` has them: several names may stand one under the other.
    """

    start: int
    end: int
    text: str
    lines: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its role (`ordinal`, `lead`, `sum`, ... or nothing) and its head, of two rows joined by |."""

    role: str
    head: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read: `kind` is tasks, benefits or targets; rows hold a cell a column."""

    start: int
    end: int
    kind: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def column(self, *roles: str) -> list[int]:
        """The places of the columns that have one of these roles."""
        return [n for n, c in enumerate(self.columns) if c.role in roles]


def find_tables(source: str) -> tuple[Table, ...]:
    """The tables of a text whose heads say what they hold; others stay lines of the text.

    >>> t = find_tables("分工表\\n序号\\t任务\\t牵头单位\\n1\\t做好甲\\t市科技局\\n")[0]
    >>> t.kind, [c.role for c in t.columns], t.rows[0][1].text
    ('tasks', ['ordinal', 'task', 'lead'], '做好甲')
    """
    if "\t" not in source:
        return ()
    marks = plain(source)
    found: list[Table] = []
    run: list[list[Cell]] = []
    caption = ""
    place = blank = 0
    for line in [*marks.split("\n"), "", ""]:  # two empty lines end a table; one stands where lines end with CR LF
        cells = _cells(line, place)
        blank = 0 if line.strip() else blank + 1
        if cells:
            run.append(cells)
        elif not blank or blank > 1:
            if len(run) > 1 and (table := _table(run, caption)):
                found.append(table)
            run = []
            caption = line.strip()[:LONGEST_CAPTION] or caption
        place += len(line) + 1
    return tuple(found)


def _cells(line: str, place: int) -> list[Cell]:
    """The cells of a line; none where it is no row of a table."""
    if "\t" not in line or not line.strip():
        return []
    found = []
    for piece in line.split("\t")[:MOST_COLUMNS]:
        text = piece.strip()
        start = place + len(piece) - len(piece.lstrip()) if text else place
        found.append(Cell(start, start + len(text), re.sub(r"\s+", "", text), text))
        place += len(piece) + 1
    return found


def _table(run: list[list[Cell]], caption: str) -> Table | None:
    while len(run) > 2 and len({c.text for c in run[0] if c.text}) == 1:  # a title over all columns
        caption = next(c.text for c in run[0] if c.text)[:LONGEST_CAPTION]
        run = run[1:]
    width = max(map(len, run))
    if width < 2:
        return None
    first = [c.text for c in run[0]]
    deep = 2 if len(run) > 2 and _goes_on(first, [c.text for c in run[1]]) else 1
    heads = _heads(first, [c.text for c in run[1]] if deep == 2 else [], width)
    columns = tuple(Column(_role(h, caption), h) for h in heads)
    kind = _kind(columns)
    if kind is None:
        return None
    rows = tuple(tuple(r) + (Cell(r[-1].end, r[-1].end, ""),) * (width - len(r)) for r in run[deep:])
    last = max(c.end for c in run[-1])
    return Table(run[0][0].start, last, kind, caption, columns, rows)


def _goes_on(first: list[str], second: list[str]) -> bool:
    """Whether a second row belongs to the head: where the first has a wide cell, it names the columns below."""
    if any(re.search(r"[0-9]", t) and not re.search(r"20[0-9]{2}年", t) for t in second):
        return False
    blank = [n for n, t in enumerate(first) if not t and n < len(second) and second[n]]
    same = [n for n, t in enumerate(first) if t and n < len(second) and second[n] in (t, "")]
    return bool(blank) and bool(same)


def _heads(first: list[str], second: list[str], width: int) -> list[str]:
    heads, wide = [], ""
    for n in range(width):
        top = first[n] if n < len(first) else ""
        low = second[n] if n < len(second) else ""
        wide = top or wide
        heads.append(f"{wide}|{low}" if low and low != wide else top)
    return heads


def _role(head: str, caption: str) -> str:
    if not head or len(head) > LONGEST_HEAD:
        return ""
    top = head.partition("|")[0]
    bare = _BRACKETED.sub("", top)
    if _SUM_HEAD.search(top) and (_PAID.search(top) or (_PAID.search(caption) and "标准" in caption)):
        return "sum"
    if bare == "支持政策" or _PAID_HEAD.fullmatch(bare):
        return "sum"
    whole = _BRACKETED.sub("", head.rpartition("|")[2])
    return next((role for role, pattern in _ROLES if pattern.search(whole) or pattern.search(bare)), "")


def _kind(columns: tuple[Column, ...]) -> str | None:
    roles = {c.role for c in columns}
    if "sum" in roles and len(roles - {"sum", ""}) > 0:
        return "benefits"
    if "indicator" in roles and "aim" in roles:
        return "targets"
    if roles & {"lead", "responsible"} and roles & {"task", "object", "indicator"}:
        return "tasks"
    return None
