"""Keep a reform that was tried as a named draft, with who kept it and when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction

from innocity.actions.recording import instance_of
from innocity.actions.try_reform import reform_file, write_json
from innocity.core.canonical import canonical_json, sha256_text
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.viewer import Viewer

ROLES = ("officer", "leader", "operator")


def save_reform(
    pack: Pack, viewer: Viewer, report: dict[str, Any], name: str, var: Path, *, job: str = ""
) -> Path:  # fmt: skip
    """Write the draft; a name that is taken is refused. `job` is the id of the job whose result it is, which tells of
    a job that it is kept. Errors: E-REFORM-NAME, E-RECORDS-*."""
    if viewer.role not in ROLES:
        raise InnoCityError("E-RECORDS-DENIED", "只有工作人员可以存方案", None, "登录有权限的账号")
    path = reform_file(var, pack.city.id, name)
    with transaction.atomic():
        store.next_entry()
        instance_of(pack)
        if path.exists():
            raise InnoCityError("E-REFORM-NAME", f"已有方案“{path.stem}”", None, "换一个名字；存过的方案不改写")
        kept = {
            **report, "name": path.stem, "by": viewer.name, "unit": viewer.unit, "job": job,
            "saved_on": store.today().isoformat(),
        }  # fmt: skip
        kept["changes"] = {**report["changes"], "name": path.stem}
        store.audit(viewer, "save_reform", f"reform/{path.stem}", {"hash": sha256_text(canonical_json(kept))})
        write_json(path, kept)
    return path
