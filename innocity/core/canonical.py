"""Canonical text and hashes: the same data give the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from innocity.core.errors import InnoCityError


def canonical_json(value: Any) -> str:
    """JSON with sorted keys, no spaces, Unicode as it is; dates in ISO form, fractions as `n/d`.

    Floats are refused (E-CANONICAL-TYPE): their text is not a fact. Sets are sorted.

    >>> canonical_json({"b": [1, None, True], "a": date(2023, 7, 27), "r": Fraction(3, 200), "名": "威海"})
    '{"a":"2023-07-27","b":[1,null,true],"r":"3/200","名":"威海"}'
    """
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted(_plain(item) for item in value)
    raise InnoCityError("E-CANONICAL-TYPE", f"{type(value).__name__} 类型的值没有规范文本")


def sha256_text(text: str) -> str:
    """SHA-256 of the UTF-8 bytes, in hexadecimal.

    >>> sha256_text("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def rows_hash(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Hash of a table: one line the column names, then one line a row (JSON arrays), LF after each.

    The caller orders the rows. `innocity.packs.facts` computes the same bytes by whole columns.

    >>> rows_hash(["fact_id"], [["f1"]]) == sha256_text('["fact_id"]\\n["f1"]\\n')
    True
    """
    digest = hashlib.sha256()
    for line in (columns, *rows):
        digest.update(canonical_json(list(line)).encode("utf-8") + b"\n")
    return digest.hexdigest()


def combine_hashes(hashes: Mapping[str, str]) -> str:
    """Hash over `name:hash` lines in bytewise order of the names: a snapshot's from its registers'.

    >>> combine_hashes({"b": "2", "a": "1"}) == sha256_text("a:1\\nb:2\\n")
    True
    """
    ordered = sorted(hashes.items(), key=lambda item: item[0].encode("utf-8"))
    return sha256_text("".join(f"{name}:{value}\n" for name, value in ordered))
