"""What stands on the lists of demand and supply of a simulated city: invented lines, pairs of them, events.

Nothing here is real. Each line says by which kind of party it is (`world.PREFIX`); which party, and on which day,
whoever records them decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Stage = Literal["proposed", "introduced", "agreed", "claimed", "confirmed", "fulfilled", "failed"]


@dataclass(frozen=True, slots=True)
class Line:
    """One listing: `kind` of `matching.yaml`, `by` a kind of party, `values` further columns as text."""

    kind: str
    side: Literal["demand", "offer"]
    by: str
    title: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)
    state: Literal["open", "pending", "refused", "closed"] = "open"


@dataclass(frozen=True, slots=True)
class Course:
    """What became of the n-th demand and the n-th offer of a kind: stages with how many days ago each was.

    `claimed`: one side says that they agreed; `confirmed`: the other one says so too. `sum` is in fen.
    """

    kind: str
    number: int
    stages: tuple[tuple[Stage, int], ...]
    sum: int = 0


@dataclass(frozen=True, slots=True)
class Meeting:
    """An event: planned for a day so many days ago (negative: to come); `text` is its record once it was held."""

    kind: str
    form: str
    title: str
    days: int
    text: str = ""


def _both(
    kind: str, demand: tuple[str, str, str], offer: tuple[str, str, str], both: Mapping[str, str],
    asked: Mapping[str, str] | None = None, given: Mapping[str, str] | None = None,
) -> tuple[Line, Line]:  # fmt: skip
    """A demand and the offer that answers it, each as (by, title, text)."""
    return (
        Line(kind, "demand", demand[0], demand[1], demand[2], {**both, **(asked or {})}),
        Line(kind, "offer", offer[0], offer[1], offer[2], {**both, **(given or {})}),
    )


FIRST = "1"  # as a division: the first one of the city
LINES: tuple[Line, ...] = (
    *_both("results",
           ("firm", "碳纤维预浸料表面缺陷在线检测", "产线每分钟三十米，要当场标出一毫米以上的缺陷。"),
           ("university", "复合材料缺陷的机器视觉识别", "已在实验线上连续跑过三个月，可按产线改造。"),
           {"field": "materials", "chain": "carbon", "words": "缺陷检测；机器视觉"},
           {"readiness": "6", "batch": "第一批", "words": "缺陷检测；机器视觉；高速"},
           {"readiness": "7", "batch": "第一批"}),
    *_both("results",
           ("firm", "海带多糖低温提取工艺", "现有工艺八十度以上，活性损失大，想降到五十度以下。"),
           ("institute", "海藻活性物质低温提取中试线", "五十度以下提取，日处理鲜料两吨。"),
           {"field": "biology", "chain": "marine", "words": "海带；提取"},
           {"readiness": "7", "batch": "第一批", "words": "海带；提取；活性"}, {"readiness": "6", "batch": "第二批"}),
    *_both("results",
           ("firm", "船用电机壳体减重三成", "强度和散热不降，单件成本不超过现在的一点二倍。"),
           ("university", "铝合金薄壁件铸造仿真与试制", "仿真、开模、试制一条龙，已做过两种壳体。"),
           {"field": "manufacturing", "chain": "vessel", "words": "轻量化；铸造"},
           {"readiness": "4", "batch": "第二批"}, {"readiness": "5", "batch": "第二批"}),
    *_both("orders",
           ("firm", "打印机外壳注塑外协，每月两万套", "自带模具，三个月一签。"),
           ("firm", "注塑车间余量，每月三万套", "二十台注塑机，可做外观件。"),
           {"chain": "information", "words": "注塑；外壳", "product": "part"},
           {"quantity": "20000"}, {"quantity": "30000"}),
    *_both("supply_chain",
           ("firm", "医用导管专用粒料，每年五十吨", "要有生物相容性报告。"),
           ("firm", "医用级高分子粒料", "已给三家导管厂供货，现货十吨。"),
           {"chain": "medical", "words": "粒料；医用", "product": "part", "batch": "第一批"},
           {"quantity": "50"}, {"quantity": "80"}),
    *_both("finance",
           ("firm", "扩建检测实验室缺流动资金", "设备已订，首付以后缺半年周转。"),
           ("bank", "成长期信用贷款", "看订单和研发投入，不要抵押。"),
           {"stage": "growth"}, {"loan": "1000万元"}, {"loan": "800万元", "product": "loan"}),
    *_both("finance",
           ("firm", "首轮股权融资", "样机已出，要钱做小批量。"),
           ("agency", "初创期股权投资", "单笔不超过两千万元，投后给市场资源。"),
           {"stage": "start_up"}, {"equity": "1000万元"}, {"equity": "2000万元", "product": "equity"}),
    *_both("bottleneck",
           ("firm", "医用传感器芯片替代", "进口件断供过两次，已有样片，缺验证经费。"),
           ("bank", "攻关项目贷款", "按立项文件放款，随项目进度支用。"),
           {"field": "electronics"}, {"loan": "1000万元"}, {"loan": "1500万元", "product": "loan"}),
    *_both("equipment",
           ("firm", "借扫描电镜看断口", "每月两三次，每次半天。"),
           ("university", "场发射扫描电镜开放机时", "工作日可约，按小时计费。"),
           {"words": "扫描电镜", "field": "materials"}, {}, {"product": "instrument"}),
    *_both("seconded",
           ("firm", "聘一名复合材料方向的科技副总", "每月到企业五天，带一个小组。"),
           ("university", "愿到企业任职的材料学教师", "做过两个企业横向项目。"),
           {"field": "materials", "words": "复合材料"}, {"words": "复合材料；热压罐"}),
    *_both("training",
           ("firm", "数控操作订单班，四十人", "第二学年进厂，毕业即录用。"),
           ("university", "数控技术专业可开订单班，六十人", "两个实训车间。"),
           {"words": "数控", "chain": "equipment"}, {"quantity": "40", "words": "数控；五轴"}, {"quantity": "60"}),
    *_both("services",
           ("firm", "小家电出口前的检测认证", "三个型号，要赶在订货会前拿到报告。"),
           ("agency", "机电产品检测与认证辅导", "从摸底到拿证，平均六周。"),
           {"service": "testing", "words": "检测；认证"}, {"field": "manufacturing", "words": "检测；认证；电磁兼容"},
           {"field": "electronics"}),
    *_both("joint_projects",
           ("firm", "近海水质监测浮标研制", "缺传感器标定的本事，愿出样机和海上试验。"),
           ("institute", "愿分担传感器标定", "有标定水槽和两名工程师。"),
           {"field": "environment", "words": "传感器"}, {"words": "传感器；浮标；标定"}),
    *_both("joint_platforms",
           ("firm", "钓竿新材料中试平台", "出厂房和一条旧线，想合伙改成中试线。"),
           ("institute", "愿出设备共建中试线", "可出缠绕机和检测设备。"),
           {"field": "materials", "chain": "fishing_tackle", "words": "中试；钓竿"}),
    *_both("talents",
           ("firm", "招三名电池管理工程师", "要有量产经验，解决住房。"),
           ("agency", "储能方向人才线索", "两名在谈，年内能到岗。"),
           {"field": "energy", "words": "电池"}, {"batch": "第一期"}, {"batch": "第一期"}),
    *_both("mentoring",
           ("firm", "精密加工企业入营", "良率卡在九成，想请人看工艺。"),
           ("agency", "工艺改善导师", "做过十年精密加工，每月驻厂两天。"),
           {"words": "精密加工", "field": "manufacturing", "batch": "第一期"}),
    *_both("premises",
           ("firm", "要三千平方米厂房", "层高六米以上，能上十吨行车。"),
           ("carrier", "五千平方米标准厂房", "水电已通，可分租。"),
           {"division": FIRST}, {"quantity": "3000"}, {"quantity": "5000"}),
    *_both("ip_pledge",
           ("firm", "两件发明专利出质", "评估报告半年内有效。"),
           ("bank", "专利质押贷款", "按评估值的六成放款。"),
           {"field": "materials"}, {"loan": "300万元"}, {"loan": "500万元"}),
    *_both("machines",
           ("firm", "扇贝分拣六台", "旺季每天十五吨，人手不够。"),
           ("firm", "水产分拣设备二十台", "按规格、按重量两种。"),
           {"words": "扇贝；分拣", "batch": "第一批"}, {"quantity": "6"}, {"quantity": "20"}),
    Line("results", "demand", "firm", "渔网防附着涂层", "要一年不清洗，对鱼无害。",
         {"field": "materials", "chain": "marine", "words": "涂层；防附着", "readiness": "5"}, "pending"),
    Line("finance", "demand", "firm", "设备更新贷款", "换四台加工中心。",
         {"stage": "mature", "loan": "600万元"}, "pending"),
    Line("services", "offer", "firm", "代写项目申报书", "包过。", {"service": "consulting"}, "refused"),
    Line("equipment", "demand", "firm", "借用高低温试验箱", "已在别处约到。", {"words": "高低温"}, "closed"),
)  # fmt: skip

COURSES: tuple[Course, ...] = (
    Course("results", 0, (("proposed", 86), ("introduced", 74), ("agreed", 52), ("fulfilled", 9)), 80_000_000),
    Course("results", 1, (("proposed", 40), ("introduced", 21))),
    Course("results", 2, (("proposed", 128),)),
    Course("orders", 0, (("proposed", 24), ("introduced", 17), ("claimed", 6)), 36_000_000),
    Course("supply_chain", 0, (("proposed", 45), ("claimed", 30), ("confirmed", 27)), 120_000_000),
    Course("finance", 0, (("proposed", 60), ("introduced", 51), ("agreed", 33), ("fulfilled", 12)), 500_000_000),
    Course("finance", 1, (("proposed", 70), ("introduced", 58))),
    Course("bottleneck", 0, (("proposed", 11),)),
    Course("equipment", 0, (("proposed", 33), ("failed", 26))),
    Course("training", 0, (("proposed", 95), ("introduced", 62))),
    Course("services", 0, (("introduced", 19), ("agreed", 8)), 6_800_000),
    Course("talents", 0, (("introduced", 37), ("failed", 15))),
    Course("premises", 0, (("proposed", 50), ("introduced", 44), ("agreed", 22), ("fulfilled", 4)), 54_000_000),
    Course("ip_pledge", 0, (("proposed", 7),)),
    Course("machines", 0, (("proposed", 14), ("introduced", 5))),
)

MEETINGS: tuple[Meeting, ...] = (
    Meeting("results", "visit_firm", "高校专家进企业把脉", 60, "看了三条产线，当场列出五个技术问题，两个已转成需求。"),
    Meeting("finance", "fair", "银企对接会", 50, "到会企业二十一家、银行四家，当场对上三家。"),
    Meeting("orders", "exhibition", "大企业外协件展示", 20, "展出外协件四十二种，六家留下样件报价。"),
    Meeting("results", "visit_institute", "企业进院校看成果", -12),
    Meeting("talents", "roadshow", "引才路演", -26),
    Meeting("training", "training", "订单班共建培训", -40),
)
#: What people write when they take a step of a matter, and what becomes of those that fail.
WORDS = (
    "与申请人核对过。", "情况属实，按程序办理。", "已告知下一步和要带的材料。", "看过现场，与填报一致。",
    "意见一致，记录在案。",
)  # fmt: skip
FAILED = "时间和价格都谈不拢，双方同意不再谈。"
TOPICS = (
    "碳纤维制品", "海洋食品加工", "医用耗材", "打印机耗材", "船舶焊接工艺", "钓具新材料", "水处理设备", "储能电池管理",
)  # fmt: skip
