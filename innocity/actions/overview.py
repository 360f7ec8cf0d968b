"""A city as of a date: lights, tasks, what to ask about, units, indices, joined.

    view = overview(load_pack("weihai"), date(2023, 12, 31))
    view.board.counts(), view.tasks.counts(), view.unit("wh_science", viewer="wh_science").score

The command line and the reports read this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from innocity.actions.composite_index import Recorded, indices
from innocity.actions.figures import CityFigures, city_board, city_figures, computed_values, facts_of
from innocity.actions.ledger import VAR
from innocity.actions.supervise import supervise
from innocity.actions.task_records import tasks_as_of
from innocity.actions.view_unit import UnitView, view_unit
from innocity.actions.withheld import NOTHING, Hidden
from innocity.core.errors import ErrorList, InnoCityError
from innocity.engines.index.model import IndexResult
from innocity.engines.indicators.model import Board, Computed
from innocity.engines.tasks.model import TaskBoard
from innocity.engines.tasks.supervision import SupervisionItem
from innocity.packs.model import Pack

__all__ = ["Overview", "overview"]


@dataclass(frozen=True, slots=True)
class Overview:
    """A city as of a date; `var` is where its ledgers lie, `facts` its folder of facts, where there is one.

    `known_on` says that what became known later was left out; `figures` is what the ledgers of figures hold;
    `faults` are lines of ledgers that could not be read and were left out: whoever shows the rest says so;
    `hidden` is what was recorded and kept back from whoever it is made for.
    """

    pack: Pack
    as_of: date
    var: Path
    board: Board
    tasks: TaskBoard
    supervision: tuple[SupervisionItem, ...] = ()
    facts: Path | None = None
    with_simulated: bool = True
    figures: CityFigures = field(default_factory=CityFigures)
    known_on: date | None = None
    faults: tuple[InnoCityError, ...] = ()
    hidden: Hidden = NOTHING

    @property
    def pending(self) -> int:
        """How many figures in it wait for approval: the public does not see them."""
        return sum(figure.pending for figure in self.board.figures)

    @property
    def simulated(self) -> bool:
        """Whether anything in it is simulated: figures, what registers give, states of tasks."""
        computed = any(one.figure.simulated for one in self.board.computed.values())
        return self.tasks.simulated or computed or any(figure.simulated for figure in self.board.figures)

    def unit(self, name: str, *, viewer: str | None = None) -> UnitView:
        """A unit by its id: its page, the lights of its targets, and its score for the `viewer` who may see it."""
        return view_unit(self.pack, name, self.board, self.tasks, viewer=viewer)

    def indices(self) -> dict[str, IndexResult | Recorded | InnoCityError]:
        """The composite indices; one that lacks values gives its error."""
        return indices(
            self.pack, self.as_of, self.var, self.facts, simulated=self.with_simulated,
            known_on=self.known_on, figures=self.figures, without=self.hidden.figures,
        )  # fmt: skip


def overview(
    pack: Pack, as_of: date, var: Path = VAR, *, facts: Path | None = None, simulated: bool = True,
    known_on: date | None = None, strict: bool = False, hidden: Hidden = NOTHING,
) -> Overview:  # fmt: skip
    """The state of a city from its folder, from what was recorded under `var/<city>`, and from its facts.

    `facts` defaults to `var/<city>/facts` where that is there. With `simulated=False` simulated records and
    facts are not looked at; with `known_on`, nothing that became known after that day. Lines of ledgers
    that cannot be read are `faults`; with `strict` they are raised. `hidden` figures and words are left out
    (`innocity.actions.withheld`). Errors: those of records and facts.
    """
    folder = facts_of(pack, var, facts)
    faults = ErrorList()
    tasks = tasks_as_of(
        pack, as_of, var, facts, simulated=simulated, known_on=known_on, faults=faults, hidden=hidden.words
    )  # fmt: skip
    figures = city_figures(pack, var, faults).without(hidden.figures)
    if strict:
        faults.raise_if_any()
    computed = _computed(pack, folder, as_of, var, simulated, figures, known_on)
    lights = city_board(pack, as_of, var, computed, known_on, figures)
    items = tuple(supervise(pack, as_of, var, facts=facts, board=tasks))
    return Overview(pack, as_of, var, lights, tasks, items, folder, simulated, figures, known_on, tuple(faults), hidden)


def _computed(
    pack: Pack, facts: Path | None, as_of: date, var: Path, simulated: bool, figures: CityFigures,
    known_on: date | None,
) -> dict[tuple[str, str], Computed]:  # fmt: skip
    """What the registers give beside the figures."""
    if facts is None:
        return {}
    found = computed_values(pack, facts, as_of, var, figures=figures, known_on=known_on)
    return {key: one for key, one in found.items() if simulated or not one.figure.simulated}
