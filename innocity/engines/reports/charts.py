"""Charts as pictures, drawn by matplotlib with a Chinese typeface of the machine; else as tables."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from innocity.engines.reports.blocks import Chart, Column, Table

#: Typefaces in the order of preference: (file name, face within a collection of faces).
FACES = (
    ("NotoSansSC-Regular.otf", 0), ("NotoSansCJKsc-Regular.otf", 0), ("SourceHanSansSC-Regular.otf", 0),
    ("NotoSansCJK-Regular.ttc", 2), ("SourceHanSans.ttc", 2), ("msyh.ttc", 0), ("simhei.ttf", 0), ("simsun.ttc", 0),
    ("wqy-microhei.ttc", 0), ("wqy-zenhei.ttc", 0), ("PingFang.ttc", 2), ("STHeiti Light.ttc", 1), ("uming.ttc", 0),
    ("DroidSansFallbackFull.ttf", 0),
)  # fmt: skip
FOLDERS = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts", "/System/Library/Fonts",
    "/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
_DPI = 200
_INK, _PALE = "#222222", "#D9DEE4"


@cache
def chinese_face() -> tuple[Path, int] | None:
    """A typeface with Chinese characters on this machine; None where there is none."""
    there: dict[str, Path] = {}
    for folder in FOLDERS:
        root = Path(folder).expanduser()
        if root.is_dir():
            for path in sorted(root.rglob("*.*")):
                there.setdefault(path.name, path)
    return next(((there[name], face) for name, face in FACES if name in there), None)


@dataclass
class Pictures:
    """Draws charts; without a face for Chinese it draws none, and the data stand as tables."""

    face: tuple[Path, int] | None = field(default_factory=chinese_face)

    def png(self, chart: Chart) -> bytes | None:
        """The chart as a PNG of 150 mm width; None where no Chinese typeface was found."""
        if self.face is None or not chart.bars:
            return None
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        height = 0.55 + 0.27 * len(chart.bars) + 0.35
        figure = Figure(figsize=(5.9, height), dpi=_DPI)
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        (_pace if chart.kind == "pace" else _counts)(axes, chart, self._font)
        figure.tight_layout(pad=0.4)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    def _font(self, size: float) -> Any:
        from matplotlib.font_manager import FontPath, FontProperties

        assert self.face is not None  # asked for only while drawing
        path, face = self.face
        return FontProperties(fname=FontPath(str(path), face), size=size)


def _frame(axes: Any, chart: Chart, font: Any) -> None:
    """Names of the rows from top to bottom, no box around."""
    axes.set_yticks(range(len(chart.bars)), [bar.name for bar in chart.bars], fontproperties=font(8))
    axes.invert_yaxis()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(_PALE)
    axes.tick_params(length=0, colors=_INK)
    for label in axes.get_xticklabels():
        label.set_fontproperties(font(7.5))
    axes.grid(axis="x", color=_PALE, linewidth=0.5)
    axes.set_axisbelow(True)


def _counts(axes: Any, chart: Chart, font: Any) -> None:
    """Stacked bars of counts; each part that is wide enough says how many."""
    whole = max((sum(bar.values) for bar in chart.bars), default=1) or 1
    for row, bar in enumerate(chart.bars):
        left = 0.0
        for value, color in zip(bar.values, chart.colors, strict=True):
            axes.barh(row, value, left=left, color=color, height=0.62)
            if value / whole > 0.03:
                ink = "white" if _dark(color) else _INK
                axes.text(left + value / 2, row, f"{value:g}", ha="center", va="center", color=ink,
                          fontproperties=font(7.5))  # fmt: skip
            left += value
    _legend(axes, chart, font)
    axes.set_xlim(0, whole)
    _frame(axes, chart, font)


def _pace(axes: Any, chart: Chart, font: Any) -> None:
    """A bar for how far, a tick for how far it should be, in per cent of the way; out of range at the edge."""
    low, high = -10, 125
    for row, bar in enumerate(chart.bars):
        achieved, expected = (min(max(value, low), high) for value in bar.values)
        fill = "none" if bar.hollow else chart.colors[0]
        axes.barh(row, achieved, color=fill, edgecolor=chart.colors[0], linewidth=0.8, height=0.5)
        axes.plot([expected, expected], [row - 0.38, row + 0.38], color=chart.colors[1], linewidth=1.8)
        axes.text(high + 3, row, bar.printed, va="center", color=_INK, fontproperties=font(7.5))
    axes.axvline(100, color=_INK, linewidth=0.6, linestyle=(0, (3, 2)))
    axes.axvline(0, color=_INK, linewidth=0.6)
    axes.set_xlim(low, high + 32)
    axes.set_xticks([0, 25, 50, 75, 100], ["0", "25%", "50%", "75%", "100%"])
    _legend(axes, chart, font)
    _frame(axes, chart, font)


def _legend(axes: Any, chart: Chart, font: Any) -> None:
    from matplotlib.patches import Patch

    handles = [Patch(color=color, label=name) for name, color in zip(chart.series, chart.colors, strict=True)]
    columns = min(len(handles), 7)
    axes.legend(handles=handles, loc="lower center", bbox_to_anchor=(0.45, 1.0), ncols=columns, frameon=False,
                prop=font(7.5), handlelength=1.0, columnspacing=1.0, handletextpad=0.4, borderpad=0.1)  # fmt: skip


def _dark(color: str) -> bool:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return red * 299 + green * 587 + blue * 114 < 150_000


def as_table(chart: Chart) -> Table:
    """The data of a chart as a table: what stands in for the picture, and beside it on a page of a site."""
    if chart.kind == "pace":
        columns = (Column("指标", 3), *(Column(name, 1, "right") for name in chart.series))
        rows = tuple((bar.name, *(f"{value:.1f}%" for value in bar.values)) for bar in chart.bars)
    else:
        columns = (Column("", 3), *(Column(name, 1, "right") for name in chart.series))
        rows = tuple((bar.name, *(f"{value:g}" for value in bar.values)) for bar in chart.bars)
    return Table(chart.caption, columns, rows, note=chart.note)
