"""The rivals' own virtual environment: OpenFisca and Polars, not dependencies of the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".rivals"
PACKAGES = ("openfisca-core==46.*", "pandas>=2.2", "polars>=1.30", "pyarrow>=17")


def installed() -> bool:
    """Whether the environment is there with all that the rivals need today."""
    mark = FOLDER / ".installed"
    return mark.is_file() and mark.read_text(encoding="utf-8") == "\n".join(PACKAGES)


def python() -> Path | None:
    """The environment's Python, made if need be; None where it cannot be made (no network)."""
    found = FOLDER / "bin" / "python"
    if installed():
        return found
    try:
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True, capture_output=True)
        install = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(install, check=True, capture_output=True, timeout=900)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"The rivals could not be installed: {error}", file=sys.stderr)
        return None
    (FOLDER / ".installed").write_text("\n".join(PACKAGES), encoding="utf-8")
    return found
