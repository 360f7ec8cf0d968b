"""Where the repository is and which files belong to it."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MADE = {".venv", ".git", "__pycache__", "build", "dist", "var"}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, part of the repository; in an unpacked archive, every file."""
    git = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True,
        text=True,
    )
    if git.returncode == 0:
        found = [ROOT / name for name in git.stdout.split("\0") if name]
    else:
        found = [p for p in ROOT.rglob("*") if not MADE & set(p.relative_to(ROOT).parts)]
    return tuple(sorted(p for p in found if p.is_file()))


def texts() -> list[tuple[str, str]]:
    """(name, text) of every text file of the repository."""
    result = []
    for path in files():
        try:
            result.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return result
