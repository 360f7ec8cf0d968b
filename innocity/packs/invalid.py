"""From pydantic's findings to errors with a code, a Chinese sentence, a line and a remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from innocity.core.errors import ErrorList, InnoCityError, InvalidValue
from innocity.packs import model
from innocity.packs.yamltext import Located, show_path, without_empty

T = TypeVar("T", bound=BaseModel)
Steps = tuple[str | int, ...]


def build(
    cls: type[T],
    located: Located,
    errors: ErrorList,
    path: Steps = (),
    extra: Mapping[str, Any] | None = None,
) -> T | None:
    """An object of `cls` from the data at `path`, with `extra` fields set by the program.

    What is wrong is added to `errors` with file and line; then the result is None.
    """
    data = _at(located.data, path)
    if not isinstance(data, dict):
        errors.add("E-PACK-FIELD", "这里应是一组“键: 值”", located.place(path), "每行写一个 键: 值")
        return None
    data = without_empty(data)
    reserved = sorted(set(extra or ()) & set(data))
    if reserved:
        place = located.place((*path, reserved[0]))
        errors.add("E-PACK-UNKNOWN-FIELD", f"{reserved[0]} 由程序填写", place, "删去这一行")
        return None
    try:
        return cls.model_validate({**data, **(extra or {})})
    except ValidationError as error:
        for item in _relevant(error.errors(), data):
            errors.append(_translate(item, located, path))
        return None


def suggest(wrong: str, known: Sequence[str] | set[str] | frozenset[str]) -> str:
    """A remedy for an unknown id: the nearest known ones, or some of them.

    >>> suggest("hntee", ["hnte", "gazelle"])
    '是不是 hnte？'
    >>> suggest("x", ["b", "a"])
    '已有：a、b'
    """
    near = get_close_matches(wrong, sorted(known), n=2, cutoff=0.7)
    if near:
        return f"是不是 {near[0]} 或 {near[1]}？" if len(near) > 1 else f"是不是 {near[0]}？"
    if not known:
        return "目前一个也没有"
    shown = "、".join(sorted(known)[:12])
    return f"已有：{shown} 等" if len(known) > 12 else f"已有：{shown}"


def _at(data: Any, path: Steps) -> Any:
    for step in path:
        data = data[step]
    return data


def _relevant(items: Sequence[Any], data: Any) -> list[Any]:
    """Of the findings of a union only those of the branch that fits what was written."""
    kept = [item for item in items if not _other_branch(item["loc"], data)]
    return kept or list(items)


def _other_branch(loc: Steps, data: Any) -> bool:
    here = data
    for step in loc:
        inside = isinstance(step, int) and isinstance(here, list) and step < len(here)
        if inside or (isinstance(here, dict) and step in here):
            here = here[step]
        elif isinstance(step, str):
            wrong_list = step.startswith("tuple[") and not isinstance(here, list)
            wrong_dict = step.startswith("dict[") and not isinstance(here, dict)
            if wrong_list or wrong_dict:
                return True
    return False


def _field_names() -> set[str]:
    names: set[str] = set()
    for thing in vars(model).values():
        if isinstance(thing, type) and issubclass(thing, BaseModel):
            names |= {field.alias or name for name, field in thing.model_fields.items()}
    return names


def _translate(item: Any, located: Located, base: Steps) -> InnoCityError:
    loc: Steps = tuple(item["loc"])
    place = located.place((*base, *loc))
    kind, last = item["type"], loc[-1] if loc else ""
    cause = (item.get("ctx") or {}).get("error")
    if isinstance(cause, InvalidValue):
        return InvalidValue(cause.code, cause.message, place, cause.remedy)
    if kind == "missing":
        return InnoCityError("E-PACK-MISSING-FIELD", f"缺少 {last}", place, f"补上 {last}: …")
    if kind == "extra_forbidden":
        near = get_close_matches(str(last), sorted(_field_names()), n=1, cutoff=0.7)
        remedy = f"是不是 {near[0]}？" if near else "删去它，或对照 docs/explain/formats.md"
        return InnoCityError("E-PACK-UNKNOWN-FIELD", f"不认识的字段 {last}", place, remedy)
    message, remedy = _wrong_value(kind, item, cause)
    return InnoCityError("E-PACK-FIELD", f"{show_path(loc) or '此处'}：{message}", place, remedy)


def _wrong_value(kind: str, item: Any, cause: Any) -> tuple[str, str]:
    given = item.get("input")
    shown = f"“{given}”" if isinstance(given, (str, int)) else "这里的值"
    formats = "对照 docs/explain/formats.md"
    if kind == "value_error":
        return str(cause), formats
    if kind == "literal_error":
        return f"{shown}不在可选之列", f"只能是 {str(item['ctx']['expected']).replace(' or ', '、')}"
    if kind.startswith("int_"):
        return f"{shown}不是整数", "写一个整数，如 2023"
    if kind.startswith("bool_"):
        return f"{shown}不是是否值", "写 true 或 false"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return f"{shown}应是一组“键: 值”", formats
    if kind in ("tuple_type", "list_type"):
        return f"{shown}应是列表", "写成 [甲, 乙] 或每行一个 - 甲"
    if kind == "string_type":
        return ("没有给值" if given is None else f"{shown}应是一段文字"), formats
    return f"{shown}不合要求（{item['msg']}）", formats
