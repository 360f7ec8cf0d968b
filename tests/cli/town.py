"""A Weihai that promises two things only, for tests of commands whose work does not depend on how much is promised."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from innocity.packs.load import cities_root

#: One that is paid as it is computed, and one that is computed up to a ceiling.
CLAUSES = ("hnte_reward", "contract_payment_subsidy")
_FENCE = re.compile(r"^```\w+\n.*?^```\n", re.MULTILINE | re.DOTALL)


def write_town(folder: Path) -> Path:
    """A folder of cities, for INNOCITY_CITIES: Weihai as it is but for the fences of its documents."""
    root, city = cities_root(), folder / "weihai"
    shutil.copytree(root / "base", folder / "base")
    (city / "documents").mkdir(parents=True)
    for name in ("city.yaml", "glossary.yaml", "simulation.yaml"):
        shutil.copy(root / "weihai" / name, city)
    for name in ("registers", "codes"):
        shutil.copytree(root / "weihai" / name, city / name)
    for document in (root / "weihai" / "documents").glob("*.md"):
        text = document.read_text(encoding="utf-8")
        (city / "documents" / document.name).write_text(_FENCE.sub(_kept, text), encoding="utf-8")
    return folder


def _kept(fence: re.Match[str]) -> str:
    return fence[0] if any(f"\nid: {name}\n" in fence[0] for name in CLAUSES) else ""
