"""Words of the language of policy documents. No proper noun of any place stands here."""

from __future__ import annotations

import re

#: Measure words of indicators, longest first.
UNITS = (
    "个百分点", "百分点", "平方公里", "万平方米", "平方米", "万标准箱", "亿千瓦时", "万千瓦时", "万千瓦",
    "千瓦时", "千瓦",
    "万亿元", "亿美元", "万美元", "亿欧元", "亿元", "万元", "元", "万吨", "吨", "公里", "万亩", "亩", "公顷",
    "万人次", "人次",
    "人年", "万人", "人日", "台套", "台(套)", "场次", "小时", "分钟", "工作日", "天", "%", "‰", "家", "个",
    "项", "件", "名",
    "人", "位", "条", "所", "支", "台", "套", "座", "处", "次", "种", "类", "批", "款", "部", "年", "倍", "艘",
    "辆", "户",
    "篇", "期", "场", "株", "头", "册", "张", "片", "亿", "万", "成", "对", "间", "床", "架", "层", "门", "本", "组",
)  # fmt: skip
UNIT = "|".join(re.escape(u) for u in UNITS)

#: Last characters of a public body's name.
BODY = (
    "局|委|办|办公室|部|厅|会|院|行|府|府〔管委〕|协|联|社|台|馆|队|中心|公司|集团|大学|学院|学校|支行|分行|分局|管委|管委会|工委|"
    "党校|法院|检察院|银行|法制办|研究所|园|园区|开发区|高新区|新区|街道|镇|镇街|区市|县区|部门|单位|市|区|县|处|所|站|署|团市委|企业"
)
_BODY = re.compile(rf"(?:{BODY})(?:[〔(][^〕)]{{1,40}}[〕)])?$")

#: Words that say what sort of event opens a benefit; the first that occurs decides.
TRIGGERS = (
    ("重新认定", "认定"), ("认定", "认定"), ("备案", "备案"), ("登记", "登记"), ("入库", "入库"), ("评价", "评价"),
    ("考核", "评价"), ("评估", "评价"), ("核定", "核定"), ("批复", "批复"), ("获批", "批复"), ("批准", "批复"),
    ("立项", "立项"),
    ("验收", "验收"), ("授权", "授权"), ("获得", "获奖"), ("获奖", "获奖"), ("入选", "入选"), ("列入", "入选"),
    ("评选", "评选"),
    ("上市", "上市"), ("新设立", "设立"), ("设立", "设立"), ("建设", "建设"), ("升级", "升级"), ("引进", "引进"),
)  # fmt: skip

GATES = (
    ("一事一议", "一事一议"), ("择优", "择优"), ("评选", "评选"), ("揭榜挂帅", "评选"), ("绩效评价", "绩效"),
    ("绩效", "绩效"),
    ("考核", "考核"), ("评审", "评审"), ("综合评定", "评审"),
)  # fmt: skip

PAYERS = (
    "省级财政", "市级财政", "县级财政", "区级财政", "市财政", "省财政", "县财政", "区财政", "市县两级财政",
    "市区两级财政",
    "省市两级", "各级财政", "所在区县", "受益财政", "同级财政", "中央财政", "专项资金", "地方财政",
)  # fmt: skip

#: Verbs of what is promised, by strength.
STRENGTH = (
    "给予",
    "奖励",
    "补助",
    "资助",
    "补贴",
    "配套",
    "优先",
    "择优",
    "支持",
    "鼓励",
    "引导",
    "加大",
    "推荐",
    "免费",
)


def is_body(name: str) -> bool:
    """Whether a name ends as names of public bodies end.

    >>> is_body("市财政局"), is_body("市文化")
    (True, False)
    """
    return bool(_BODY.search(name))


def first_of(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    """What a table says of the first of its words that the text holds.

    >>> first_of(GATES, "择优给予"), first_of(GATES, "给予")
    ('择优', None)
    """
    return next((meaning for word, meaning in table if word in text), None)
