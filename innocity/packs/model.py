"""What a city folder holds, as frozen, validated objects.

The fields are those of docs/explain/formats.md; every scalar arrives as text and is parsed by the type
declared here. References between objects (a clause's register, a group's members) are checked by
`innocity.packs.load`; expressions by `innocity.plan`.
"""
from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from innocity.core.dates import parse_date, parse_years
from innocity.core.money import parse_money

Force = Literal["entitlement", "intent", "reported", "recommended"]
AmountKind = Literal[
    "reward", "subsidy", "post_subsidy", "matching", "interest", "risk_compensation", "equity", "service"
]
State = Literal["in_force", "expired", "repealed", "unknown"]
ColumnType = Literal["text", "code", "date", "year", "integer", "money", "bool", "party"]

Money = Annotated[int, BeforeValidator(lambda v: parse_money(v) if isinstance(v, str) else v)]
Day = Annotated[date, BeforeValidator(lambda v: parse_date(v) if isinstance(v, str) else v)]
Years = Annotated[tuple[int, int], BeforeValidator(lambda v: parse_years(v) if isinstance(v, str) else v)]
Texts = tuple[str, ...]
MONEY_MAX = 10**14  # 1万亿元 in fen: what a money column may hold unless it says otherwise
INTEGER_MAX = 10**9


class Frozen(BaseModel):
    """Base of all pack objects: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Named(Frozen):
    """Something with an id and a Chinese name."""

    id: str
    name: str
    name_en: str | None = None


# --- city, codes, registers -------------------------------------------------------------------------


class Division(Named):
    """An administrative division or a zone; zones overlap divisions and are never added to them."""

    code: str | None = None


class Unit(Named):
    """A unit answerable for targets, tasks or clauses, with its dated successors."""

    full_name: str | None = None
    aliases: Texts = ()
    parent: str | None = None
    level: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    successor: str | None = None


class Payer(Named):
    """A purse that carries a share of an award."""


class City(Named):
    """`city.yaml`."""

    code: str
    extends: Texts = ()
    default_year: int = 2023
    as_of: Day | None = None
    divisions: tuple[Division, ...] = ()
    zones: tuple[Division, ...] = ()
    units: tuple[Unit, ...] = ()
    payers: tuple[Payer, ...] = ()
    remove: dict[str, Texts] = {}


class Code(Named):
    """One entry of a code list."""

    aliases: Texts = ()
    valid_from: Day | None = None
    valid_to: Day | None = None


class CodeList(Named):
    """`codes/<id>.yaml`."""

    source: str | None = None
    codes: tuple[Code, ...]

    def ids(self) -> frozenset[str]:
        """The ids that a column of this list may hold."""
        return frozenset(c.id for c in self.codes)


class Column(Named):
    """A column of a register; `max` bounds a fact's value (fen for money)."""

    type: ColumnType
    codes: str | None = None
    required: bool = False
    personal: bool = False
    help: str | None = None
    was: str | None = None
    max: Annotated[int | None, BeforeValidator(lambda v: _bound(v))] = None

    def bound(self) -> int:
        """The largest absolute value of a fact in this column, in fen or units."""
        default = MONEY_MAX if self.type == "money" else INTEGER_MAX
        return default if self.max is None else self.max


def _bound(value: Any) -> Any:
    """`max:` is money where it has a unit, else an integer."""
    if isinstance(value, str) and not value.strip().isdigit():
        return parse_money(value)
    return value


class Register(Named):
    """`registers/<id>.yaml`: what is recorded about a party, one dated row a fact."""

    revision: int = 1
    about: Literal["organization", "person", "division", "any"] = "any"
    source: str
    purpose: str
    refresh: str
    writers: Texts = ()
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of this name, if there is one."""
        return next((c for c in self.columns if c.id == name), None)


class Exclusion(Named):
    """A common exclusion: a dated fact that stops every sum of its party."""

    register_: str = Field(alias="register")
    where: str = "True"
    from_: str = Field(alias="from")
    to: str | None = None
    repaired: str | None = None


# --- readings and parameters ------------------------------------------------------------------------


class Confirmation(Frozen):
    """Who confirmed a reading, by which document, when; all three, or it is not confirmed."""

    by: str
    document: str
    on: Day


class Alternative(Frozen):
    """Another way to read the text: a parameter's value and what it would mean."""

    value: str
    says: str | None = None


class Param(Frozen):
    """A named parameter, as text; its type follows from the literal unless `type` is given."""

    value: str | None = None
    type: Literal["money", "rate", "integer", "date", "bool", "text"] | None = None
    above_one: bool = False
    says: str | None = None
    reading: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    confirmed: Confirmation | None = None
    missing: str | None = None
    decide_by: Texts = ()
    derived: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"value": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of(self) -> Param:
        if (self.value is None) == (self.missing is None):
            raise ValueError("参数要么有 value，要么有 missing（说明缺什么）")
        return self


# --- amounts ----------------------------------------------------------------------------------------


class LadderStep(Frozen):
    """One step of a ladder by conditions."""

    name: str
    if_: str = Field(alias="if")
    is_: Amount = Field(alias="is")


class Bracket(Frozen):
    """The part of a base up to `upto` at `rate`; the last bracket has no `upto`."""

    upto: str | None = None
    rate: str


SHAPES = ("fixed", "by", "steps", "rate", "match", "each", "of", "lesser", "greater", "all", "brackets", "none")


class Amount(Frozen):
    """How much: exactly one shape, with an optional cap, floor and name (docs/explain/formats.md)."""

    fixed: str | None = None
    by: str | None = None
    cases: dict[str, Amount] | tuple[LadderStep, ...] | None = None
    else_: Amount | None = Field(default=None, alias="else")
    rate: str | None = None
    match: str | None = None
    above_one: bool = False
    of: str | None = None
    each: str | None = None
    times: str | None = None
    lesser: tuple[Amount, ...] | None = None
    greater: tuple[Amount, ...] | None = None
    all: tuple[Amount, ...] | None = None
    brackets: tuple[Bracket, ...] | None = None
    none: Literal["in_kind", "undecided"] | None = None
    cap: str | None = None
    floor: str | None = None
    name: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"none": value} if value in ("in_kind", "undecided") else {"fixed": value}
        return value

    @property
    def shape(self) -> str:
        """The shape's name, one of SHAPES."""
        if self.brackets is not None:
            return "brackets"
        if self.by is not None:
            return "by"
        if self.cases is not None:
            return "steps"
        for shape in ("fixed", "rate", "match", "each", "lesser", "greater", "all", "none"):
            if getattr(self, shape) is not None:
                return shape
        return "of"

    @model_validator(mode="after")
    def _one_shape(self) -> Amount:
        given = [s for s in ("fixed", "cases", "rate", "match", "each", "lesser", "greater", "all", "none")
                 if getattr(self, s) is not None]
        if len(given) > 1 or (not given and self.of is None):
            raise ValueError("金额只能有一种写法：" + "、".join(given or ["（空）"]))
        if (self.rate or self.match or self.brackets) and self.of is None:
            raise ValueError("比例、配套和分档要有 of（基数）")
        if (self.each is None) != (self.times is None):
            raise ValueError("each 与 times 要同时给出")
        if isinstance(self.cases, dict) != (self.by is not None):
            raise ValueError("cases 写成映射时要有 by，写成列表时不能有 by")
        return self


# --- clauses and what stands beside them ------------------------------------------------------------


class Join(Frozen):
    """The matching row of another register: their column = our column; dated with `at`."""

    register_: str = Field(alias="register")
    as_: str = Field(alias="as")
    on: dict[str, str]
    at: str | None = None
    where: str | None = None


class Distinct(Frozen):
    """Of rows alike in `by` only the first by `prefer` counts."""

    by: Texts
    prefer: Texts = ()


class Span(Frozen):
    """A row that counts in every year it touches."""

    from_: str = Field(alias="from")
    to: str


class Condition(Frozen):
    """A condition as it is shown: an expression, our words for it, the unit of its numbers."""

    if_: str = Field(alias="if")
    says: str | None = None
    unit: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"if": value} if isinstance(value, str) else value


class Manual(Frozen):
    """Cases that a person must look at (转人工)."""

    when: str
    says: str


class Step(Frozen):
    """The step before a missing event, for near misses."""

    register_: str = Field(alias="register")
    where: str = "True"
    says: str


class Near(Frozen):
    """How close a miss is still shown: share of the number needed, days of a date."""

    within: str = "20%"
    days: int = 365


class After(Frozen):
    """Rows are this run's awards of another clause."""

    clause: str


class Gate(Frozen):
    """Someone must decide: who, and how."""

    by: str | None = None
    method: str
    scheme: str | None = None
    workflow: str | None = None


class Cap(Frozen):
    """A cap over several awards of one clause."""

    sum: str
    per: Literal["party", "all"] = "party"


class Once(Frozen):
    """Given once: per object (over all parties) or party, in a year or a lifetime."""

    per: Literal["object", "party"] = "object"
    span: Literal["year", "lifetime"] = "lifetime"
    prefer: Texts = ()
    assume: bool = True


class Other(Frozen):
    """A sum that someone else pays: shown beside the award."""

    payer: str
    amount: Amount
    derived: str | None = None


class Part(Frozen):
    """A payee's part of an award."""

    to: Annotated[Texts, BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]
    share: str | None = None
    rest: bool = False
    leftover: str | None = None


class Fence(Frozen):
    """What every fence has: an id, where it stands, whence it comes."""

    id: str
    promise: Texts = ()
    origin: Texts = ()
    derived: dict[str, str] = {}
    article: str = ""  # filled in by the loader: `<document>#<article>`
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, value: Any) -> Any:
        if isinstance(value, dict):
            for key in ("promise", "origin"):
                if isinstance(value.get(key), str):
                    value = {**value, key: [value[key]]}
        return value


class Validity(Frozen):
    """Days from which and to which (inclusive) something holds; empty: open."""

    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None


class Clause(Fence):
    """One promise: who gets what, when, how much, from whom."""

    name: str
    name_en: str | None = None
    topic: str
    kind: AmountKind = "subsidy"
    force: Force = "entitlement"
    who: str
    what: str
    responsible: Texts = ()
    delivery: Literal["automatic", "application"] = "application"
    materials: Texts = ()
    service: str | None = None
    valid: Validity = Validity()
    params: dict[str, Param] = {}
    register_: str | None = Field(default=None, alias="register")
    after: After | None = None
    party: str = "party_id"
    join: tuple[Join, ...] = ()
    counts_on: str | None = None
    counts_over: Span | None = None
    distinct: Distinct | None = None
    where: str = "True"
    subject: str | None = None
    object: Annotated[Texts, BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)] = ("party",)
    when: Annotated[tuple[Condition, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)] = ()
    before: Step | None = None
    manual: Manual | None = None
    amount: Amount
    bound: Literal["exact", "upto"] = "exact"
    gate: Gate | None = None
    caps: tuple[Cap, ...] = ()
    once: Once | None = None
    payers: dict[str, str] = {"city": "100%"}
    others: tuple[Other, ...] = ()
    parts: tuple[Part, ...] = ()
    manual_unless: str | None = None
    near: Near = Near()
    exclusions: Literal["common", "none"] = "common"
    stacks: str | None = None
    reading: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    confirmed: Confirmation | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _source(self) -> Clause:
        if self.register_ and self.after:
            raise ValueError("register 与 after 只能有一个")
        if self.register_ and not (self.counts_on or self.counts_over):
            raise ValueError("有 register 时要写 counts_on 或 counts_over（按哪个日期归年）")
        if not self.register_ and not self.after and self.amount.shape != "none":
            raise ValueError("没有 register 的条款不能有金额；写 in_kind 或 undecided")
        return self

    def computes(self) -> bool:
        """Whether the clause has an amount (a sum, a rate, a ceiling), rather than a service or support."""
        return self.amount.shape != "none"


class Rule(Fence):
    """A constraint on other clauses that is a promise of its own: a split, a burden, a condition."""

    name: str = ""
    of: Texts
    parts: tuple[Part, ...] = ()
    payers: dict[str, str] | None = None
    manual_unless: str | None = None
    says: str | None = None
    reading: str | None = None
    alternatives: tuple[Alternative, ...] = ()
    assume: bool = True
    note: str | None = None


class Group(Fence):
    """Clauses of which not all are paid; `take` may be a parameter with a reading."""

    name: str = ""
    members: Texts
    take: Param = Param(value="highest")
    scope: Literal["object", "party"] = "object"
    reading: str | None = None
    note: str | None = None


class Pool(Fence):
    """A yearly amount shared by the members' sums, conserved to the fen."""

    name: str = ""
    sum: Param
    members: Texts
    share: Param = Param(value="pro_rata")
    within: str | None = None
    force: Force = "entitlement"
    reading: str | None = None
    note: str | None = None


class Uses(Frozen):
    """What has been drawn from an appropriation."""

    register_: str = Field(alias="register")
    of: str = "amount"
    where: str = "True"


class Appropriation(Fence):
    """Money set aside, by year or in all; what is drawn from it comes from a register."""

    name: str = ""
    years: Years | None = None
    per_year: Money | None = None
    total: Money | None = None
    parts: dict[str, Money] = {}
    uses: Uses | None = None
    force: Force = "entitlement"
    payer: str = "city"
    reading: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _sum(self) -> Appropriation:
        if self.per_year is None and self.total is None:
            raise ValueError("资金安排要写 per_year（配 years）或 total")
        if self.per_year is not None and self.years is None:
            raise ValueError("per_year 要配 years")
        return self

    def planned(self) -> int:
        """Fen planned over all years."""
        if self.total is not None:
            return self.total
        assert self.per_year is not None and self.years is not None
        return self.per_year * (self.years[1] - self.years[0] + 1)


class Relation(Fence):
    """How documents or clauses stand to each other; `supersedes` ends the older clause's validity."""

    kind: str
    newer: str | None = None
    older: str | None = None
    source: str | None = None
    target: str | None = None
    explicit: bool = True
    assume: bool = True
    from_: Day | None = Field(default=None, alias="from")
    says: str | None = None
    note: str | None = None


class Statement(Fence):
    """What a document reports or recommends: never paid, never shown to a firm."""

    name: str = ""
    topic: str | None = None
    force: Force = "reported"
    says: str
    note: str | None = None


class Contact(Frozen):
    """Where to ask."""

    unit: str
    section: str | None = None
    telephone: str | None = None


class Call(Fence):
    """A yearly call (申报通知): without one a sum is an estimate."""

    name: str = ""
    clauses: Texts
    fact_year: int
    opens: Day
    closes: Day
    materials: Texts = ()
    contact: Contact | None = None
    budget: Money | None = None
    demonstration: bool = False
    note: str | None = None


FENCES: dict[str, type[Fence]] = {
    "clause": Clause, "rule": Rule, "pool": Pool, "group": Group, "appropriation": Appropriation,
    "relation": Relation, "statement": Statement, "call": Call,
}  # fmt: skip


# --- documents and the pack -------------------------------------------------------------------------


class Original(Frozen):
    """The original text of a document, which the repository does not hold."""

    file: str
    sha256: str
    chars: int


class Document(Frozen):
    """Front matter of a document."""

    id: str
    title: str
    number: str | None = None
    issuer: str | None = None
    level: str = "city"
    territory: str
    kind: str | None = None
    issued_on: Day | None = None
    published_on: Day | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    state: State = "unknown"
    reported_by: str | None = None
    origin: str | None = None
    original: Original | None = None
    missing: Texts = ()
    derived: dict[str, str] = {}
    note: str | None = None
    articles: tuple[Article, ...] = ()  # filled in by the loader
    place: str = ""


class Article(Frozen):
    """One article: our digest and where the original stands (character offsets, half open)."""

    id: str
    title: str
    path: str | None = None
    spans: tuple[tuple[int, int], ...] = ()
    text: str = ""
    place: str = ""


class Pack(Frozen):
    """A city, with what it inherits from its parents, ready to be compiled."""

    city: City
    root: str = ""  # folder of the city
    parents: Texts = ()
    codes: dict[str, CodeList]
    registers: dict[str, Register]
    exclusions: tuple[Exclusion, ...] = ()
    units: dict[str, Unit] = {}
    payers: dict[str, Payer] = {}
    documents: dict[str, Document] = {}
    clauses: dict[str, Clause] = {}
    rules: dict[str, Rule] = {}
    groups: dict[str, Group] = {}
    pools: dict[str, Pool] = {}
    appropriations: dict[str, Appropriation] = {}
    relations: dict[str, Relation] = {}
    statements: dict[str, Statement] = {}
    calls: dict[str, Call] = {}
    hash: str = ""

    def document_of(self, fence: Fence) -> Document | None:
        """The document in which a fence stands."""
        return self.documents.get(fence.article.partition("#")[0])
