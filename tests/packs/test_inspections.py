"""What a pack may say of random inspections and of steps that wait, answer side by side, promise and open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.packs.load import load_pack
from innocity.packs.model import InspectionPlan, Procedure

PLAN: dict[str, Any] = {
    "id": "p", "name": "抽查", "by": "u", "procedure": "q", "step": "s", "register": "award", "dated": "year",
    "stratum": "clause", "rule": {"rate": "5%"},
}  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [
        {"procedures": ["a"]},
        {"register": None},
        {"dated": None},
        {"stratum": None},
        {"rule": {}},
        {"rule": {"rate": "5%", "number": 3}},
        {"rule": {"rate": "150%"}},
        {"team": 0},
        {"within": 0},
        {"rule": {"number": -1}},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(more: dict[str, Any]) -> None:
    InspectionPlan.model_validate(PLAN)
    with pytest.raises((ValidationError, InnoCityError)):
        InspectionPlan.model_validate(PLAN | more)


def procedure(**step: Any) -> Procedure:
    """A procedure of three steps, the second of which says more."""
    return Procedure.model_validate(
        {
            "id": "q",
            "name": "流程",
            "steps": [
                {"id": "ask", "name": "问", "by": "u"},
                {"id": "mid", "name": "中", "by": ["u", "v"], "after": "ask"} | step,
                {"id": "end", "name": "完", "by": "u", "after": "mid", "ends": "完"},
            ],
        }
    )


@pytest.mark.parametrize(
    ("step", "says"),
    [
        ({"each": True, "by": "applicant"}, "each"),
        ({"each": True, "after": []}, "each"),
        ({"agreed": "ask"}, "agreed"),
        ({"supplies": "ask"}, "supplies"),
        ({"asks": ["lacking"]}, "until"),
        ({"lapses": "终止"}, "lapses"),
        ({"gate": {"column": "readiness", "least": 4}}, "subject"),
        ({"asks": ["subject"]}, "subject"),
        ({"opens": "ask"}, "opens"),
        ({"without": "nothing"}, "nothing"),
        ({"agreed": "nothing"}, "nothing"),
    ],
)
def test_a_step_that_makes_no_sense_is_refused(step: dict[str, Any], says: str) -> None:
    assert procedure(each=True).steps[1].each
    with pytest.raises(ValidationError, match=says):
        procedure(**step)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("by: [wh_science, wh_finance]", "by: nobody", "E-PACK-UNIT"),
        ("register: award", "register: awards", "E-PACK-REGISTER"),
        ("stratum: clause", "stratum: clauses", "E-PACK-COLUMN"),
        ("document: plan-2023", "document: plan", "E-PACK-DOCUMENT"),
        ("procedure: random_inspection", "procedure: nothing", "E-PACK-REFERENCE"),
        ("step: drawn", "step: clear", "E-PACK-REFERENCE"),
        ("[call_application,", "[call_applications,", "E-PACK-REFERENCE"),
    ],
)
def test_what_a_plan_names_has_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, code: str
) -> None:
    import shutil

    from innocity.packs.load import cities_root

    shutil.copytree(cities_root(), tmp_path / "cities")
    path = tmp_path / "cities" / "weihai" / "inspections.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setenv("INNOCITY_CITIES", str(tmp_path / "cities"))
    with pytest.raises((InnoCityError, InnoCityErrors)) as error:
        load_pack("weihai")
    told = error.value.errors if isinstance(error.value, InnoCityErrors) else [error.value]
    assert code in {one.code for one in told}
    assert all(one.place and "inspections.yaml" in str(one.place) for one in told)
