"""How a column of a register is asked for in a form, by firms and by officers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from innocity.packs.model import Column, Pack
from innocity.packs.territory import offered

_KINDS = {"date": "date", "integer": "number", "year": "number"}


def asked_column(pack: Pack, column: Column, answer: str) -> dict[str, Any]:
    """One question about a value: what may be chosen, how it is typed, what is answered so far."""
    choices = [(one.id, one.name) for one in offered(pack, column.codes, (answer,))]
    if column.type == "bool":
        choices = [("true", _("是")), ("false", _("否"))]
    return {"column": column, "choices": choices, "kind": _KINDS.get(column.type, "text"), "answer": answer}
