"""Keep what a person decided about a document's findings, as a corpus that the city owns and `--evaluate` scores."""

from __future__ import annotations

import json
import re
from pathlib import Path

from innocity.core.errors import InnoCityError, Place
from innocity.engines.reading.corpus import corpus
from innocity.engines.reading.model import Reading


def keep_corpus(folder: Path, doc: str, text: str, reading: Reading) -> list[Path]:
    """Write a decided reading to `folder/gold/<kind>.jsonl` and its text to `folder/sources/<doc>.txt`.

    What was kept of the same document before is replaced; other documents stay. `doc` is a name of letters, digits,
    `-` and `_`, and no beginning of another document's. Returns the files written.
    Error: E-READING-DECISION for a name that cannot be told from another's.
    """
    gold, sources = folder / "gold", folder / "sources"
    others = [p.stem for p in sources.glob("*.txt") if p.stem != doc] if sources.is_dir() else []
    if not re.fullmatch(r"[\w-]{1,80}", doc) or any(o.startswith(doc) or doc.startswith(o) for o in others):
        remedy = "用互不为开头的名字，如 2025-03-songlan"
        raise InnoCityError("E-READING-DECISION", f"“{doc}”不能作文件名，或与别的混淆", Place(str(folder)), remedy)
    gold.mkdir(parents=True, exist_ok=True)
    sources.mkdir(parents=True, exist_ok=True)
    written = [sources / f"{doc}.txt"]
    written[0].write_bytes(text.encode("utf-8"))
    for kind, entries in corpus(doc, reading, text).items():
        path = gold / f"{kind}.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        kept = [line for line in lines if line.strip() and json.loads(line).get("doc") != doc]
        new = [json.dumps(e, ensure_ascii=False) for e in entries]
        if kept or new:
            path.write_text("".join(f"{line}\n" for line in [*kept, *new]), "utf-8")
            written.append(path)
    return written
