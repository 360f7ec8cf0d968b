"""The log in words: nothing of how it is stored, and no name of an account taken for a word."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import innocity
import innocity.actions
from innocity.packs.load import load_pack
from innocity.web.views.office.audit_words import ACTIONS, NOUNS, VALUES, details_in_words, object_in_words
from tests.web.conftest import Persona


def test_an_entry_names_registers_units_and_roles() -> None:
    pack = load_pack("weihai")
    rows = {"award": {"hash": "0" * 64, "rows": 3}}
    kept = {"role": "officer", "unit": "wh_science", "demo": True, "entry": 9, "registers": rows}
    shown = dict(details_in_words(pack, json.dumps(kept)))
    assert shown == {"岗位": "工作人员", "单位": "市科技局", "演示": "是", "登记簿": "奖补兑现台账 3 行"}
    assert object_in_words(pack, "award、organization") == "奖补兑现台账、创新主体"
    assert object_in_words(pack, "a" * 64) == "a" * 12 + "…"


def test_an_account_named_as_a_role_keeps_its_name() -> None:
    pack = load_pack("weihai")
    assert object_in_words(pack, "account/auditor") == "账号 auditor"
    assert details_in_words(pack, json.dumps({"account": "leader"})) == [("账号", "leader")]


def test_the_page_shows_no_word_of_the_program(persona: Persona) -> None:
    text = persona("auditor").get("/weihai/office/audit/").content.decode()
    table = text[text.index('<table class="log"') :]
    assert "True" not in table and ">open_account<" not in table and "开账号" in table


def test_particulars_of_a_reading_a_request_and_a_report() -> None:
    pack = load_pack("weihai")
    judged = {"verdict": "accept", "number": 2, "chars": 521, "scanned": False}
    assert dict(details_in_words(pack, json.dumps(judged))) == {
        "核对结果": "接受", "第几次核对": "2", "字数": "521", "扫描件": "否",
    }  # fmt: skip
    asked = {"register": "qualification", "columns": ["certificate_no", "issued_on"]}
    told = dict(details_in_words(pack, json.dumps(asked)))
    assert told["登记簿"] == pack.registers["qualification"].name
    assert told["栏目"].isascii() is False and "certificate_no" not in told["栏目"] and "、" in told["栏目"]
    assert object_in_words(pack, "report/midterm") == "报告 中期评估报告"
    assert object_in_words(pack, "roster/ladder") == f"名录 {pack.rosters['ladder'].name}"
    assert details_in_words(pack, json.dumps({"kind": "docx"})) == [("种类", "Word 文件")]


# --- every action that writes the log has words ---------------------------------------------------------------------


def _functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(Path(innocity.actions.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                yield path.name, node


def _calls(function: ast.AST, name: str) -> list[ast.Call]:
    found = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    return [one for one in found if getattr(one.func, "attr", getattr(one.func, "id", "")) == name]


def _texts(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def logged_keys() -> dict[str, str]:
    """The keys of all dictionaries that an action hands to the log, or puts together as `details`; whose they are."""
    found: dict[str, str] = {}
    for file, function in _functions():
        made = [call.args[3] for call in _calls(function, "audit") if len(call.args) == 4]
        made += [one.value for one in ast.walk(function)
                 if isinstance(one, ast.Assign | ast.AugAssign) and "details" in ast.unparse(one).partition("=")[0]
                 and _calls(function, "audit")]  # fmt: skip
        for node in made:
            for one in ast.walk(node):
                keys = one.keys if isinstance(one, ast.Dict) else []
                found |= {key.value: file for key in keys if isinstance(key, ast.Constant)}
                if isinstance(one, ast.DictComp | ast.comprehension):
                    source = one.iter if isinstance(one, ast.comprehension) else one.generators[0].iter
                    found |= dict.fromkeys(_texts(source), file)
    return found


def exported_keys() -> dict[str, str]:
    """The keys that pages and actions name when they note an export."""
    root = Path(innocity.__path__[0])
    return {
        key.arg: path.name for path in sorted(root.rglob("*.py"))
        for call in _calls(ast.parse(path.read_text(encoding="utf-8")), "note_export")
        for key in call.keywords if key.arg
    }  # fmt: skip


def logged_actions() -> dict[str, str]:
    """The names under which actions write the log: directly, or through ledgers and facts."""
    found: dict[str, str] = {}
    for file, function in _functions():
        named = [call.args[1] for call in _calls(function, "audit") if len(call.args) == 4]
        named += [call.args[1] for call in _calls(function, "append") if len(call.args) == 2]
        named += [
            key.value for call in _calls(function, "record_facts") for key in call.keywords if key.arg == "action"
        ]
        found |= {one.value: file for one in named if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found


def test_every_key_and_action_of_the_log_has_a_chinese_word() -> None:
    keys = logged_keys() | exported_keys()
    assert {"verdict", "number", "chars", "columns", "sha256", "by", "engine", "as_of", "searched"} <= set(keys)
    left = {"entry"}  # the number of the entry itself is not shown
    counts = {"clauses", "targets", "tasks"}  # of a draft, see innocity.actions.draft_pack
    named = set(keys) | counts | {"registers", "evidence", "revision"}
    assert sorted(key for key in named - left if key not in NOUNS) == []
    actions = logged_actions()
    assert {"observe", "decide_finding", "export", "back_up", "decide_listing"} <= set(actions)
    assert sorted(set(actions) - set(ACTIONS)) == []


def test_every_verdict_on_a_finding_has_a_word() -> None:
    from innocity.actions.decide_finding import VERDICTS

    assert set(VERDICTS) == set(VALUES["verdict"])
