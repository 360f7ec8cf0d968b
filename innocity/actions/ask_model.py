"""Ask a model what the rules may have missed: an extra, off by default.

Sentences that promise something and that no rule has read are sent to an endpoint with the interface of OpenAI's
chat completions. What comes back is checked against the sentence (every quote and every number must stand in it),
marked `model-benefit`, and trusted less than anything that the rules read. A marked (secret or internal) document is
never sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.reading.flow import flow, plain
from innocity.engines.reading.model import Amount, Benefit, Reading
from innocity.engines.reading.numbers import rates, sums
from innocity.engines.reading.sentences import sentences
from innocity.records.markings import read_marking

register_codes({
    "E-MODEL-EXTRA": ("没有装模型附加组件", "the optional extra that asks a model is not installed"),
    "E-MODEL-MARKED": ("文件有密级或内部字样，不外送", "a marked document is not sent to a model"),
    "E-MODEL-REACH": ("模型服务没有应答", "the model's endpoint did not answer"),
    "E-MODEL-ANSWER": ("模型服务的应答看不懂", "the model's endpoint answered something else"),
})  # fmt: skip

RULE = "model-benefit"
TRUST = 0.3  # the most that a proposal of a model is trusted, and less than the least trusted reading of the rules
MOST_SENTENCES = 200
LARGEST_ANSWER = 1_000_000  # bytes
_PROMISES = re.compile(r"给予|奖励|补助|补贴|资助|配套|贴息|补偿|扶持|优先|免费|减免|倾斜|绿色通道|元")
_TASK = (
    "你读一句中国地方政府政策文件。找出其中的奖补承诺，只回答 JSON："
    '{"benefits":[{"quote":"原文片段","subject":"给谁","trigger":"因何事",'
    '"amounts":[{"case":null,"value_yuan":null,"rate":null,"cap_yuan":null}]}]}。'
    "quote 必须逐字取自所给句子；没有承诺就给空列表；不要推算数字。"
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where and whom to ask: base address (…/v1), model, key, seconds to wait for one answer."""

    url: str
    model: str
    key: str | None = None
    seconds: float = 60.0


def ask_model(text: str, reading: Reading, endpoint: Endpoint, name: str = "") -> Reading:
    """The reading with a model's proposals beside it; what the rules read stays as it is.

    Errors: E-MODEL-EXTRA, E-MODEL-MARKED, E-MODEL-REACH, E-MODEL-ANSWER.
    """
    marking = read_marking(name or "text.txt", text.encode("utf-8")) if text else None
    if marking and (marking.grade or marking.internal):
        remedy = "不要对有标记的文件用 --ask-model"
        raise InnoCityError("E-MODEL-MARKED", f"{name or '文件'}标着{marking.grade or '内部'}", Place(name), remedy)
    trust = min([TRUST, *(round(b.confidence - 0.01, 2) for b in reading.benefits)])
    found: list[Benefit] = []
    for start, end in unread(text, reading)[:MOST_SENTENCES]:
        for proposal in _answered(endpoint, text[start:end]):
            benefit = _checked(proposal, text, start, end, trust)
            if benefit is not None and not _overlaps(benefit, [*reading.benefits, *found]):
                found.append(benefit)
    return replace(reading, benefits=tuple(sorted((*reading.benefits, *found), key=lambda b: (b.start, b.end))))


def unread(text: str, reading: Reading) -> list[tuple[int, int]]:
    """Sentences that speak of money or advantage and in which the rules found no benefit, as places in the text."""
    doc = flow(text)
    found = []
    for s in sentences(doc.text, 0, len(doc.text)):
        start, end = doc.span(s.start, s.end)
        free = not any(b.start < end and start < b.end for b in reading.benefits)
        if free and len(s.text) >= 8 and _PROMISES.search(s.text):
            found.append((start, end))
    return found


def _answered(endpoint: Endpoint, sentence: str) -> list[Any]:
    """The proposals for one sentence."""
    try:
        import httpx
    except ImportError:
        raise InnoCityError("E-MODEL-EXTRA", "没有装 httpx", remedy="pip install 'innocity[model]'") from None
    messages = [{"role": "system", "content": _TASK}, {"role": "user", "content": sentence}]
    body = {"model": endpoint.model, "temperature": 0, "messages": messages}
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    try:
        answer = httpx.post(
            f"{endpoint.url.rstrip('/')}/chat/completions", json=body, headers=headers, timeout=endpoint.seconds
        )
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        remedy = "核对地址、密钥和网络；不用模型也能读"
        raise InnoCityError("E-MODEL-REACH", f"{endpoint.url}：{type(error).__name__}", remedy=remedy) from None
    return _proposals(answer.content)


def _proposals(raw: bytes) -> list[Any]:
    """The list under `benefits` of an answer; a fence around the JSON is no harm."""
    try:
        if len(raw) > LARGEST_ANSWER:
            raise ValueError("too long")
        content = str(json.loads(raw)["choices"][0]["message"]["content"])
        found = json.loads(re.sub(r"^\s*```(?:json)?|```\s*$", "", content))["benefits"]
        if not isinstance(found, list):
            raise TypeError("no list")
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise InnoCityError("E-MODEL-ANSWER", "应答不是约定的 JSON", remedy="换一个模型，或不用模型") from None
    return found


def _checked(proposal: Any, text: str, start: int, end: int, trust: float) -> Benefit | None:
    """A proposal as a finding, if its quote stands in the sentence and its numbers in the quote; else nothing."""
    quote = proposal.get("quote") if isinstance(proposal, dict) else None
    place = text.find(quote, start, end) if isinstance(quote, str) and quote.strip() else -1
    if place < 0 or not isinstance(quote, str):
        return None
    flowing = flow(quote).text
    printed = {("value_yuan", n.value) for n in sums(flowing)} | {("cap_yuan", n.value) for n in sums(flowing)}
    printed |= {("rate", n.value) for n in rates(flowing)}
    amounts = [_amount(a, printed) for a in _list(proposal.get("amounts"))]
    if any(a is None for a in amounts):
        return None
    return Benefit(
        place, place + len(quote), RULE, subject=_words(proposal.get("subject")),
        trigger=_words(proposal.get("trigger")), trigger_kind=None,
        shape="fixed" if amounts else "discretionary", amounts=tuple(a for a in amounts if a),
        gate=None, payers=(), force="entitlement", confidence=trust,
    )  # fmt: skip


def _amount(given: Any, printed: set[tuple[str, float]]) -> Amount | None:
    """One amount, all of whose numbers are printed; None otherwise."""
    if not isinstance(given, dict):
        return None
    numbers = {k: given[k] for k in ("value_yuan", "rate", "cap_yuan") if given.get(k) is not None}
    if not numbers or any(isinstance(v, bool) or not isinstance(v, (int, float)) for v in numbers.values()):
        return None
    if any((k, round(v, 6)) not in printed for k, v in numbers.items()):
        return None
    return Amount(case=_words(given.get("case")), **numbers)


def _words(value: Any) -> str | None:
    return plain(value)[:60] if isinstance(value, str) and value.strip() else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _overlaps(benefit: Benefit, others: Sequence[Benefit]) -> bool:
    return any(b.start < benefit.end and benefit.start < b.end for b in others)
