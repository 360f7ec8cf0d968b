"""How benefits are claimed: what the text says of windows, materials, publicity, offices, exclusions, rules."""

from __future__ import annotations

import re

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Procedure
from innocity.engines.reading.sentences import sentences

_KINDS = (
    (
        "exclusion",
        re.compile(
            r"不予(?:支持|奖励|补助|受理|兑现|资助)|不得(?:申报|享受)|不再(?:享受|给予|支持)|取消[^,]{0,8}资格"
            r"|不重复(?:享受|奖励|支持)|就高不就低|追回"
        ),
    ),
    (
        "publicity",
        re.compile(r"公示[^,。;]{0,12}(?:[0-9一二三四五七十]{1,3}个?(?:工作日|天|日)|期)|(?:进行|予以|向社会)公示"),
    ),
    (
        "window",
        re.compile(
            r"(?:每年|[0-9]{1,2}月)[^。;]{0,24}(?:前|底|至|之间|期间)[^。;]{0,20}(?:申报|申请|提交|报送|受理)"
            r"|(?:申报|受理|申请)(?:时间|期限|截止)"
        ),
    ),
    (
        "materials",
        re.compile(r"(?:提交|提供|报送|附)[^。;]{0,30}(?:材料|证明|申请表|申报书|复印件|审计报告)|申报材料"),
    ),
    ("section", re.compile(r"(?:受理|咨询|联系)(?:科室|处室|单位|部门|电话|人)")),
    (
        "rule",
        re.compile(
            r"(?:实施细则|具体办法|申报指南|操作规程|管理办法)[^。;]{0,16}(?:另行|由[^。;]{2,20}(?:制定|会同)|执行)"
            r"|另行制定|另行(?:发布|通知)|由[^。;]{2,20}负责解释"
        ),
    ),
    ("review", re.compile(r"(?:初审|复审|评审|审核|核查|会审|审定)[^。;]{0,20}(?:后|并|提出|报)")),
    ("payment", re.compile(r"(?:资金|奖补)[^。;]{0,12}(?:拨付|兑现|下达)|免申即享")),
)


def procedures(doc: Flow) -> tuple[Procedure, ...]:
    """Sentences on procedure, one finding a sentence and kind.

    >>> from innocity.engines.reading.flow import flow
    >>> text = "企业于每年3月底前申报，提交审计报告等材料。经公示5个工作日无异议后拨付。失信企业不予支持。"
    >>> [p.kind for p in procedures(flow(text))]
    ['window', 'materials', 'publicity', 'exclusion']
    """
    found: list[Procedure] = []
    for sentence in sentences(doc.text, 0, len(doc.text)):
        if len(sentence.text) > 600:
            continue
        start, end = doc.span(sentence.start, sentence.end)
        kinds = [kind for kind, pattern in _KINDS if pattern.search(sentence.text)]
        if "payment" in kinds and len(kinds) > 1:
            kinds.remove("payment")
        found += [Procedure(start, end, f"procedure-{kind}", kind, sentence.text) for kind in kinds]
    return tuple(found)
