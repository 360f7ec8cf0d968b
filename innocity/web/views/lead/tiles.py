"""What the cockpit shows of targets: tiles, the worst first, and all lights by theme."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from innocity.actions.overview import Overview
from innocity.actions.report_input import aim, answering, chapter, main_document, names
from innocity.core.errors import InnoCityError
from innocity.engines.indicators.figures import usable
from innocity.engines.indicators.forecast import LEAST, Forecast
from innocity.engines.indicators.model import Figure, Light, Standing
from innocity.engines.indicators.phrases import gap, value_text
from innocity.packs.model import Document, Pack
from innocity.web.outlook import outlook_of

#: Lights from the worst to the best; what cannot be judged stands last.
WORST_FIRST: tuple[Light, ...] = (
    "alert", "watch", "near", "not_reported", "met", "not_due", "to_come", "not_assessable",
)  # fmt: skip
#: Tiles on the wall: as many as can be read from three metres.
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Tile:
    """One target: `value` without its unit, `left` what is still to go, `line` the figures over time."""

    one: Standing
    value: str
    unit: str
    goal: str
    left: str
    who: tuple[str, ...]
    line: tuple[tuple[date, float], ...]
    ahead: Forecast | None = None

    @property
    def anew(self) -> int | None:
        """The year of the deadline, where its figure is counted from nought and the year has none yet."""
        due, latest = self.one.due, self.one.latest
        if not self.left or due is None or self.one.indicator.path not in ("cumulative", "yearly_registration"):
            return None
        return None if latest and latest.on and latest.on.year == due.year else due.year

    @property
    def when(self) -> str:
        """The period of the figure; empty where there is none."""
        return self.one.latest.when() if self.one.latest else ""


@dataclass(frozen=True, slots=True)
class Theme:
    """A chapter of the main document, or another document: the lights of its targets."""

    name: str
    document: str
    article: str
    lights: tuple[Standing, ...]


def ordered(standings: Iterable[Standing]) -> list[Standing]:
    """The worst first; within a light those that have a figure, then by deadline."""
    return sorted(
        standings,
        key=lambda one: (WORST_FIRST.index(one.light), one.latest is None, one.due or date.max, _pace(one)),
    )


def _pace(one: Standing) -> float:
    """How much of what was asked for by now is there."""
    return float(one.achieved / one.expected) if one.expected and one.achieved is not None else 1.0


def tiles(state: Overview, number: int = SHOWN) -> list[Tile]:
    """The wall: of targets that can be judged the worst, then those nearest to their deadline."""
    judged = ordered(one for one in state.board.distinct if one.status != "not_assessable")
    return [tile(state, one) for one in judged[:number]]


def tile(state: Overview, one: Standing) -> Tile:
    """One target as a tile."""
    value, unit = _split(one)
    return Tile(
        one, value, unit, aim(one), _left(one), units_of(state.pack, one), line_of(state.board.figures, one),
        chance_of(state, one),
    )  # fmt: skip


def _split(one: Standing) -> tuple[str, str]:
    """The latest value, and its unit where it stands at the end."""
    if one.latest is None or one.target.operator == "milestone":
        return "", ""
    text, unit = value_text(one.latest, one.indicator), one.latest.unit or ""
    return (text.removesuffix(unit), unit) if unit and text.endswith(unit) else (text, "")


def _left(one: Standing) -> str:
    """What is still to go; empty where the target is reached, or nothing can be told."""
    return gap(one.needed, one.indicator) if one.needed and not one.reached else ""


def units_of(pack: Pack, one: Standing) -> tuple[str, ...]:
    """The names of those who answer for a target today."""
    return names(pack, answering(pack, one.target.units, one.as_of))


def line_of(figures: Iterable[Figure], one: Standing) -> tuple[tuple[date, float], ...]:
    """The figures of a target's indicator and scope by day; nothing where there are fewer than two."""
    indicator, scope = one.indicator, one.target.scope
    mine = [f for f in figures if (f.indicator, f.scope) == (indicator.id, scope) and usable(f, indicator)]
    found = sorted((f.on, float(f.value)) for f in mine if f.on is not None and f.on <= one.as_of)
    return tuple(found) if len(found) > 1 else ()


def chance_of(state: Overview, one: Standing) -> Forecast | None:
    """The forecast for the deadline of a target that is still to come; None where there are too few figures."""
    if one.due is None or one.value is None or one.reached or one.due <= state.as_of:
        return None
    if len(line_of(state.board.figures, one)) < LEAST:
        return None
    found = outlook_of(state, one)
    return found if found is not None and found.method else None


def main_of(state: Overview) -> Document | None:
    """The document that the cockpit is about; None where the city has none with targets on that day."""
    try:
        return main_document(state.pack, state.as_of)
    except InnoCityError:
        return None


def themes(state: Overview) -> list[Theme]:
    """All targets: those of the main document by chapter, those of others by document; each light the worst first."""
    pack = state.pack
    chosen = main_of(state)
    main = chosen.id if chosen else ""
    groups: dict[tuple[str, str], list[Standing]] = {}
    for one in state.board.distinct:
        document, _, article = one.target.article.partition("#")
        name = _chapter(pack, document, article) if document == main else ""
        groups.setdefault((document, name), []).append(one)
    found = [_theme(pack, document, name, rows) for (document, name), rows in groups.items()]
    return sorted(found, key=lambda theme: theme.document != main)


def _theme(pack: Pack, document: str, name: str, rows: Sequence[Standing]) -> Theme:
    title = pack.documents[document].title if document in pack.documents else document
    return Theme(name or f"《{title}》", document, rows[0].target.article.partition("#")[2], tuple(ordered(rows)))


def _chapter(pack: Pack, document: str, article: str) -> str:
    """The title of the chapter of an article: as reports group targets."""
    found = next((one for one in pack.documents[document].articles if one.id == article), None)
    return chapter(pack, document, (found.path or "", found.title)) if found else ""
