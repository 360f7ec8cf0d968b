"""Every package that the project names has its version in constraints.txt, the extras that tests leave out included."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What the extra `ocr` brings along: `make constraints` keeps these lines though nothing of it is installed.
OF_OCR = ("flatbuffers", "onnxruntime", "opencv-python", "protobuf", "pyclipper", "pypdfium2",
          "rapidocr-onnxruntime", "shapely", "six", "tqdm")  # fmt: skip


def bare(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0]).lower()


def test_every_named_package_has_its_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    named = {bare(one) for one in [*project["dependencies"], *(p for extra in extras.values() for p in extra)]}
    lines = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    fixed = {bare(line) for line in lines}
    assert sorted(named - fixed) == [] and sorted(set(OF_OCR) - fixed) == []
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.+!]*", line) for line in lines)
