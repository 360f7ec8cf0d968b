"""Citations: from the ids of a document and its article to the line that is printed."""

from __future__ import annotations

from dataclasses import dataclass

from innocity.core.errors import InnoCityError


@dataclass(frozen=True, slots=True)
class Citation:
    """An article of a document: ids for programs, title, number and path as they are printed.

    >>> str(Citation("opinion-2018", "a7", "实施意见", "威政发〔2018〕20号", "三、7"))
    '《实施意见》（威政发〔2018〕20号）三、7'
    >>> str(Citation("press", None, "新闻发布会"))
    '《新闻发布会》'
    """

    document: str
    article: str | None
    title: str
    number: str | None = None
    path: str | None = None

    def __str__(self) -> str:
        number = f"（{self.number}）" if self.number else ""
        return f"《{self.title}》{number}{self.path or ''}"

    @property
    def key(self) -> str:
        """`document#article`, as fences carry it.

        >>> Citation("opinion-2018", "a7", "t").key
        'opinion-2018#a7'
        """
        return f"{self.document}#{self.article}" if self.article else self.document


def split_key(key: str) -> tuple[str, str | None]:
    """Document id and article id (None for the document as a whole). Error: E-CITATION-UNKNOWN if empty.

    >>> split_key("opinion-2018#a7"), split_key("opinion-2018")
    (('opinion-2018', 'a7'), ('opinion-2018', None))
    """
    document, _, article = key.partition("#")
    if not document:
        remedy = "写成 文件编号#条目编号"
        raise InnoCityError("E-CITATION-UNKNOWN", f"引用“{key}”没有写文件编号", remedy=remedy)
    return document, article or None
