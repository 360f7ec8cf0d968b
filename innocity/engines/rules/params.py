"""Parameters: those a pack names and those that stand as literals in amounts, with what `--set` changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.packs.literals import EXAMPLES, literal_type, of_another_type
from innocity.packs.model import Clause, Param
from innocity.plan.literals import parse_literal
from innocity.plan.nodes import Lit, Type

register_codes({
    "E-PARAM-UNKNOWN": ("没有这个参数", "there is no such parameter"),
    "E-PARAM-CHOICE": ("参数取值不在可选范围", "a parameter's value is not among its choices"),
})  # fmt: skip


@dataclass
class Parameters:
    """The parameters of one clause (or group, pool, relation), after `--set`."""

    owner: str
    named: Mapping[str, Param]
    overrides: Mapping[str, str]  # of this owner: name -> text
    place: str = ""
    used: dict[str, Lit] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # every parameter's text in force, for reports
    missing: dict[str, str] = field(default_factory=dict)  # missing parameters in use: name -> what is missing
    unconfirmed: bool = False

    def values(self) -> dict[str, Lit]:
        """The named parameters as constants, for expressions."""
        return {name: self.constant(name) for name in self.named}

    def constant(self, name: str) -> Lit:
        """The value of a named parameter; a missing one is the constant "missing"."""
        if name in self.used:
            return self.used[name]
        param = self.named[name]
        text = self.overrides.get(name, param.value)
        if text is None:
            value = Lit("missing", None)
            self.missing[name] = param.missing or name
        else:
            value = self._literal(name, text, param.type, param.above_one)
            self._like(name, param.value, text)
            self.texts[name] = text
        if param.reading and param.confirmed is None:
            self.unconfirmed = True
        self.used[name] = value
        return value

    def term(self, text: str, name: str, wanted: Type, above_one: bool = False) -> Lit:
        """A literal or a parameter's name as it stands in an amount; a literal becomes parameter `name`."""
        if text in self.named:
            value = self.constant(text)
            if value.type not in (wanted, "missing"):
                self._fail("E-LITERAL-TYPE", f"参数 {text} 的类型不对", "改用同类参数")
            if name != "each":  # what the pack left missing shows only here that it is paid as it stands
                self._like(text, EXAMPLES[wanted], self.texts.get(text, ""))  # type: ignore[index]
            return value
        key, count = name, 1
        while key in self.texts or key in self.named:
            count += 1
            key = f"{name}_{count}"
        written = self.overrides.get(key, text)
        self.texts[key] = written
        value = self._literal(key, written, wanted, above_one)
        self._like(key, text, written)
        return value

    def choice(self, name: str, param: Param, choices: tuple[str, ...]) -> str:
        """A parameter that is one of several words."""
        text = self.overrides.get(name, param.value or "")
        self.texts[name] = text
        if text not in choices:
            known = "、".join(choices)
            self._fail("E-PARAM-CHOICE", f"{self.owner}.{name} 不能是“{text}”", f"可选：{known}")
        return text

    def check_overrides(self) -> None:
        """Refuse settings that named nothing."""
        for name in self.overrides:
            if name not in self.texts and name not in self.used:
                known = "、".join(sorted({*self.texts, *self.named})) or "（没有参数）"
                self._fail("E-PARAM-UNKNOWN", f"{self.owner} 没有参数“{name}”", f"可设的参数：{known}")

    def _literal(self, name: str, text: str, wanted: Type | None, above_one: bool) -> Lit:
        try:
            return parse_literal(text, wanted, above_one)
        except InnoCityError as error:
            raise error.at(Place.of(self.place, path=f"{self.owner}.{name}")) from None

    def _like(self, name: str, before: str | None, text: str) -> None:
        """A sum takes a sum's place, so much a month that of so much a month: nothing else would count its months."""
        given, wanted = literal_type(text), literal_type(before or text)
        if given != wanted and {given, wanted} == {"money", "monthly"}:
            raise of_another_type(text, wanted).at(Place.of(self.place, path=f"{self.owner}.{name}"))

    def _fail(self, code: str, message: str, remedy: str) -> None:
        raise InnoCityError(code, message, Place.of(self.place, path=self.owner), remedy)


def parameters_of(clause: Clause, overrides: Mapping[str, str]) -> Parameters:
    """The parameters of a clause."""
    return Parameters(clause.id, clause.params, overrides, clause.place)
