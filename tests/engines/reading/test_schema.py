"""The JSON of `innocity read`: the fields and vocabularies that programs may rely on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from innocity.cli.main import app

HERE = Path(__file__).parent / "documents"
TEXTS = sorted([*HERE.glob("10*.txt"), *HERE.glob("third/3*.txt")])
SHAPES = ["fixed", "ladder", "proportional", "matching", "per_unit", "min_of_two", "monthly", "risk_compensation",
          "split", "budget_pool", "discretionary", "in_kind", "rule"]  # fmt: skip
KINDS = ["goal", "task", "task_group", "subtask", "safeguard", "phase", "milestone", "guideline", "attachment",
         "policy_focus", "problem", "recommendation", "recommendation_group"]  # fmt: skip
OPERATORS = [">=", ">", "<=", "=", "≈", "range", "growth>=", "delta>=", "order", "increase", "milestone", "qualitative"]
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
MAYBE = {"type": ["string", "null"]}
WORDS = {"type": "array", "items": TEXT}


def findings(required: dict[str, Any]) -> dict[str, Any]:
    common = {
        "start": {"type": "integer", "minimum": 0}, "end": {"type": "integer"}, "rule": TEXT,
        "confidence": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    }  # fmt: skip
    fields = {**common, **required}
    return {"type": "array", "items": {"type": "object", "required": sorted(fields), "properties": fields}}


AMOUNT = {
    "type": "object", "additionalProperties": False, "required": ["mode"],
    "properties": {
        "case": TEXT, "value_yuan": NUMBER, "rate": NUMBER, "base": TEXT, "cap_yuan": NUMBER, "cap_per": TEXT,
        "per": TEXT, "mode": {"enum": ["fixed", "max", "about"]}, "derived": TEXT,
    },
}  # fmt: skip
SCHEMA = {
    "type": "object", "additionalProperties": False,
    "required": ["meta", "outline", "targets", "tasks", "benefits", "facts", "procedures", "relations", "definitions"],
    "properties": {
        "meta": {"type": "object"},
        "outline": findings({"path": TEXT, "title": TEXT}),
        "targets": findings({
            "indicator": TEXT, "year": MAYBE, "operator": {"enum": OPERATORS},
            "value": {"type": ["number", "array", "null"]}, "unit": MAYBE, "units": WORDS,
        }),
        "tasks": findings({
            "path": TEXT, "title": TEXT, "kind": {"enum": KINDS}, "lead_units": WORDS, "responsible_units": WORDS,
            "cooperating_units": WORDS,
        }),
        "benefits": findings({
            "subject": MAYBE, "trigger": MAYBE, "shape": {"enum": SHAPES},
            "amounts": {"type": "array", "items": AMOUNT}, "gate": MAYBE, "payers": WORDS, "thresholds": WORDS,
            "terms": WORDS,
            "instalments": {"type": "array", "items": NUMBER},
        }),
        "facts": findings({"indicator": TEXT, "value": NUMBER, "unit": TEXT, "approx": MAYBE, "period": MAYBE}),
        "procedures": findings({"kind": TEXT, "says": TEXT}),
        "relations": findings({"relation": TEXT, "target": TEXT}),
        "definitions": findings({"says": TEXT}),
    },
}  # fmt: skip


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_json_is_as_the_schema_says(path: Path) -> None:
    shown = CliRunner().invoke(app, ["read", str(path), "--json"])
    assert shown.exit_code == 0
    report = json.loads(shown.stdout)
    jsonschema.validate(report, SCHEMA)
    assert report["outline"]
