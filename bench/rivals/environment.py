"""The rivals' own virtual environment: OpenFisca and Polars, not dependencies of the project."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".rivals"
PACKAGES = ("openfisca-core==46.*", "polars>=1.30", "pyarrow>=17")


def python() -> Path | None:
    """The environment's Python, made if need be; None where it cannot be made (no network)."""
    found = FOLDER / "bin" / "python"
    if (FOLDER / ".installed").is_file():
        return found
    try:
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True, capture_output=True)
        install = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(install, check=True, capture_output=True, timeout=900)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"The rivals could not be installed: {error}", file=sys.stderr)
        return None
    (FOLDER / ".installed").touch()
    return found
