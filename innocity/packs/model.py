"""What a city folder holds, as frozen, validated objects.

The fields are those of docs/explain/formats.md; every scalar arrives as text and is parsed by its declared
type. References between objects (a clause's register, a group's members) are checked by
`innocity.packs.references`, expressions by `innocity.plan`. The models live in `model_*.py`, one file a
subject; this one adds documents and the pack, and is where everything is imported from.
"""

from __future__ import annotations

from datetime import date

from innocity.packs.model_amount import SHAPES, Alternative, Amount, Bracket, Confirmation, LadderStep, Param
from innocity.packs.model_assessment import Assessment, AssessmentPart, Deduction, Supervision
from innocity.packs.model_base import (
    INTEGER_MAX,
    MONEY_MAX,
    AmountKind,
    ColumnType,
    Day,
    Force,
    Frozen,
    Money,
    Named,
    State,
    Texts,
    Years,
)
from innocity.packs.model_city import City, Code, CodeList, Column, Division, Exclusion, Payer, Register, Unit
from innocity.packs.model_clause import (
    After,
    Cap,
    Clause,
    Condition,
    Distinct,
    Fence,
    Gate,
    Join,
    Manual,
    Near,
    Once,
    Other,
    Part,
    Span,
    Step,
    Validity,
)
from innocity.packs.model_fences import (
    FENCES,
    Appropriation,
    Call,
    Contact,
    Group,
    Pool,
    Relation,
    Rule,
    Statement,
    Uses,
)
from innocity.packs.model_grading import Grading, GradingCriterion, Tier
from innocity.packs.model_index import Component, CompositeIndex, Sensitivity
from innocity.packs.model_inspection import DrawRule, InspectionPlan
from innocity.packs.model_matching import Criterion, MatchKind, Sides, Visibility
from innocity.packs.model_procedure import Procedure, ProcedureStep
from innocity.packs.model_roster import Roster, RosterTable
from innocity.packs.model_targets import (
    AsPrinted,
    Baseline,
    Formula,
    Indicator,
    Observation,
    Per,
    Release,
    Target,
    Task,
)
from innocity.packs.model_technology import TechnologyKind


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
    publisher: str | None = None  # whose page it stands on, where that is not who issued it
    index_number: Texts = ()  # 索引号 of the government's open information: the unit's code, the number under it
    subject: str | None = None  # 主题 there
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

    def since(self) -> date | None:
        """The day from which the document was there: of issue, else of force, else of publication."""
        return self.issued_on or self.valid_from or self.published_on

    def begins(self) -> date | None:
        """The day from which it is to be carried out: of force, else of issue, else of publication."""
        return self.valid_from or self.issued_on or self.published_on


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
    indicators: dict[str, Indicator] = {}
    observations: tuple[Observation, ...] = ()
    targets: dict[str, Target] = {}
    tasks: dict[str, Task] = {}
    assessments: dict[str, Assessment] = {}
    indices: dict[str, CompositeIndex] = {}
    matching: dict[str, MatchKind] = {}
    gradings: dict[str, Grading] = {}
    rosters: dict[str, Roster] = {}
    technology_kinds: dict[str, TechnologyKind] = {}
    procedures: dict[str, Procedure] = {}
    inspections: dict[str, InspectionPlan] = {}
    hash: str = ""

    def document_of(self, fence: Fence) -> Document | None:
        """The document in which a fence stands."""
        return self.documents.get(fence.article.partition("#")[0])

    def set_by(self, fence: Fence, day: date) -> bool:
        """Whether the document that sets something was there on the day; one without any date always was."""
        document = self.document_of(fence)
        since = document.since() if document else None
        return since is None or since <= day


__all__ = [
    "FENCES",
    "INTEGER_MAX",
    "MONEY_MAX",
    "SHAPES",
    "After",
    "Alternative",
    "Amount",
    "AmountKind",
    "Appropriation",
    "Article",
    "AsPrinted",
    "Assessment",
    "AssessmentPart",
    "Baseline",
    "Bracket",
    "Call",
    "Cap",
    "City",
    "Clause",
    "Code",
    "CodeList",
    "Column",
    "ColumnType",
    "Component",
    "CompositeIndex",
    "Condition",
    "Confirmation",
    "Contact",
    "Criterion",
    "Day",
    "Deduction",
    "Distinct",
    "Division",
    "Document",
    "DrawRule",
    "Exclusion",
    "Fence",
    "Force",
    "Formula",
    "Frozen",
    "Gate",
    "Grading",
    "GradingCriterion",
    "Group",
    "Indicator",
    "InspectionPlan",
    "Join",
    "LadderStep",
    "Manual",
    "MatchKind",
    "Money",
    "Named",
    "Near",
    "Observation",
    "Once",
    "Original",
    "Other",
    "Pack",
    "Param",
    "Part",
    "Payer",
    "Per",
    "Pool",
    "Procedure",
    "ProcedureStep",
    "Register",
    "Relation",
    "Release",
    "Roster",
    "RosterTable",
    "Rule",
    "Sensitivity",
    "Sides",
    "Span",
    "State",
    "Statement",
    "Step",
    "Supervision",
    "Target",
    "Task",
    "TechnologyKind",
    "Texts",
    "Tier",
    "Unit",
    "Uses",
    "Validity",
    "Visibility",
    "Years",
]
