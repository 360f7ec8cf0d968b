"""What indicators, observations, targets and tasks name of each other and of their surroundings."""

from __future__ import annotations

from collections.abc import Iterable

from innocity.core.errors import Place
from innocity.core.measures import unit_factor
from innocity.packs.invalid import suggest
from innocity.packs.model import Indicator, Observation, Target, Task
from innocity.packs.reference_base import References

#: Words for what a figure is broken down by, besides code lists.
_BREAKDOWNS = ("division", "zone")
#: Figures of these kinds have a unit of their own: 第 8 位, 增长 12.5%.
_OWN_UNIT = {"rank": ("位", "名"), "growth": ("%", "‰", "倍")}


class TargetReferences(References):
    """Checks all four; formulas are the compiler's, only their registers are checked here."""

    def check(self) -> None:
        """Add every reference that leads nowhere to the errors."""
        for indicator in self.pack.indicators.values():
            self.indicator(indicator)
        divisors = {i.id: i.formula.per.indicator for i in self.pack.indicators.values()
                    if i.formula and i.formula.per}  # fmt: skip
        self.circles(divisors, "formula", "指标互相作除数", "indicator")
        for observation in self.pack.observations:
            self.observation(observation)
        for target in self.pack.targets.values():
            self.target(target)
        for task in self.pack.tasks.values():
            self.task(task)
        parents = {task.id: task.parent for task in self.pack.tasks.values() if task.parent}
        self.circles(parents, "parent", "任务互为上级")
        self.task_links()

    def each(self, names: Iterable[str], known: Iterable[str], code: str, what: str, place: Place) -> None:
        ids = set(known)
        for name in names:
            self.need(name, ids, code, what, place)

    def scope(self, scope: str, place: Place) -> None:
        """`city`, a division or zone by its id, or a scope named in Chinese."""
        city = self.pack.city
        known = {"city", *(division.id for division in (*city.divisions, *city.zones))}
        if scope.isascii() and scope not in known:
            remedy = f"{suggest(scope, known)}；其他范围用中文写明，如 全省"
            self.errors.add("E-PACK-REFERENCE", f"没有区市或功能区 {scope}", place, remedy)

    def measure(self, unit: str | None, indicator: Indicator, place: Place) -> None:
        """A unit that can be converted to the indicator's; none means the indicator's own."""
        if unit is None or (indicator.unit is not None and unit_factor(unit, indicator.unit) is not None):
            return
        own = f"“{indicator.unit}”" if indicator.unit else "（没有单位）"
        text = f"单位“{unit}”与指标 {indicator.id} 的单位{own}不能换算"
        remedy = "改用指标的单位，或另立一个指标；原文的写法留在 as_written 或 note"
        self.errors.add("E-PACK-MEASURE", text, place, remedy)

    def known_indicator(self, name: str, place: Place) -> Indicator | None:
        self.need(name, self.pack.indicators, "E-PACK-INDICATOR", "指标", place)
        return self.pack.indicators.get(name)

    def indicator(self, indicator: Indicator) -> None:
        source = self.sources["indicator", indicator.id]
        self.scope(indicator.scope, source.place("scope"))
        if indicator.agency is not None:
            self.need_unit(indicator.agency, source.place("agency"))
        known = {*_BREAKDOWNS, *self.pack.codes}
        self.each(indicator.breakdowns, known, "E-PACK-CODE-LIST", "分组", source.place("breakdowns"))
        formula = indicator.formula
        if formula is not None:
            place = source.place("formula", "register")
            self.need(formula.register_, self.pack.registers, "E-PACK-REGISTER", "登记簿", place)
            if formula.per is not None:
                self.known_indicator(formula.per.indicator, source.place("formula", "per"))

    def observation(self, row: Observation) -> None:
        source = self.sources["observation", row.place]
        indicator = self.known_indicator(row.indicator, source.place("indicator"))
        self.scope(row.scope, source.place("scope"))
        if indicator is not None:
            kind = row.kind or indicator.kind
            if kind == indicator.kind or kind not in _OWN_UNIT:
                self.measure(row.unit, indicator, source.place("unit"))
            elif row.unit is not None and row.unit not in _OWN_UNIT[kind]:
                text = f"kind 是 {kind}，单位却是“{row.unit}”"
                remedy = f"单位写 {'、'.join(_OWN_UNIT[kind])} 之一"
                self.errors.add("E-PACK-MEASURE", text, source.place("unit"), remedy)
        # A document outside the pack is named by its title or number, an id is ASCII.
        if not row.document.isascii():
            return
        place = source.place("document")
        if self.need(row.document, self.pack.documents, "E-PACK-DOCUMENT", "文件", place) and row.article:
            known = {article.id for article in self.pack.documents[row.document].articles}
            self.need(row.article, known, "E-CITATION-UNKNOWN", "条目", source.place("article"))

    def target(self, target: Target) -> None:
        indicator = self.known_indicator(target.indicator, self.at(target, "indicator"))
        self.scope(target.scope, self.at(target, "scope"))
        self.each(target.units, self.pack.units, "E-PACK-UNIT", "责任单位", self.at(target, "units"))
        if indicator is not None:
            self.target_unit(target, indicator)
        place = self.at(target, "same_as")
        self.each(target.same_as, self.pack.targets, "E-PACK-TARGET", "目标", place)
        for other in (self.pack.targets[name] for name in target.same_as if name in self.pack.targets):
            if other.indicator != target.indicator:
                text = f"{target.id} 与 {other.id} 的指标不同，不会是同一目标"
                self.errors.add("E-PACK-TARGET", text, place, "核对 same_as 与两处的 indicator")
            if other.article.partition("#")[0] == target.article.partition("#")[0]:
                text = f"same_as 的 {other.id} 在同一份文件里"
                self.errors.add("E-PACK-TARGET", text, place, "same_as 只写其他文件的目标")

    def target_unit(self, target: Target, indicator: Indicator) -> None:
        """Growth is in per cent, a change of a percentage in points; all else is in the indicator's unit."""
        place = self.at(target, "unit")
        points = indicator.unit in ("%", "‰") and target.unit in ("个百分点", "百分点")
        if target.operator == "growth":
            if indicator.kind != "growth" and target.unit not in _OWN_UNIT["growth"]:
                text = f"operator: growth 的单位是“{target.unit or ''}”"
                self.errors.add("E-PACK-MEASURE", text, place, "单位写 % 或 倍")
        elif not (target.operator in ("delta", "increase") and points):
            self.measure(target.unit, indicator, place)

    def task(self, task: Task) -> None:
        tasks = self.pack.tasks
        for key in ("lead", "responsible", "cooperating"):
            place = self.at(task, key)
            self.each(getattr(task, key), self.pack.units, "E-PACK-UNIT", "责任单位", place)
        if task.parent is not None:
            self.need(task.parent, tasks, "E-PACK-TASK", "任务", self.at(task, "parent"))
        if task.phase is not None:
            place = self.at(task, "phase")
            if self.need(task.phase, tasks, "E-PACK-TASK", "阶段", place) and tasks[task.phase].kind != "phase":
                text = f"phase 所指的 {task.phase} 不是阶段（kind: {tasks[task.phase].kind}）"
                self.errors.add("E-PACK-TASK", text, place, "指向 kind: phase 的任务")
        self.each(task.targets, self.pack.targets, "E-PACK-TARGET", "目标", self.at(task, "targets"))
        self.each(task.clauses, self.pack.clauses, "E-PACK-CLAUSE", "条款", self.at(task, "clauses"))
        self.each(task.depends_on, tasks, "E-PACK-TASK", "前置任务", self.at(task, "depends_on"))
        self.each(task.same_as, tasks, "E-PACK-TASK", "任务", self.at(task, "same_as"))
        if task.from_ and task.due and task.due < task.from_:
            text = f"期限 {task.due} 早于开始日期 {task.from_}"
            self.errors.add("E-PERIOD-ORDER", text, self.at(task, "due"), "核对两个日期")

    def task_links(self) -> None:
        """Circles of `depends_on`; `same_as` leads to a task of another document that is followed up itself."""
        tasks = self.pack.tasks
        waiting = {task.id: set(task.depends_on) & set(tasks) for task in tasks.values()}
        while free := {name for name, before in waiting.items() if not before & set(waiting)}:
            waiting = {name: before for name, before in waiting.items() if name not in free}
        for name in sorted(waiting):
            text = f"任务 {name} 的前置任务绕了回来：{'、'.join(sorted(waiting[name] & set(waiting)))}"
            self.errors.add("E-PACK-CIRCLE", text, self.at(tasks[name], "depends_on"), "删去其中一处")
        for task in tasks.values():
            for other in (tasks[name] for name in task.same_as if name in tasks):
                if other.article.partition("#")[0] == task.article.partition("#")[0]:
                    text = f"same_as 的 {other.id} 在同一份文件里"
                    self.errors.add("E-PACK-TASK", text, self.at(task, "same_as"), "same_as 只写其他文件的任务")
                elif other.same_as:
                    text = f"same_as 的 {other.id} 自己又指向 {other.same_as[0]}"
                    self.errors.add("E-PACK-TASK", text, self.at(task, "same_as"), "直接指向最后那一项")
