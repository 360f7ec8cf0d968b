"""An entry of the log in words: what was done, to what, with which particulars."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from innocity.engines.reports.model import KINDS
from innocity.packs.model import Pack
from innocity.packs.registers import all_columns
from innocity.web.views import lists

#: Actions in Chinese; one that is not here is shown by its id.
ACTIONS = {
    "adopt_pack": gettext_noop("采用城市包"), "record_facts": gettext_noop("登记事实"),
    "correct_fact": gettext_noop("更正事实"), "withdraw_fact": gettext_noop("撤销事实"),
    "register_run": gettext_noop("登记测算"), "take_snapshot": gettext_noop("取快照"),
    "open_account": gettext_noop("开账号"), "revoke_account": gettext_noop("停用账号"),
    "attach_document": gettext_noop("附材料"), "remove_original": gettext_noop("撤下原文"),
    "publish_document": gettext_noop("公开文件"),
    "publish_facts": gettext_noop("公开事实"), "unpublish_facts": gettext_noop("收回公开"),
    "save_reform": gettext_noop("存测算方案"),
    "delete_reform": gettext_noop("删测算方案"),
    "delete_reading": gettext_noop("删除读的文件"), "withdraw_reading": gettext_noop("撤回读的文件"),
    "observe": gettext_noop("报数"), "confirm_figure": gettext_noop("确认数据"),
    "report_progress": gettext_noop("报任务进展"), "close_task": gettext_noop("审核销号"),
    "hold_meeting": gettext_noop("登记会议"), "import_sheet": gettext_noop("导入表格"),
    "import_ledgers": gettext_noop("登记台账"), "take_step": gettext_noop("办理步骤"),
    "attach_to_matter": gettext_noop("上传办事材料"), "withdraw_from_matter": gettext_noop("撤下办事材料"),
    "send_papers": gettext_noop("提交办事材料"), "see_result": gettext_noop("申请人看到结果"),
    "sign_in": gettext_noop("登录"), "sign_out": gettext_noop("退出登录"), "export": gettext_noop("导出"),
    "set_release": gettext_noop("定发布时间"),
    "submit_figure": gettext_noop("报送审核"), "review_figure": gettext_noop("审核数据"),
    "lock_figures": gettext_noop("锁定数据"), "unlock_figure": gettext_noop("解锁数据"),
    "set_password": gettext_noop("设密码"), "drop_password": gettext_noop("取消密码"),
    "tie_identity": gettext_noop("对应统一身份认证"), "untie_identity": gettext_noop("解除统一身份认证"),
    "authorise_handler": gettext_noop("授权经办人"), "revoke_handler": gettext_noop("撤销经办人"),
    "issue_token": gettext_noop("签发令牌"), "revoke_token": gettext_noop("作废令牌"),
    "request_correction": gettext_noop("申请更正"), "request_addition": gettext_noop("申请补登"),
    "decide_correction": gettext_noop("答复更正申请"),
    "withdraw_correction": gettext_noop("撤回更正申请"), "give_feedback": gettext_noop("评价条款"),
    "moderate_feedback": gettext_noop("审核留言"), "open_reading": gettext_noop("开始读文件"),
    "decide_finding": gettext_noop("核对读到的内容"), "keep_reading": gettext_noop("存下读文件的结果"),
    "post_listing": gettext_noop("发布供需"), "decide_listing": gettext_noop("审核供需"),
    "record_exchange_step": gettext_noop("登记对接进展"), "record_exchange_event": gettext_noop("登记对接活动"),
    "announce_inspection": gettext_noop("公告抽查"), "draw_inspection": gettext_noop("抽查抽取"),
    "cancel_inspection": gettext_noop("取消抽查"),
    "export_draft": gettext_noop("导出草稿"), "back_up": gettext_noop("备份"), "restore": gettext_noop("恢复"),
}  # fmt: skip
#: What stands before the slash of an object, and keys of particulars.
NOUNS = {
    "account": gettext_noop("账号"), "party": gettext_noop("企业"), "correction": gettext_noop("更正申请"),
    "feedback": gettext_noop("留言"), "reading": gettext_noop("读文件"), "token": gettext_noop("令牌"),
    "document": gettext_noop("材料"), "reform": gettext_noop("测算方案"), "city": gettext_noop("城市"),
    "unit": gettext_noop("单位"), "role": gettext_noop("岗位"), "entry": gettext_noop("登记号"),
    "demo": gettext_noop("演示"), "new": gettext_noop("新增"), "changed": gettext_noop("更正"),
    "scope": gettext_noop("共享范围"),
    "rows": gettext_noop("行数"), "hash": gettext_noop("摘要"), "sha256": gettext_noop("摘要"),
    "file": gettext_noop("文件"), "seal": gettext_noop("印记"), "pack": gettext_noop("城市包"),
    "before": gettext_noop("原来的"), "engine": gettext_noop("程序版本"), "snapshot": gettext_noop("快照"),
    "year": gettext_noop("年度"), "as_of": gettext_noop("截至"), "registers": gettext_noop("登记簿"),
    "evidence": gettext_noop("佐证"), "reason": gettext_noop("理由"), "state": gettext_noop("结果"),
    "revision": gettext_noop("版次"), "columns": gettext_noop("栏目"), "fact": gettext_noop("事实"),
    "facts": gettext_noop("事实"), "strike": gettext_noop("整条都不对"), "clause": gettext_noop("条款"),
    "rating": gettext_noop("评分"), "writes": gettext_noop("能报送"), "expires_on": gettext_noop("到期"),
    "checked_by": gettext_noop("核对人"), "marking_checked_by": gettext_noop("看过密级标志的人"),
    "basis": gettext_noop("依据"), "internal": gettext_noop("内部材料"), "size": gettext_noop("字节数"),
    "by": gettext_noop("谁存的"), "saved_on": gettext_noop("哪天存的"), "decisions": gettext_noop("核对次数"),
    "kind": gettext_noop("种类"), "searched": gettext_noop("只含查到的"), "division": gettext_noop("区市或功能区"),
    "timed_out": gettext_noop("久未操作"), "single_sign_on": gettext_noop("由统一身份认证"),
    "report": gettext_noop("报告"), "money": gettext_noop("资金去向"),
    "must_change": gettext_noop("登录后要改密码"), "verdict": gettext_noop("核对结果"),
    "number": gettext_noop("第几次核对"), "chars": gettext_noop("字数"), "scanned": gettext_noop("扫描件"),
    "register": gettext_noop("登记簿"), "roster": gettext_noop("名录"), "ids": gettext_noop("事实"),
    "audit": gettext_noop("日志末条"), "seq": gettext_noop("编号"), "made_at": gettext_noop("备份时间"),
    "written": gettext_noop("写出的登记簿"), "decided": gettext_noop("判过的"), "added": gettext_noop("补上的"),
    "matter": gettext_noop("办件"), "step": gettext_noop("步骤"), "material": gettext_noop("材料"),
    "erased": gettext_noop("连文件删掉"), "published": gettext_noop("原公开于"),
    "replaces": gettext_noop("换掉的材料"), "files": gettext_noop("份数"), "row": gettext_noop("步骤编号"),
    "paper": gettext_noop("办事材料"), "list": gettext_noop("清单"),
    "kept_public": gettext_noop("仍公开的"), "awaits_publication": gettext_noop("待重新公开的"),
    "clauses": gettext_noop("条款"), "targets": gettext_noop("目标"), "tasks": gettext_noop("任务"),
}  # fmt: skip
ROLES = {
    "firm": gettext_noop("企业经办人"), "officer": gettext_noop("工作人员"), "leader": gettext_noop("领导小组"),
    "auditor": gettext_noop("审计人员"), "operator": gettext_noop("系统管理员"), "anonymous": gettext_noop("没有登录"),
}  # fmt: skip
STATES = {
    "open": gettext_noop("待核对"), "approved": gettext_noop("已更正"), "refused": gettext_noop("未采纳"),
    "shown": gettext_noop("公开的"), "hidden": gettext_noop("不公开的"),
}  # fmt: skip
VERDICTS = {
    "accept": gettext_noop("接受"), "correct": gettext_noop("改过"), "reject": gettext_noop("不采纳"),
    "add": gettext_noop("补上"), "undo": gettext_noop("撤回"),
}  # fmt: skip
FILES = {
    "csv": gettext_noop("CSV 表格"), "xlsx": gettext_noop("Excel 工作簿"), "docx": gettext_noop("Word 文件"),
    "html": gettext_noop("网页文件"), "txt": gettext_noop("文本文件"), "yaml": gettext_noop("YAML 文件"),
    "zip": gettext_noop("压缩包"), "pdf": gettext_noop("PDF 文件"), "jpg": gettext_noop("图片"),
    "jpeg": gettext_noop("图片"), "png": gettext_noop("图片"),
}  # fmt: skip
#: Words of the values of a key.
VALUES: dict[str, dict[str, str]] = {"role": ROLES, "state": STATES, "verdict": VERDICTS, "kind": FILES}
CORPUS = gettext_noop("核对过的读文件结果")
_HASH = 64
_NAMED = 6


def object_in_words(pack: Pack, text: str) -> str:
    """To what something was done: `account/liming` as 账号 liming, registers by their names, hashes in short."""
    kind, slash, rest = text.partition("/")
    if slash and kind in NOUNS:
        return f"{_(NOUNS[kind])} {_object(pack, kind, rest)}"
    if slash:
        return f"{_name(pack, kind)} {rest}"
    names = [_name(pack, part) for part in text.split("、")]
    more = _("等 %(n)s 项") % {"n": len(names)} if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more


def _object(pack: Pack, kind: str, rest: str) -> str:
    """What stands behind the slash: kinds of reports, rosters, cities, units and documents by their names."""
    if kind == "list":
        return _list(pack, rest)
    if kind == "report":
        return str({str(key): name for key, name in KINDS.items()}.get(rest, rest))
    if kind == "roster" and rest in pack.rosters:
        return pack.rosters[rest].name
    if kind == "city" and rest == pack.city.id:
        return pack.city.name or rest
    if (kind, rest) == ("reading", "corpus"):
        return _(CORPUS)
    return pack.documents[rest].title if rest in pack.documents else rest


def _list(pack: Pack, text: str) -> str:
    """A list of a page: its name, and that of what it is of, where there are several of its kind."""
    name, _slash, of = text.partition("/")
    named = {**pack.matching, **pack.gradings}
    whose = named[of].name if of in named else _name(pack, of)
    return " ".join(filter(None, (_(lists.NAMES.get(name, name)), whose)))


def details_in_words(pack: Pack, text: str) -> list[tuple[str, str]]:
    """The particulars of an entry as (word, value); what is empty, and the number of the entry itself, left out."""
    try:
        found = json.loads(text)
    except ValueError:
        return [("", text)]
    kept = {key: value for key, value in found.items() if value not in (None, [], {}, "") and key != "entry"}
    register = str(kept.get("register") or str(kept.get("fact", "")).partition("/")[0])
    columns = _columns(pack, register)
    if isinstance(named := kept.get("columns"), list):
        kept["columns"] = [columns.get(str(one), one) for one in named]
    return [(_word(pack, key), _value(pack, value, key)) for key, value in kept.items()]


def _columns(pack: Pack, register: str) -> dict[str, str]:
    """What the columns of a register are called, by id; of one that the city no longer has nothing."""
    known = pack.registers.get(register)
    return {} if known is None else {column.id: column.name or column.id for column in all_columns(known)}


def _word(pack: Pack, key: str) -> str:
    return _(NOUNS[key]) if key in NOUNS else _name(pack, key)


def _value(pack: Pack, value: Any, key: str = "") -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        if set(value) == {"hash", "rows"}:  # of each register that was written; the entry's own hash covers them
            return _("%(n)s 行") % {"n": value["rows"]}
        return "；".join(f"{_word(pack, name)} {_value(pack, one, name)}" for name, one in value.items())
    if isinstance(value, list):
        return "、".join(_value(pack, one, key) for one in value)
    word = VALUES.get(key, {}).get(str(value))
    if word or key == "account":
        return _(word) if word else str(value)
    if key == "fact":  # register/id
        register, slash, fact = str(value).partition("/")
        return f"{_name(pack, register)}{slash and ' '}{fact}"
    return _place(pack, str(value)) if key == "division" else _name(pack, str(value))


def _place(pack: Pack, text: str) -> str:
    """What people call a part of the city, by id or code."""
    places = (*pack.city.divisions, *pack.city.zones)
    return next((str(one.name) for one in places if text in (one.id, getattr(one, "code", None))), text)


def _name(pack: Pack, text: str) -> str:
    """What people call a register, unit, clause or document; hashes in short, all else as it stands."""
    if len(text) >= _HASH and text.isalnum():
        return text[:12] + "…"
    for group in (pack.registers, pack.units, pack.clauses):
        if text in group:
            return str(group[text].name) or text
    return pack.documents[text].title if text in pack.documents else text
