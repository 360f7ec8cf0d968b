"""Constants as the pack writes them: `200万元`, `1.5%`, `2023-07-27`, `3`, `true`, or a word.

They are read by `innocity.packs.literals`, as the check of a pack reads them: one writing, one meaning, one error.
"""

from __future__ import annotations

from innocity.core.errors import fail
from innocity.packs import literals
from innocity.plan.nodes import Lit, Type

TYPE_NAMES: dict[Type, str] = {**literals.TYPE_NAMES, "missing": "空值"}  # type: ignore[dict-item]
_OF_PACKS: dict[Type, literals.LiteralType] = {
    "money": "money", "rate": "rate", "integer": "integer", "date": "date", "bool": "bool", "text": "text",
}  # fmt: skip


def literal_type(text: str) -> Type:
    """The type that a literal's form tells.

    >>> [literal_type(t) for t in ("20万元", "5000元/月", "1‰", "1:1", "3", "2023-01-01", "true", "highest")]
    ['money', 'money', 'rate', 'rate', 'integer', 'date', 'bool', 'text']
    """
    found = literals.literal_type(text)
    return "money" if found == "monthly" else found


def parse_literal(text: str, wanted: Type | None = None, above_one: bool = False) -> Lit:
    """A constant node from a literal; `wanted` checks its type. Error: E-OVERFLOW, and those of packs.literals.

    >>> parse_literal("1.5%").value
    Fraction(3, 200)
    """
    read = literals.parse_literal(text, _OF_PACKS[wanted] if wanted else None, above_one=above_one)
    value = read.value.strip() if isinstance(read.value, str) and wanted is None else read.value
    if isinstance(value, int) and abs(value) >= 2**63:
        fail("E-OVERFLOW", f"“{text}”超出64位整数", remedy="检查是否多写了零")
    return Lit("money" if read.type == "monthly" else read.type, value)


__all__ = ["TYPE_NAMES", "literal_type", "parse_literal"]
