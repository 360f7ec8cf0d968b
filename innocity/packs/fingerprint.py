"""The hash of a pack: over what decides results, not over prose, observations or cases.

It covers clauses, rules, groups, pools, relations, appropriations, registers, codes, exclusions,
parameters, the parents' names and the documents' validity. It does not cover where things stand in
files, digests, calls, statements, indicators, observations, targets, tasks, rosters, procedures,
matching, units' names or contacts: none of them moves a fen.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from innocity.core.canonical import canonical_json, sha256_text
from innocity.packs.model import CodeList, Pack, Register

_PARTS = ("clauses", "rules", "groups", "pools", "relations", "appropriations", "registers", "codes")
#: Where a thing stands and what only people read.
_PROSE = {"place", "note", "name_en", "purpose", "refresh", "help", "who", "what", "materials"}
_DOCUMENT = ("id", "valid_from", "valid_to", "state", "level", "territory")


def pack_hash(pack: Pack) -> str:
    """SHA-256 in hexadecimal."""
    content: dict[str, Any] = {part: _plain(getattr(pack, part)) for part in _PARTS}
    content["exclusions"] = [_plain(item) for item in pack.exclusions]
    content["documents"] = {
        key: {name: getattr(document, name) for name in _DOCUMENT} for key, document in pack.documents.items()
    }
    content["parents"] = list(pack.parents)
    content["city"] = {"id": pack.city.id, "code": pack.city.code}
    return sha256_text(canonical_json(content))


def _plain(value: Any) -> Any:
    """Objects as mappings without their prose; fields at their default are left out, so that a new
    optional field of the program does not change the hash of a pack that does not use it."""
    if isinstance(value, BaseModel):
        data: dict[str, Any] = {}
        # A register's source is the authority it is copied from; a relation's is one of its two ends.
        prose = _PROSE | {"source"} if isinstance(value, (Register, CodeList)) else _PROSE
        for name, field in type(value).model_fields.items():
            item = getattr(value, name)
            if name not in prose and item != field.get_default(call_default_factory=True):
                data[field.alias or name] = _plain(item)
        return data
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
