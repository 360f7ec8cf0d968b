"""`innocity read`: what a document says, as proposals; `--evaluate` scores readings against those made by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.actions.amounts_said import money_said
from innocity.cli.options import Json
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError, Place

if TYPE_CHECKING:
    from innocity.engines.reading.model import Reading
    from innocity.engines.reading.score import Score

Ocr = Annotated[bool, typer.Option("--ocr", help="扫描件先做文字识别（要装 innocity[ocr]）；识别结果要人核对")]
ENDINGS = (".txt", ".html", ".htm", ".docx", ".pdf")


def read(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="txt、html、docx 或带文字的 pdf")] = None,
    sources: Annotated[
        Path | None, typer.Argument(metavar="[SOURCES]", help="与 --evaluate 合用：原文所在的文件夹", hidden=True)
    ] = None,
    evaluate: Annotated[
        bool,
        typer.Option("--evaluate", help="read --evaluate GOLD SOURCES：对照人工标注打分，按类别列准确率、召回率、F1"),
    ] = False,
    ask_model: Annotated[
        str | None,
        typer.Option(
            "--ask-model", metavar="URL", help="规则没读出的句子再问模型（…/v1 接口）；默认不问，文字会发出去"
        ),
    ] = None,
    model: Annotated[str, typer.Option("--model", metavar="NAME", help="与 --ask-model 合用：模型名")] = "default",
    ocr: Ocr = False,
    save_text: Annotated[
        Path | None, typer.Option("--save-text", metavar="FILE", help="把读到的文字存下来，供核对")
    ] = None,
    as_json: Json = False,
) -> None:
    """读一份政策文件，提出目录、目标、任务、奖补等草案；或对照人工标注打分。

    Read a document, or score readings.
    """
    screen = Screen(as_json)
    if file is None or (evaluate and sources is None):
        usage = "innocity read FILE，或 innocity read --evaluate GOLD SOURCES"
        raise InnoCityError("E-USAGE", "没有写要读的文件或文件夹", remedy=usage)
    if evaluate and sources is not None:
        _evaluate(screen, file, sources)
        return
    from innocity.engines.reading.pipeline import read as read_text

    text = text_from(file, ocr)
    if save_text is not None:
        save_text.write_text(text, encoding="utf-8")
    reading = read_text(text)
    if ask_model is not None:
        reading = _asked(file.name, text, reading, ask_model, model)
    screen.show(reading.as_dict(), lambda: _print(screen, reading))


def _asked(name: str, text: str, reading: Reading, url: str, model: str) -> Reading:
    """The reading with a model's proposals; the key, if one is needed, stands in INNOCITY_MODEL_KEY."""
    from innocity.actions.ask_model import Endpoint, ask_model

    return ask_model(text, reading, Endpoint(url, model, os.environ.get("INNOCITY_MODEL_KEY")), name)


def text_from(file: Path, ocr: bool = False) -> str:
    """The text of a file; with `ocr` also of scanned pages.

    Errors: those of `text_of`, E-FILE-MISSING, with `ocr` those of `scanned_text`.
    """
    from innocity.engines.reading.files import LARGEST_FILE, text_of

    if not file.is_file():
        raise InnoCityError("E-FILE-MISSING", f"没有文件 {file}", Place(str(file)), "核对路径")
    if file.stat().st_size > LARGEST_FILE:
        raise InnoCityError("E-READING-TOO-LARGE", f"{file.name} 过大", Place(str(file)), "拆开后再读")
    data = file.read_bytes()
    try:
        return text_of(data, file.name)
    except InnoCityError as error:
        if not ocr or error.code != "E-READING-SCANNED":
            raise
    from innocity.actions.recognise_text import scanned_text

    return scanned_text(data, file.name)


def _print(screen: Screen, reading: Reading) -> None:
    for key, value in reading.meta.items():
        screen.line(f"{key}：{value}")
    screen.table(("目录", "标题"), ((s.path, s.title) for s in reading.outline if s.rule != "heading-line"), "目录")
    rows: list[tuple[object, ...]] = [
        (b.path, money_said([a.as_dict() for a in b.amounts]), b.subject, b.trigger_kind, b.gate, b.confidence)
        for b in reading.benefits
    ]
    screen.table(("条目", "额度", "给谁", "触发", "需人定", "把握"), rows, "奖补")
    rows = [(t.path, t.indicator, t.year, t.operator, t.value, t.unit, t.confidence) for t in reading.targets]
    screen.table(("条目", "指标", "期限", "", "数值", "单位", "把握"), rows, "目标")
    rows = [(t.path, t.title, "、".join(t.lead_units), "、".join(t.responsible_units)) for t in reading.tasks]
    screen.table(("条目", "任务", "牵头", "责任"), rows, "任务")
    rows = [(p.kind, p.says) for p in reading.procedures]
    screen.table(("程序", "原文"), rows, "办理程序")
    screen.table(("关系", "文件"), ((r.relation, r.target) for r in reading.relations), "与其他文件的关系")
    screen.notice("以上是机器草案，逐条核对后才能进城市包。")


def scores(gold: Path, sources: Path) -> dict[str, dict[str, Score]]:
    """Scores by document and kind. A source belongs to the gold entries whose `doc` begins its file name."""
    from innocity.engines.reading.pipeline import read as read_text
    from innocity.engines.reading.score import score

    kinds = ("benefits", "targets", "tasks", "facts", "relations", "outline", "procedures")
    by: dict[str, dict[str, list[Any]]] = {}
    for kind in kinds:
        path = gold / f"{kind}.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
        for entry in (json.loads(line) for line in lines if line.strip()):
            if entry.get("doc"):
                by.setdefault(str(entry["doc"]), {}).setdefault(kind, []).append(entry)
    if not by:
        raise InnoCityError("E-FILE-MISSING", f"{gold} 里没有标注（*.jsonl）", Place(str(gold)), "写明标注所在的文件夹")
    result: dict[str, dict[str, Score]] = {}
    for doc, entries in sorted(by.items()):
        files = sorted(p for p in sources.iterdir() if p.name.startswith(doc) and p.suffix.lower() in ENDINGS)
        if not files:
            raise InnoCityError("E-FILE-MISSING", f"{sources} 里没有 {doc} 的原文", Place(str(sources)), "补上原文")
        text = text_from(files[0])
        result[doc] = score(read_text(text), entries, text)
    return result


def _evaluate(screen: Screen, gold: Path, sources: Path) -> None:
    from innocity.engines.reading.score import KINDS

    for folder in (gold, sources):
        if not folder.is_dir():
            raise InnoCityError("E-FILE-MISSING", f"没有文件夹 {folder}", Place(str(folder)), "核对路径")
    by = scores(gold, sources)
    rows = []
    for kind in KINDS:
        found = [s[kind] for s in by.values()]
        total = found[0]
        for one in found[1:]:
            total = total + one
        rows.append({**total.as_dict(), "rules": total.rules, "missing": total.missing, "surplus": total.surplus})
    heads = ("类别", ">对", ">多", ">漏", ">准确率", ">召回率", ">F1")
    names = ("kind", "right", "extra", "missed", "precision", "recall", "f1")
    screen.show(rows, lambda: screen.table(heads, ([r[n] for n in names] for r in rows), f"{len(by)} 份文件"))
