"""Page and type of official papers after GB/T 9704-2012, in twips (1/20 point) and half points.

A4 with a top margin of 37 mm and a left margin of 28 mm; the type area is 156 mm by 225 mm: 22 lines of 28
characters of size 3 (16 point). Title size 2 (22 point) in 小标宋, first headings 黑体, second 楷体, all else 仿宋.
Page numbers are size 4 (14 point) between dashes, at the outer side, 7 mm below the type area.
"""

from __future__ import annotations

from dataclasses import dataclass


def twips(millimetres: float) -> int:
    """Millimetres as twips, rounded down, so that what is set never exceeds the type area.

    >>> twips(25.4)
    1440
    """
    return int(millimetres * 1440 / 25.4)


WIDTH, HEIGHT = 11906, 16838  # A4
TOP, LEFT = twips(37), twips(28)
RIGHT = WIDTH - LEFT - twips(156) - 1
BOTTOM = HEIGHT - TOP - twips(225) - 1
TEXT_WIDTH, TEXT_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
LINES, CHARACTERS = 22, 28
LINE = TEXT_HEIGHT // LINES  # the height of a line: 28.95 points
#: Added to each character so that 28 of 16 points fill 156 mm (they would be 158 mm wide).
TIGHTER = TEXT_WIDTH // CHARACTERS - 320
CHARACTER = 320 + TIGHTER
FOOTER = BOTTOM - twips(7) - 280  # from the lower edge of the page to that of a line of size 4
SIZE = {"2": 44, "3": 32, "4": 28, "small4": 24, "5": 21, "small5": 18}  # half points
RED = "D7000F"


@dataclass(frozen=True, slots=True)
class Font:
    """A typeface as offices name it, with the names under which others have it."""

    name: str
    others: tuple[str, ...]
    family: str = "roman"


TITLE = Font("方正小标宋简体", ("方正小标宋_GBK", "小标宋", "SimSun"))
BODY = Font("仿宋_GB2312", ("仿宋", "FangSong"), "modern")
KAI = Font("楷体_GB2312", ("楷体", "KaiTi"), "modern")
HEI = Font("黑体", ("SimHei",), "swiss")
SONG = Font("宋体", ("SimSun",))
FONTS = (TITLE, BODY, KAI, HEI, SONG)
LATIN = "Times New Roman"
