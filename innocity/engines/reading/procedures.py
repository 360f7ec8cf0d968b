"""How benefits are claimed: what the text says of windows, materials, publicity, offices, exclusions, rules."""

from __future__ import annotations

import re
from collections.abc import Sequence

from innocity.engines.reading.flow import Flow
from innocity.engines.reading.model import Procedure, Section
from innocity.engines.reading.sentences import sentences

_KINDS = (
    (
        "exclusion",
        re.compile(
            r"不予(?:支持|奖励|补助|受理|兑现|资助)|不得(?:申报|享受)|不再(?:享受|给予|支持)|取消[^,]{0,8}资格"
            r"|不重复(?:享受|奖励|支持|的原则)|就高不就低|追回|(?:选择|择)[^,。;]{0,4}一项|不(?:得|能)(?:同时|重复)享受"
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
            r"|(?:申报|受理|申请)(?:时间|期限|截止)|[0-9]{1,2}月[^。;]{0,24}(?:登录|向)[^。;]{0,30}(?:提交|申报|申请)"
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


_HEADED = (
    ("materials", re.compile(r"(?:申报|申请|所需|提交)材料")),
    ("section", re.compile(r"联系方式|咨询电话|业务咨询|联系人")),
)
LONGEST = 600
SHORTEST = 7  # a shorter sentence is a heading


def procedures(doc: Flow, outline: Sequence[Section] = ()) -> tuple[Procedure, ...]:
    """Sentences on procedure, one finding a sentence and kind; sections on materials and offices as they stand.

    >>> from innocity.engines.reading.flow import flow
    >>> text = "企业于每年3月底前申报，提交审计报告等材料。经公示5个工作日无异议后拨付。失信企业不予支持。"
    >>> [p.kind for p in procedures(flow(text))]
    ['window', 'materials', 'publicity', 'exclusion']
    """
    found: list[Procedure] = []
    for sentence in sentences(doc.text, 0, len(doc.text)):
        if not SHORTEST <= len(sentence.text) <= LONGEST:
            continue
        start, end = doc.span(sentence.start, sentence.end)
        kinds = [kind for kind, pattern in _KINDS if pattern.search(sentence.text)]
        if "payment" in kinds and len(kinds) > 1:
            kinds.remove("payment")
        found += [Procedure(start, end, f"procedure-{kind}", kind, sentence.text) for kind in kinds]
    return tuple(sorted(found + _headed(doc, outline), key=lambda p: p.start))


def _headed(doc: Flow, outline: Sequence[Section]) -> list[Procedure]:
    found = []
    for s in outline:
        kind = next((k for k, pattern in _HEADED if len(s.title) <= 12 and pattern.search(s.title)), None)
        start, end = doc.where(s.head_end), doc.where(s.end)
        text = doc.text[start:end].strip("。\n:")
        if kind and 4 <= len(text) <= LONGEST:
            a, b = doc.span(start, end)
            found.append(Procedure(a, b, f"procedure-{kind}-headed", kind, text))
    return found
