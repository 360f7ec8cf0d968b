"""The audit log: entries that only grow, each holding the hash of the one before it.

An entry's hash is taken over the JSON array [previous, seq, at, actor, role, action, object, details] without
spaces, in UTF-8, by the algorithm that the entry names (SM3 or SHA-256). Anyone can recompute it. Against an
attacker who rewrites the whole chain stand the anchors: a line a day in a file kept elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

GENESIS = "0" * 64
ALGORITHMS = ("sm3", "sha256")


class Entry(NamedTuple):
    """A row of the log, as it is hashed and as it is stored."""

    seq: int
    at: str
    actor: str
    role: str
    action: str
    object: str
    details: str
    algorithm: str
    previous: str
    hash: str


class Anchor(NamedTuple):
    """What the chain's last entry was on a day; `hash` is that entry's."""

    day: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong with the log, and at which entry.

    `kind`: changed, missing, moved, unlinked, truncated, appended, anchor.
    """

    kind: str
    seq: int
    text: str


def entry_hash(entry: Entry) -> str:
    """What an entry's hash must be. An algorithm that is none of ours gives the empty text.

    >>> first = Entry(1, "2026-01-01T00:00:00.000000Z", "a", "officer", "x", "y", "{}", "sha256", GENESIS, "")
    >>> entry_hash(first)[:8], entry_hash(first._replace(algorithm="sm3"))[:8], entry_hash(first._replace(algorithm=""))
    ('4c7d0279', '6d387280', '')
    """
    if entry.algorithm not in ALGORITHMS:
        return ""
    body = (
        entry.previous, entry.seq, entry.at, entry.actor, entry.role, entry.action, entry.object, entry.details,
    )  # fmt: skip
    return hashlib.new(entry.algorithm, orjson.dumps(body)).hexdigest()


def check_chain(entries: Iterable[Entry], head: tuple[int, str], anchors: Sequence[Anchor] = ()) -> Iterator[Finding]:
    """Every break of the chain, in order; none where it is whole.

    `entries` come in the order of `seq`; `head` is (seq, hash) of the last one as the log itself remembers it;
    `anchors` as they were kept outside.
    """
    expected, previous = 1, GENESIS
    wanted = {anchor.seq: anchor for anchor in anchors}
    for entry in entries:
        gap = entry.seq != expected
        if gap:
            yield _gap(entry.seq, expected)
        if entry_hash(entry) != entry.hash:
            yield Finding("changed", entry.seq, f"第 {entry.seq} 条的内容与它的摘要不符")
        if entry.previous != previous and not gap:
            text = f"第 {entry.seq} 条接的不是第 {entry.seq - 1} 条：其中一条被换过、插入或调了顺序"
            yield Finding("unlinked", entry.seq, text)
        anchor = wanted.pop(entry.seq, None)
        if anchor is not None and anchor.hash != entry.hash:
            text = f"第 {entry.seq} 条与 {anchor.day} 锚定的摘要不同：它或它之前的记录被整段改写"
            yield Finding("anchor", entry.seq, text)
        expected, previous = entry.seq + 1, entry.hash
    yield from _check_end(expected - 1, previous, head, wanted.values())


def _gap(seq: int, expected: int) -> Finding:
    if seq < expected:
        return Finding("moved", seq, f"第 {seq} 条的编号重复或不在顺序上")
    span = f"第 {expected} 条" if seq == expected + 1 else f"第 {expected} 至 {seq - 1} 条"
    return Finding("missing", expected, f"{span}不见了")


def _check_end(last: int, hash_: str, head: tuple[int, str], unmet: Iterable[Anchor]) -> Iterator[Finding]:
    if head[0] > last:
        yield Finding("truncated", last + 1, f"末尾缺第 {last + 1} 至 {head[0]} 条")
    elif head[0] < last:
        yield Finding("appended", head[0] + 1, f"第 {head[0] + 1} 至 {last} 条不是程序写入的")
    elif last and head[1] != hash_:
        yield Finding("changed", last, f"末条（第 {last} 条）与登记的末条摘要不同")
    for anchor in unmet:
        if anchor.seq > last and anchor.seq > head[0]:
            text = f"{anchor.day} 锚定到第 {anchor.seq} 条，现在只到第 {last} 条：末尾被截去"
            yield Finding("truncated", last + 1, text)
        elif anchor.seq <= last:
            yield Finding("missing", anchor.seq, f"{anchor.day} 锚定的第 {anchor.seq} 条不见了")
