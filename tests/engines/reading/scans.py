"""Scanned pages as offices send them: drawn at 150 dots an inch, turned a little, with noise; of an invented city."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

FONTS = sorted(Path("/usr/share/fonts").rglob("NotoSerifCJK*.ttc")) + sorted(
    Path("/usr/share/fonts").rglob("NotoSansCJK*.ttc")
)
WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dots an inch
RED, BLACK = (200, 20, 20), (25, 25, 25)
LEFT, RIGHT, SIZE, STEP = 160, 1080, 33, 58  # a body in size three: 16 points
#: Each a page: the words as printed, paragraph by paragraph.
HEADED = (
    "汀洲市人民政府文件",
    "汀政发〔2024〕17号",
    "汀洲市人民政府关于支持企业研发的若干措施",
    "各县区人民政府，市政府各部门：",
    "一、对首次认定的高新技术企业，每家一次性奖励30万元；重新认定的，奖励15万元。",
    "二、企业委托高校开展研发的，按实际支付费用的20%给予补助，同一企业每年不超过80万元。",
    "三、到2027年，全市研发投入占地区生产总值比重达到3.2%以上。",
    "汀洲市人民政府",
    "2024年9月6日",
)
ARTICLES = (
    "第四条 支持平台建设。对新批准的国家级、省级重点实验室，分别给予500万元、200万元奖励。"
    "（责任单位：市科技局、市财政局）",
    "第五条 支持成果转化。技术合同年成交额超过3000万元的，按成交额的1.5‰给予奖励，最高60万元。（责任单位：市科技局）",
    "第六条 支持引进人才。企业新引进的博士，每人每月发放生活补贴4000元，"
    "期限不超过36个月。（责任单位：市人力资源社会保障局）",
    "第七条 本措施自2024年10月1日起施行，有效期5年。以上含本数，由市科技局负责解释。",
)
TABLE_TITLE = "重点任务分工表"
TABLE = (
    ("序号", "重点任务", "牵头单位", "配合单位", "完成时限"),
    ("1", "认定企业45家", "市科技局", "市税务局", "2025年11月"),
    ("2", "开工中试基地", "市工信局", "市财政局", "2025年6月"),
    ("3", "举办对接会8场", "市商务局", "市科协", "全年"),
    ("4", "选派科技副总", "市委组织部", "市科技局", "2025年9月"),
)


def need_font() -> None:
    """Skip, by name, where no Chinese font is installed."""
    if not FONTS:
        pytest.skip("no Chinese font to draw a page with (apt-get install fonts-noto-cjk)")


def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONTS[0]), size)


def _page() -> tuple[Any, Any]:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    return image, ImageDraw.Draw(image)


def _wrapped(draw: Any, top: int, paragraph: str, indent: bool = True) -> int:
    """Write a paragraph between the margins; where the next begins."""
    font, x = _font(SIZE), LEFT + (2 * SIZE if indent else 0)
    for c in paragraph:
        wide = font.getlength(c)
        if x + wide > RIGHT and c not in "，。；、）”%‰":
            x, top = LEFT, top + STEP
        draw.text((x, top), c, fill=BLACK, font=font)
        x += wide
    return top + STEP


def _centred(draw: Any, top: int, words: str, size: int, fill: tuple[int, int, int]) -> int:
    font = _font(size)
    draw.text(((WIDTH - font.getlength(words)) / 2, top), words, fill=fill, font=font)
    return int(top + size * 1.7)


def red_header() -> Any:
    """The first page of a red-header document: red name and line, number, title, text, a seal over the date."""
    image, draw = _page()
    top = _centred(draw, 170, HEADED[0], 78, RED)
    top = _centred(draw, top + 20, HEADED[1], SIZE, BLACK)
    draw.line((LEFT, top + 8, RIGHT, top + 8), fill=RED, width=4)
    top = _centred(draw, top + 60, HEADED[2], 44, BLACK) + 20
    top = _wrapped(draw, top, HEADED[3], indent=False)
    for paragraph in HEADED[4:7]:
        top = _wrapped(draw, top, paragraph)
    font = _font(SIZE)
    for n, words in enumerate(HEADED[7:]):
        draw.text((RIGHT - 120 - font.getlength(words), top + 60 + n * STEP), words, fill=BLACK, font=font)
    draw.ellipse((RIGHT - 330, top - 30, RIGHT - 110, top + 190), outline=(225, 70, 70), width=5)
    return _worn(image, 0.5, 9)


def articles() -> Any:
    """A dense page of articles on grey paper, a little blurred."""
    from PIL import ImageFilter

    image, draw = _page()
    top = 150
    for paragraph in ARTICLES:
        top = _wrapped(draw, top, paragraph)
    draw.text((WIDTH / 2 - 40, HEIGHT - 110), "— 3 —", fill=BLACK, font=_font(28))
    return _worn(image.filter(ImageFilter.GaussianBlur(0.7)), -0.5, 14, paper=228)


def table() -> Any:
    """A table of work with ruled lines."""
    image, draw = _page()
    _centred(draw, 140, TABLE_TITLE, 44, BLACK)
    edges = (110, 200, 500, 700, 900, 1130)
    for n, row in enumerate(TABLE):
        top = 250 + n * 90
        for k, words in enumerate(row):
            draw.rectangle((edges[k], top, edges[k + 1], top + 90), outline=BLACK, width=2)
            draw.text((edges[k] + 14, top + 26), words, fill=BLACK, font=_font(29))
    return _worn(image, 0.5, 9)


def _worn(image: Any, degrees: float, noise: float, paper: int = 250) -> Any:
    """The page as a scanner gives it: turned, noise of so many grey levels, paper that is not white."""
    import numpy as np
    from PIL import Image

    turned = image.rotate(degrees, resample=Image.Resampling.BICUBIC, fillcolor="white")
    dots = np.asarray(turned, dtype=float) * (paper / 255)
    grain = np.random.default_rng(7).normal(0, noise, dots.shape[:2])[:, :, None]
    return Image.fromarray(np.clip(dots + grain, 0, 255).astype("uint8"))


def as_pdf(pages: Sequence[Any]) -> bytes:
    """The pages as a PDF that holds pictures only."""
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=150, save_all=True, append_images=list(pages[1:]), quality=70)
    return out.getvalue()


def accuracy(found: str, printed: str) -> float:
    """Share of the printed characters that were recognised: one less the edits needed; blanks and the width of marks
    left out.

    >>> accuracy("奖励 30万元,", "奖励30万元，"), accuracy("奖励30元", "奖励30万元")
    (1.0, 0.8333333333333334)
    """
    one, two = (_bare(text) for text in (found, printed))
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, 1):
        last, row[0] = row[0], i
        for j, b in enumerate(two, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (a != b))
    return 1 - row[-1] / max(1, len(two))


def _bare(text: str) -> str:
    from innocity.engines.reading.flow import plain

    return "".join(plain(text).split())
