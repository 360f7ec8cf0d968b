"""The original texts of documents, which whoever runs a city has in a folder of their own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from innocity.core.errors import ErrorList
from innocity.packs.load import place_of
from innocity.packs.model import Article, Document, Pack


def original_text(document: Document, folder: Path, errors: ErrorList) -> str | None:
    """The original's text, where it is the file that the front matter describes."""
    original = document.original
    if original is None:
        return None
    path, place = folder / Path(original.file).name, place_of(document.place)
    if not path.is_file():
        text = f"没有原文 {original.file}"
        errors.warn("W-CHECK-SOURCE", text, place, "把原文放进所给的文件夹")
        return None
    raw = path.read_bytes()
    digest = hashlib.sha256(raw).hexdigest()
    if digest != original.sha256:
        text = f"{original.file} 的 sha256 是 {digest}，文件开头写的是 {original.sha256}"
        errors.add("E-CHECK-SOURCE", text, place, "换成同一版原文，或核对后改 sha256")
        return None
    content = raw.decode("utf-8", errors="replace")
    if len(content) != original.chars:
        text = f"{original.file} 有 {len(content)} 字，文件开头写 {original.chars}"
        errors.add("E-CHECK-SOURCE", text, place, "改正 chars")
    return content


def holder_of(document: Document, pack: Pack) -> Document | None:
    """The document whose original holds what a document says: itself, or the one that reports it."""
    holder = document if document.original else pack.documents.get(document.reported_by or "")
    return holder if holder is not None and holder.original is not None else None


def article_text(article: Article, user: str, text: str, errors: ErrorList) -> str | None:
    """An article's pieces of the original; None, with an error, where its span is missing or wrong.

    `user` is what cites the article, for the error.
    """
    place = place_of(article.place)
    if not article.spans:
        message = f"条目 {article.id} 没有写 span，{user} 的数额无从核对"
        errors.add("E-CHECK-SOURCE", message, place, '写上 span="起-止"')
        return None
    last = max(end for _, end in article.spans)
    if last > len(text):
        message = f"条目 {article.id} 的位置 {last} 超出原文的 {len(text)} 字"
        errors.add("E-CHECK-SOURCE", message, place, "改正 span")
        return None
    return "\n".join(text[first:end] for first, end in article.spans)
