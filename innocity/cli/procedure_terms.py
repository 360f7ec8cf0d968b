"""What `innocity procedures --with` says of a step, and `--start`: matters for rows of a register that have none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from innocity.packs.model import Pack

KEYS = ("object", "subject", "answer", "reason", "lacking", "promise", "until", "scope", "named", "opens_on")
_ANSWERS = {"yes": True, "同意": True, "no": False, "不同意": False}


def terms(pack: Pack, written: list[str]) -> dict[str, Any]:
    """`key=value` as `Step` takes it. Errors: E-STEP-ASKS, E-DATE-FORMAT."""
    from innocity.actions.task_records import read_list
    from innocity.core.dates import parse_date
    from innocity.core.errors import InnoCityError

    found: dict[str, Any] = {}
    for one in written:
        key, sign, value = (part.strip() for part in one.partition("="))
        if key not in KEYS or not sign or (key == "answer" and value not in _ANSWERS):
            remedy = "写 名=值，名是 " + "、".join(KEYS) + "；answer 写 yes 或 no"
            raise InnoCityError("E-STEP-ASKS", f"不认识 --with {one}", None, remedy)
        if key == "answer":
            found["agrees"] = _ANSWERS[value]
        elif key in ("lacking", "promise"):
            found["lacking" if key == "lacking" else "promises"] = read_list(value)
        elif key == "named":
            found["named"] = tuple(_unit(pack, name) for name in read_list(value))
        else:
            found[key] = parse_date(value) if key in ("until", "opens_on") else value
    return found


def _unit(pack: Pack, name: str) -> str:
    from innocity.core.errors import InnoCityError
    from innocity.engines.tasks.units import find_unit

    try:
        return find_unit(pack.units, name).id
    except InnoCityError:
        return name  # a party


def start(pack: Pack, name: str | None, by: str, day: date, var: Path) -> str:
    """Begin a matter for each row that has none; gives the procedure. Errors: E-STEP-*, E-UNIT-UNKNOWN."""
    from innocity.actions.subjects import start_matters
    from innocity.core.errors import InnoCityError
    from innocity.engines.tasks.units import find_unit

    procedure = pack.procedures.get(name or "")
    if procedure is None or procedure.subject is None:
        able = "、".join(one.id for one in pack.procedures.values() if one.subject)
        raise InnoCityError(
            "E-STEP-UNKNOWN", f"{name or '没有写的流程'}不由登记转入", None, f"加 --only：{able or '没有'}"
        )
    start_matters(pack, procedure, find_unit(pack.units, by).id, var, today=day)
    return procedure.id
