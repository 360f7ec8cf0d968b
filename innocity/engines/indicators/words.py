"""Why a light is what it is, and what is needed from now: Chinese sentences that say only what the data say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from innocity.engines.indicators.model import Figure, Standing
from innocity.engines.indicators.phrases import (
    amount,
    day,
    figure_text,
    gap,
    goal_text,
    owner,
    path_name,
    percent,
    quoted,
    shares,
    value_text,
)
from innocity.engines.indicators.remarks import remarks
from innocity.packs.model import Indicator, Target

if TYPE_CHECKING:
    from innocity.engines.indicators.periods import Owed
    from innocity.engines.indicators.status import Reading


def why(standing: Standing, reading: Reading, figures: Sequence[Figure]) -> str:
    """The sentence of a light, with remarks on figures that were left aside."""
    text = WHY[reading.reason](standing, reading)
    return text + "".join(remarks(standing, reading, figures))


def _goal(standing: Standing) -> str:
    return goal_text(standing.target, standing.indicator, standing.value)


def _latest(standing: Standing) -> str:
    return figure_text(standing.latest, standing.indicator) if standing.latest else "没有数"


def _asks(standing: Standing) -> str:
    """What the target asks for and by when. Every piece between two marks is one template, to be put into English."""
    goal = _goal(standing)
    return f"到{day(standing.due)}要求{goal}" if standing.due else f"要求{goal}"


# --- why ---------------------------------------------------------------------------------------------------------


def _reached(standing: Standing, reading: Reading) -> str:
    text = f"{_latest(standing)}，已满足“{_goal(standing)}”"
    base = standing.baseline
    if base is not None and not standing.baseline_marked and reading.term.hold and standing.due:
        same = standing.latest is not None and standing.latest.on == base.on
        hold = f"要求的是保持到{day(standing.due)}"
        return f"{text}；这就是基数，{hold}。" if same else f"{text}；基数也已满足，{hold}。"
    return f"{text}。"


def _pace(standing: Standing, reading: Reading) -> str:
    term, latest = reading.term, standing.latest
    assert term.way is not None and latest is not None and latest.on is not None
    assert reading.expected is not None and reading.achieved is not None
    asked, gone = shares(reading.expected, reading.achieved)
    at = day(latest.on)
    value = amount(term.way.asked(latest.on), standing.indicator)
    if term.way.start[1] == 0 and term.year is not None:
        owed = _year_owed(standing, term.year, term.way.goal[1])
        said = [owed, f"到{at}按天应有全年的{asked}（{value}）", f"实有{gone}"]
    else:
        base = standing.baseline
        said = [f"自{base.when()}的{value_text(base, standing.indicator)}起"] if base else []
        said += [_asks(standing), path_name(standing.indicator)]
        if reading.expected == 0:
            first = {"batches": f"到{at}还没有到第一个批次", "steps": f"到{at}还没有到第一个年末台阶"}
            said.append(first.get(standing.indicator.path, f"到{at}还没有到第一个时点"))
            said.append("路径尚不要求下降" if reading.term.sign < 0 else "路径尚不要求增加")
            said.append(f"实际走了全程的{gone}")
        else:
            said += [f"到{at}应走完全程的{asked}（{value}）", f"实际走了{gone}"]
    return f"{_latest(standing)}；{'，'.join([*said, _verdict(reading)])}。"


def _year_owed(standing: Standing, year: int, goal: Fraction) -> str:
    """The figure of a whole year, and where it comes from if the year is one on the way."""
    whole, base, due = amount(goal, standing.indicator), standing.baseline, standing.due
    if goal == standing.value or base is None or due is None or standing.value is None:
        return f"{year}年全年应有{whole}"
    start, end = value_text(base, standing.indicator), amount(standing.value, standing.indicator)
    return f"{year}年全年应有{whole}（由{base.when()}的{start}走向{due.year}年的{end}）"


def _change(reading: Reading, left: str) -> str:
    """By how much a figure has to change. `left`: with its unit."""
    return f"下降{left}" if reading.term.sign < 0 else f"增加{left}"


def _verdict(reading: Reading) -> str:
    expected, achieved = reading.expected or Fraction(0), reading.achieved or Fraction(0)
    if reading.status == "met":
        return "不落后于序时进度"
    if expected == 0 or achieved <= 0:
        worse = "比基数还高" if reading.term.sign < 0 else "比基数还低"
        return "落后于序时进度" if achieved >= 0 else worse
    word = {"near": "略低于序时进度", "watch": "低于序时进度", "alert": "明显低于序时进度"}[reading.status]
    return f"{word}（为应有进度的{percent(achieved / expected)}）"


def _unmet(standing: Standing, reading: Reading) -> str:
    latest, goal = _latest(standing), _goal(standing)
    said = f"期限{day(standing.due)}的数已有：{latest}" if standing.due else latest
    if not standing.needed:
        return f"{said}，没有满足“{goal}”。"
    return f"{said}，没有满足“{goal}”，差{gap(standing.needed, standing.indicator)}。"


def _overshot(standing: Standing, reading: Reading) -> str:
    return f"{_latest(standing)}，已超出“{_goal(standing)}”，这个数不会再降回来。"


def _not_held(standing: Standing, reading: Reading) -> str:
    share = percent(reading.achieved or Fraction(0))
    return f"{_latest(standing)}，没有保持住“{_goal(standing)}”，为应有水平的{share}。"


def _dipped(standing: Standing, reading: Reading) -> str:
    low = "、".join(figure_text(figure, standing.indicator) for figure in reading.dips)
    return f"{_latest(standing)}，满足“{_goal(standing)}”，但期间{low}，没有稳定住。"


def _overdue(standing: Standing, reading: Reading) -> str:
    owed = reading.owed
    assert owed is not None
    said = f"{owed.name}的数逾期未报"
    if not owed.known:
        said = f"{owed.name}的数逾期未报（发布时间没有登记，已过整整一个周期，按逾期计）"
    latest, goal = _latest(standing), _goal(standing)
    if standing.latest is None:
        return f"{said}，也没有任何可用的数。"
    if standing.reached:
        return f"{said}；最近的数：{latest}，当时满足“{goal}”。"
    return f"{said}；最近的数：{latest}，当时没有满足“{goal}”。"


def _nothing(standing: Standing, reading: Reading) -> str:
    owed = reading.owed
    if reading.status == "not_reported":
        return _overdue(standing, reading)
    start = standing.due.replace(month=1, day=1) if standing.due else None
    in_year = reading.term.year is not None and not reading.term.yearly
    if in_year and start and standing.as_of < start and reading.term.base is None:
        return f"目标说的是{start.year}年全年的数，这一年还没有开始，也没有以前年度的数可作基数。"
    return f"还没有任何可用的数；{_wait(owed, '第一个数的时期还没有结束')}。"


def _wait(owed: Owed | None, none: str) -> str:
    """What is awaited; where no release calendar is known, that it is not late yet is all one can say."""
    if owed is None:
        return none
    if owed.known:
        return f"{owed.name}的数未到发布期"
    return f"{owed.name}的数还没有报（发布时间没有登记，满一个周期才算逾期）"


def _only_base(standing: Standing, reading: Reading) -> str:
    wait = _wait(reading.owed, "下一个数的时期还没有结束")
    source = "首个观测值" if standing.baseline_marked else "基数"
    return f"只有{source}：{_latest(standing)}；{wait}，还看不出进度。" + f"{_asks(standing)}。"


def _awaited_end(standing: Standing, reading: Reading) -> str:
    wait = _wait(reading.owed, "期限当日的数还没有")
    latest, goal = _latest(standing), _goal(standing)
    until = f"期限{day(standing.due)}已到" if standing.due else "期限已到"
    if standing.reached:
        return f"{until}，{wait}；最近的数：{latest}，已满足“{goal}”。"
    return f"{until}，{wait}；最近的数：{latest}，还没有满足“{goal}”。"


def _no_deadline(standing: Standing, reading: Reading) -> str:
    latest, goal = _latest(standing), _goal(standing)
    if not standing.needed:
        return f"原文没有写期限，无从判断序时进度；{latest}，还没有满足“{goal}”。"
    left = gap(standing.needed, standing.indicator)
    return f"原文没有写期限，无从判断序时进度；{latest}，还没有满足“{goal}”，差{left}。"


def _no_base(standing: Standing, reading: Reading) -> str:
    return f"原文没有写基数，也没有期限内的数可作起点，无从判断“{_goal(standing)}”走了多少。"


def _no_base_day(standing: Standing, reading: Reading) -> str:
    return f"原文的基数没有写时期，路径无从起算；{_latest(standing)}，目标是“{_goal(standing)}”。"


def _no_value(standing: Standing, reading: Reading) -> str:
    latest, goal = _latest(standing), _goal(standing)
    if standing.baseline is None:
        return f"原文只说{goal}，没有写多少，期限前无从判断序时进度；最近{latest}。"
    base = figure_text(standing.baseline, standing.indicator)
    return f"原文只说{goal}，没有写多少，期限前无从判断序时进度；基数{base}；最近{latest}。"


def _nothing_no_deadline(standing: Standing, reading: Reading) -> str:
    goal = _goal(standing)
    if standing.target.operator == "increase" and standing.value is None:
        return f"原文没有写增加多少，没有写期限，也没有可用的数；目标是“{goal}”。"
    return f"原文没有写期限，也没有可用的数；目标是“{goal}”。"


def _nothing_no_start(standing: Standing, reading: Reading) -> str:
    due, goal = standing.due, _goal(standing)
    if due is not None and standing.as_of > due:
        return f"原文没有成文日期，也没有写基数，期限{day(due)}之前没有任何可用的数，无从判断“{goal}”是否做到。"
    return f"原文没有成文日期，也没有写基数，没有任何可用的数，无从判断“{goal}”是否做到。"


WHY: dict[str, Callable[[Standing, Reading], str]] = {
    "reached": _reached, "pace": _pace, "unmet": _unmet, "overshot": _overshot, "not_held": _not_held,
    "dipped": _dipped, "overdue": _overdue, "nothing": _nothing, "only_base": _only_base,
    "awaited_end": _awaited_end, "no_deadline": _no_deadline, "no_base": _no_base, "no_start": _nothing_no_start,
    "no_base_day": _no_base_day, "no_value": _no_value, "nothing_no_deadline": _nothing_no_deadline,
    "nothing_no_start": _nothing_no_start,
}  # fmt: skip


def no_number(target: Target, indicator: Indicator, figures: Sequence[Figure]) -> str:
    """A target without a number."""
    no_measure = "原文是定性要求，没有量化，无从判断是否做到。"
    no_figure = "原文只给出数量级，没有具体的数，无从判断是否做到。"
    known = [f for f in figures if f.indicator == indicator.id and f.scope == target.scope and f.on and not f.simulated]
    last = f"现有的数：{figure_text(known[-1], indicator)}。" if known else ""
    return (no_measure if target.operator == "qualitative" else no_figure) + last


# --- what is needed from now -------------------------------------------------------------------------------------


def next_step(standing: Standing, reading: Reading) -> str:
    """What is needed from now on."""
    who = owner(standing.target)
    if reading.status == "not_assessable":
        return _lacking(standing, reading, who)
    if reading.reason in ("unmet", "overshot"):
        return f"请{who}说明原因，报领导小组研究。"
    ask = f"请{who}补报{reading.owed.name}的数。" if reading.status == "not_reported" and reading.owed else ""
    if reading.term.yearly and reading.reached and not ask:
        return "当年已做到；每年从头算起，下一年照此推进。"
    if standing.due is not None and standing.as_of >= standing.due:
        return ask or ("目标期限已到，转入评估。" if standing.reached else f"待{who}报出期限当日的数。")
    if standing.reached:
        return ask + (f"保持现有水平至{day(standing.due)}。" if standing.due else "保持现有水平。")
    return ask + _rate(standing, reading)


def _lacking(standing: Standing, reading: Reading, who: str) -> str:
    if reading.reason in ("no_deadline", "nothing_no_deadline"):
        return f"请{who}明确期限并报数。" if standing.latest is None else f"请{who}明确期限。"
    if reading.reason == "nothing_no_start" or (standing.due and standing.as_of > standing.due):
        return f"如仍须考核，请{who}补报期限前的数。"
    if reading.reason in ("no_base", "no_start"):
        return f"请{who}补报基数和现状数。"
    return f"请{who}明确目标值。" if reading.reason == "no_value" else f"请{who}补充基数的时期。"


def _rate(standing: Standing, reading: Reading) -> str:
    """How much in how many batches, years or months."""
    indicator, left = standing.indicator, standing.needed
    if left is None:
        unsaid = "原文没有写增加多少；待第一个数报出后再算还需多少。"
        return unsaid if standing.value is None else "待第一个数报出后再算还需多少。"
    change = _change(reading, _more(standing, gap(left, indicator)))
    if standing.slots is None or standing.rate is None:
        return f"还须{change}。"
    each = gap(standing.rate, indicator)
    if standing.rate_unit == "批":
        return _batches(standing, reading, left)
    if indicator.path in ("cumulative", "yearly_registration") and reading.term.year is not None:
        return _in_year(standing, left, each)
    if standing.rate_unit == "年":
        if standing.latest is None:
            return f"还有{standing.slots}个年度，须{change}，平均每年{each}。"
        return f"还有{standing.slots}个年度（自{standing.latest.when()}的数算起），须{change}，平均每年{each}。"
    return f"还有{standing.slots}个月，须{change}，平均每月{each}。"


def _more(standing: Standing, value: str) -> str:
    return f"超过{value}" if standing.target.operator == ">" else value


def _in_year(standing: Standing, left: Fraction, each: str) -> str:
    assert standing.due is not None
    year, latest = standing.due.year, standing.latest
    asked = _more(standing, amount(left, standing.indicator))
    begun = latest is not None and latest.on is not None and latest.on.year == year
    if standing.indicator.path == "yearly_registration":
        rest, whole = f"{year}年还须重新入库{asked}", f"{year}年须重新入库{asked}（每年从零起算）"
    else:
        rest, whole = f"{year}年还须累计完成{asked}", f"{year}年须累计完成{asked}（每年从零起算）"
    return f"{rest if begun else whole}，平均每月{each}。"


def _batches(standing: Standing, reading: Reading, left: Fraction) -> str:
    """Batches that the figure does not hold yet, what they must bring net, and what lapses meanwhile."""
    latest = standing.latest or standing.baseline
    assert latest is not None
    slots = standing.slots
    since = f"{latest.when()}以后到期限共{slots}个认定批次" if standing.latest else f"基期以后到期限共{slots}个认定批次"
    each = f"平均每批{amount(standing.rate or Fraction(0), standing.indicator)}"
    if not standing.indicator.batches:
        each = f"{each}（批次数按每年一批估计）"
    said = f"{since}，须净增{amount(left, standing.indicator)}，{each}"
    return f"{said}；{_lapsing(standing)}"


def _lapsing(standing: Standing) -> str:
    computed = standing.computed
    if computed is not None and standing.due is not None and standing.due in computed.lapsing:
        lapsing = f"{computed.lapsing[standing.due]}{standing.indicator.unit or ''}"
        if computed.figure.simulated:
            return f"另有{lapsing}的资格将在期限前到期（登记簿为模拟数据），到期的也要补上。"
        return f"另有{lapsing}的资格将在期限前到期，到期的也要补上。"
    return "净增之外，期间到期、撤销减少的也要补上，减少多少没有登记簿可查。"


# --- milestones --------------------------------------------------------------------------------------------------


def milestone(standing: Standing, figures: Sequence[Figure]) -> str:
    """Whether an event has come to pass."""
    done, due, name = standing.latest, standing.due, standing.indicator.name
    if done is not None:
        on = done.on or done.observed_on
        when = done.when() if done.period_text else day(on) if on else ""
        if due and on and on > due:
            return f"{quoted(name)}已完成（{when}，{done.source}），迟于期限{day(due)}。"
        return f"{quoted(name)}已完成（{when}，{done.source}）。"
    mine = [f for f in figures if f.indicator == standing.indicator.id and f.scope == standing.target.scope]
    fake = "另有模拟数据，不作评价依据。" if any(f.simulated for f in mine) else ""
    if due is None:
        return f"原文没有写期限，也没有登记{quoted(name)}已完成。" + fake
    if standing.as_of > due:
        return f"期限{day(due)}已过，没有登记{quoted(name)}已完成。" + fake
    if standing.as_of == due:
        return f"今天是期限，还没有登记{quoted(name)}已完成。" + fake
    return f"期限{day(due)}未到，还没有登记{quoted(name)}已完成。" + fake


def milestone_next(standing: Standing) -> str:
    """What a milestone needs."""
    who = owner(standing.target)
    if standing.reached:
        return "已完成，备齐佐证材料。"
    if standing.due is None:
        return f"请{who}明确期限；完成后登记日期和佐证材料。"
    if standing.as_of > standing.due:
        return f"请{who}说明情况；如已完成，补登完成日期和佐证材料。"
    days = (standing.due - standing.as_of).days
    if days > 0:
        return f"还有{days}天；完成后由{who}登记日期和佐证材料。"
    return f"今天到期；完成后由{who}登记日期和佐证材料。"


def beside(standing: Standing) -> str:
    """What the registers give beside what is observed; empty where nothing is computed."""
    if standing.computed is None:
        return ""
    figure = standing.computed.figure
    value, difference = amount(figure.value, standing.indicator), standing.difference
    text = f"登记簿算得{value}（模拟数据，不作评价依据）" if figure.simulated else f"登记簿算得{value}（不作评价依据）"
    if difference is None:
        return f"{text}。" + standing.computed.note
    at = f"{standing.latest.when()}的观测值" if standing.latest else "观测值"
    by = gap(abs(difference), standing.indicator)
    more, less = f"{text}，比{at}多{by}。", f"{text}，比{at}少{by}。"
    return (f"{text}，与{at}相同。" if difference == 0 else more if difference > 0 else less) + standing.computed.note


def indicator_line(indicator: Indicator) -> str:
    """Unit, source and caliber of an indicator, missing ones said."""
    parts = [f"单位：{indicator.unit or '无'}", f"统计口径：{indicator.caliber or '原文没有写'}"]
    core = {True: "是", False: "否"}.get(indicator.core if isinstance(indicator.core, bool) else None)  # type: ignore[arg-type]
    parts.append(f"核心指标：{core or '目标表缺失，不明'}")
    return "；".join(parts)
