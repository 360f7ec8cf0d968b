"""Errors of the whole program: a stable code, what happened, where, and what to do next.

Every error that a user can meet is an `InnoCityError`. Its text is Chinese; the code is stable,
so that pages, tests and documents can refer to it. Codes are declared in `innocity.core.error_codes`
or, by the packages above, with `register_codes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from innocity.core.error_codes import CODES, Code

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, its line and column (both from 1), and the path inside the data.

    >>> str(Place("city.yaml", 3, path="units[0].id"))
    'city.yaml:3（units[0].id）'
    >>> str(Place(path="--set x=1"))
    '--set x=1'
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    path: str | None = None

    @classmethod
    def of(cls, written: str, path: str | None = None) -> Place:
        """The place that a text `file:line` names, as fences and documents keep it.

        >>> Place.of("documents/wh2018.md:31", path="where")
        Place(file='documents/wh2018.md', line=31, column=None, path='where')
        """
        file, _, line = written.rpartition(":")
        return cls(file, int(line), path=path) if file and line.isdigit() else cls(written or None, path=path)

    def __str__(self) -> str:
        spot = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        if not spot:
            return self.path or ""
        return f"{spot}（{self.path}）" if self.path else spot


class InnoCityError(Exception):
    """One thing that is wrong. `code` is stable, `message` says what, `place` where, `remedy` what next.

    `details` holds the values for programs (never shown as they are).

    >>> print(InnoCityError("E-MONEY-FORMAT", "看不懂金额“20万”", Place("a.yaml", 7), "写上单位，如 20万元"))
    a.yaml:7 [E-MONEY-FORMAT] 看不懂金额“20万”
      怎么办：写上单位，如 20万元
    """

    def __init__(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        remedy: str | None = None,
        details: Mapping[str, Any] | None = None,
        severity: Severity = "error",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.place = place
        self.remedy = remedy
        self.details: dict[str, Any] = dict(details or {})
        self.severity: Severity = severity

    def __str__(self) -> str:
        where = f"{self.place} " if self.place and str(self.place) else ""
        head = f"{where}[{self.code}] {self.message}"
        return f"{head}\n  怎么办：{self.remedy}" if self.remedy else head

    def at(self, place: Place) -> InnoCityError:
        """The same error with a place; an error that knows its place already keeps it.

        >>> InnoCityError("E-DATE-FORMAT", "x").at(Place("a.yaml", 2)).place.line
        2
        """
        if self.place is None:
            self.place = place
        return self

    def as_dict(self) -> dict[str, Any]:
        """Code, severity, message, file, line, path, remedy and details, for JSON output.

        >>> InnoCityError("E-DATE-FORMAT", "x", Place("a", 1)).as_dict()["file"]
        'a'
        """
        place = self.place or Place()
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "file": place.file,
            "line": place.line,
            "path": place.path,
            "remedy": self.remedy,
            "details": self.details,
        }


class InvalidValue(InnoCityError, ValueError):
    """A written value that cannot be read. Also a ValueError, so that pydantic collects it with its place.

    >>> isinstance(InvalidValue("E-YEAR-FORMAT", "x"), ValueError)
    True
    """


class InnoCityErrors(InnoCityError):
    """Several errors raised together; `errors` lists them. Its own code is that of the first.

    >>> e = InnoCityErrors([InnoCityError("E-DATE-FORMAT", "a"), InnoCityError("E-YEAR-FORMAT", "b")])
    >>> print(e)
    共2处错误
    [E-DATE-FORMAT] a
    [E-YEAR-FORMAT] b
    """

    def __init__(self, errors: Iterable[InnoCityError]) -> None:
        self.errors: tuple[InnoCityError, ...] = tuple(errors)
        first = self.errors[0]
        super().__init__(first.code, first.message, first.place, first.remedy, first.details)

    def __str__(self) -> str:
        return "\n".join([f"共{len(self.errors)}处错误", *map(str, self.errors)])


class ErrorList:
    """Collects errors and warnings, so that a user sees all of them at once.

    >>> found = ErrorList()
    >>> found.add("E-DATE-FORMAT", "日期不对")
    >>> found.warn("W-FACTS-EMPTY", "没有行")
    >>> [len(found), len(found.errors), len(found.warnings)]
    [2, 1, 1]
    >>> found.raise_if_any()
    Traceback (most recent call last):
    innocity.core.errors.InnoCityError: [E-DATE-FORMAT] 日期不对
    """

    def __init__(self, items: Iterable[InnoCityError] = ()) -> None:
        self.items: list[InnoCityError] = []
        self.extend(items)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[InnoCityError]:
        return iter(self.items)

    @property
    def errors(self) -> list[InnoCityError]:
        """What forbids going on."""
        return [item for item in self.items if item.severity == "error"]

    @property
    def warnings(self) -> list[InnoCityError]:
        """What somebody should look at."""
        return [item for item in self.items if item.severity == "warning"]

    def append(self, error: InnoCityError) -> None:
        """Take an error in; one that bundles several is unpacked."""
        if isinstance(error, InnoCityErrors):
            self.items.extend(error.errors)
        else:
            self.items.append(error)

    def extend(self, errors: Iterable[InnoCityError]) -> None:
        """Take in several errors."""
        for error in errors:
            self.append(error)

    def add(
        self, code: str, message: str, place: Place | None = None, remedy: str | None = None, **details: Any
    ) -> None:
        """Record an error."""
        self.append(InnoCityError(code, message, place, remedy, details))

    def warn(
        self, code: str, message: str, place: Place | None = None, remedy: str | None = None, **details: Any
    ) -> None:
        """Record a warning."""
        self.append(InnoCityError(code, message, place, remedy, details, severity="warning"))

    def raise_if_any(self) -> None:
        """Raise what was found: a single error as itself, several as `InnoCityErrors`. Warnings pass."""
        errors = self.errors
        if len(errors) == 1:
            raise errors[0]
        if errors:
            raise InnoCityErrors(errors)


def fail(code: str, message: str, place: Place | None = None, remedy: str | None = None, **details: Any) -> NoReturn:
    """Raise an `InnoCityError`; shorter to write in expressions than `raise`.

    >>> fail("E-YEAR-FORMAT", "年份不对")
    Traceback (most recent call last):
    innocity.core.errors.InnoCityError: [E-YEAR-FORMAT] 年份不对
    """
    raise InnoCityError(code, message, place, remedy, details)


def register_codes(codes: Mapping[str, tuple[str, str]]) -> None:
    """Declare codes of a package above core: `{code: (Chinese line, English line)}`.

    A code is declared once; declaring it again with other words is a mistake of the programmer.

    >>> register_codes({"E-MONEY-FORMAT": ("甲", "other words")})
    Traceback (most recent call last):
    ValueError: E-MONEY-FORMAT is declared twice
    """
    for code, (zh, en) in codes.items():
        new = Code(code, zh, en)
        if CODES.setdefault(code, new) != new:
            raise ValueError(f"{code} is declared twice")
