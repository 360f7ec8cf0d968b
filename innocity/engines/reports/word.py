"""A report as a Word file: the page and type of official papers, real headings, and the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import serialize_for_reading
from docx.shared import Emu

from innocity.engines.reports import page, word_styles
from innocity.engines.reports import word_xml as xml
from innocity.engines.reports.blocks import (
    Block,
    Break,
    Chart,
    Form,
    Head,
    Heading,
    Paragraph,
    Report,
    Signature,
    SourceList,
    Table,
    Title,
)
from innocity.engines.reports.charts import Pictures, as_table
from innocity.engines.reports.citing import Citations
from innocity.engines.reports.words import SIMULATED, by_paper

_EMU = 635  # in a twip
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def word_bytes(report: Report, pictures: Pictures | None = None) -> bytes:
    """The report as the bytes of a `.docx`; the same report gives the same bytes."""
    document = blank(report)
    Writer(document, pictures or Pictures()).write(report)
    return packed(document)


def blank(report: Report) -> WordDocument:
    """A document without content: our styles, page, footers, and properties that depend on the report alone."""
    document = Document()
    body = document.element.body
    for child in list(body):
        body.remove(child)
    install_styles(document, every=True)
    _settings(document)
    _fonts(document)
    _without_thumbnail(document)
    _properties(document, report)
    return document


def install_styles(document: WordDocument, every: bool = False) -> None:
    """Put our styles into a document: all of them in place of its own, or only those that it lacks."""
    styles: Any = document.styles.element
    if every:
        for child in list(styles):
            styles.remove(child)
        styles.append(parse_xml(word_styles.defaults_xml()))
        styles.append(parse_xml(word_styles.table_style_xml()))
    known = {style.get(qn("w:styleId")) for style in styles.findall(qn("w:style"))}
    for style in word_styles.STYLES:
        if style.id not in known:
            styles.append(parse_xml(style.xml()))


def _settings(document: WordDocument) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    settings: Any = document.settings.element
    for name in ("w:characterSpacingControl", "w:themeFontLang"):
        for old in settings.findall(qn(name)):
            settings.remove(old)


def _fonts(document: WordDocument) -> None:
    for part in document.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = word_styles.font_table()


def _without_thumbnail(document: WordDocument) -> None:
    """The blank document of python-docx brings a picture of its first page, which would be a wrong one."""
    relations = document.part.package.rels
    for name in [name for name, one in relations.items() if one.reltype.endswith("/thumbnail")]:
        del relations[name]


def _properties(document: WordDocument, report: Report) -> None:
    moment = datetime.combine(report.as_of, time())
    core = document.core_properties
    core.title, core.subject, core.language = report.title, f"{report.city} {report.kind}", "zh-CN"
    core.author = core.last_modified_by = core.comments = core.keywords = ""
    core.created = core.modified = moment
    core.revision = 1


def packed(document: WordDocument) -> bytes:
    """The document's bytes with fixed dates inside, so that they depend on its content alone."""
    first = io.BytesIO()
    document.save(first)
    second = io.BytesIO()
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(second, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return second.getvalue()


class Writer:
    """Writes blocks into a document, at its end or before a given element."""

    def __init__(self, document: WordDocument, pictures: Pictures, before: Any = None) -> None:
        self.document, self.pictures, self.before = document, pictures, before
        self.citations = Citations()
        self.landscape = self.new_page = False
        self.references = ""
        self.upright = ""  # the section of a template, where there is one
        self.upright_width = page.TEXT_WIDTH
        self.writers: dict[type[Any], Callable[[Any], None]] = {
            Heading: self._heading, Paragraph: self._paragraph, Table: self._table, Form: self._form,
            Chart: self._chart, Head: self._head, Title: self._title, Signature: self._signature,
            Break: self._break, SourceList: self._sources,
        }  # fmt: skip

    def write(self, report: Report) -> None:
        """The whole report with its footers; the last section closes it."""
        self.references = self._edges(report)
        for block in report.blocks:
            self.block(block)
        self._add(xml.section(self.landscape, self.references))

    def block(self, block: Block) -> None:
        """One block."""
        self.writers[type(block)](block)

    @property
    def width(self) -> int:
        """The width of the type area in twips."""
        return page.TEXT_HEIGHT if self.landscape else self.upright_width

    def _add(self, text: str) -> Any:
        element = parse_xml(text)
        if self.before is None:
            self.document.element.body.append(element)
        else:
            self.before.addprevious(element)
        return element

    def _heading(self, block: Heading) -> None:
        self._begin(f"Heading{block.level}", xml.run(block.text))

    def _begin(self, style: str, content: str, properties: str = "") -> None:
        """A paragraph that may begin a page."""
        turn = "<w:pageBreakBefore/>" if self.new_page else ""
        self._add(xml.paragraph(style, content, f"{turn}{properties}"))
        self.new_page = False

    def _paragraph(self, block: Paragraph) -> None:
        style = word_styles.PARAGRAPHS[block.style]
        self._begin(style, xml.runs(self.citations.pieces(block.parts)))

    def _title(self, block: Title) -> None:
        above = '<w:spacing w:before="0" w:after="120"/>' if block.compact else ""
        self._begin("Title", xml.run("\n".join(block.lines)), above)

    def _head(self, block: Head) -> None:
        """State, then space for the number at the left and the signer at the right, above a red line."""
        self._add(xml.paragraph("ReportState", xml.run(block.state)))
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{self.width - page.CHARACTER}"/></w:tabs>'
        border = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="6" w:color="{page.RED}"/></w:pBdr>'
        left, right = xml.run(f"{'　' * 5}〔{'　' * 2}〕{'　' * 2}号"), xml.run(f"签发人：{'　' * 4}")
        self._add(xml.paragraph("ReportHead", f"{left}<w:r><w:tab/></w:r>{right}", f"{border}{tab}"))

    def _signature(self, block: Signature) -> None:
        """Blank lines for the seal, who signs where that is known, and a date: never alone on a page."""
        self._hold_last()
        for _ in range(3):
            self._add(xml.paragraph("ReportSign", xml.run("　")))
        if block.issuer:
            self._add(xml.paragraph("ReportSign", xml.run(block.issuer)))
        self._add(
            xml.paragraph("ReportSign", xml.run(f"{'　' * 2}年{'　' * 2}月{'　' * 2}日"), '<w:keepNext w:val="0"/>')
        )

    def _hold_last(self) -> None:
        """Keep the paragraph before together with what comes next."""
        last = self.before.getprevious() if self.before is not None else self.document.element.body[-1]
        if last is not None and last.tag == qn("w:p"):
            last.get_or_add_pPr().get_or_add_keepNext()

    def _table(self, block: Table) -> None:
        if block.caption:
            self._add(xml.paragraph("Caption", xml.run(block.caption)))
        columns = xml.widths([column.width for column in block.columns], self.width)
        head = xml.row(
            (xml.cell(w, "TableHead", xml.run(c.name)) for w, c in zip(columns, block.columns, strict=True)), head=True
        )
        rows = [
            xml.row(
                xml.cell(width, "TableText", xml.runs(self.citations.pieces(value)), column.align)
                for width, column, value in zip(columns, block.columns, row, strict=True)
            )
            for row in block.rows
        ]
        self._add(xml.table(columns, [head, *rows]))
        self._note(block.note)

    def _note(self, note: str) -> None:
        """A note below a table; without one a line of no height, so that two tables do not become one."""
        self._add(xml.paragraph("ReportNote", xml.run(note) if note else "", "" if note else xml.FLAT))

    def _form(self, block: Form) -> None:
        columns = xml.widths([1, 4.6], self.width)
        rows = (
            xml.row(
                (
                    xml.cell(columns[0], "FormName", xml.run(name)),
                    xml.cell(columns[1], "FormText", xml.runs(self.citations.pieces(parts)), middle=bool(parts)),
                ),
                height=400 * max(lines, 1),
            )
            for name, parts, lines in block.rows
        )
        self._add(xml.table(columns, rows))
        self._note("")

    def _chart(self, block: Chart) -> None:
        """The picture with its caption below; its data as a table where no picture can be made."""
        png = self.pictures.png(block)
        if png is None:
            self._table(as_table(block))
            return
        wide = Emu(int(self.upright_width * 0.96) * _EMU)
        inline = self.document.part.new_pic_inline(io.BytesIO(png), wide)
        inline.docPr.set("descr", block.alt)
        inline.docPr.set("name", block.caption)
        holder = self._add(xml.paragraph("ReportPicture", "<w:r/>"))
        drawing = parse_xml(f"<w:drawing {word_styles.W}/>")
        drawing.append(inline)
        holder.find(qn("w:r")).append(drawing)
        keep = "" if block.note else '<w:keepNext w:val="0"/>'
        self._add(xml.paragraph("Caption", xml.run(block.caption), keep))
        if block.note:
            self._add(xml.paragraph("ReportNote", xml.run(block.note)))

    def _break(self, block: Break) -> None:
        """A new page, by a new section where the page turns; what follows begins it, no empty line does."""
        if block.landscape == self.landscape:
            self.new_page = True
            return
        ending = self.upright if self.upright and not self.landscape else xml.section(self.landscape, self.references)
        self._add(xml.paragraph("ReportNote", "", f"{xml.FLAT}{ending}"))
        self.landscape = block.landscape

    def _sources(self, block: SourceList) -> None:
        if not self.citations.numbers:
            return
        self._begin("Heading1", xml.run(block.heading))
        for paper, places in by_paper(self.citations.listed()):
            self._add(xml.paragraph("ReportNote", xml.run(f"{paper}：{'；'.join(places)}。"), NOTE_LINE))

    def adopt(self, section: Any) -> None:
        """Take over the page of a template: its last section serves every upright part."""
        self.upright = _text(section)
        names = (qn("w:footerReference"), qn("w:headerReference"))
        self.references = "".join(_text(child) for child in section if child.tag in names)
        size, edges = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
        if size is not None and edges is not None:
            used = int(edges.get(qn("w:left"), "0")) + int(edges.get(qn("w:right"), "0"))
            self.upright_width = max(int(size.get(qn("w:w"), str(page.WIDTH))) - used, page.TEXT_WIDTH // 2)

    def _edges(self, report: Report) -> str:
        """Footers with the page's number at the outer side; what is simulated says so at the head of every page."""
        section = self.document.sections[0] if self.document.element.body.findall(qn("w:sectPr")) else None
        if section is None:
            self._add(xml.section(False, ""))
            section = self.document.sections[0]
        for footer, style in ((section.footer, "FooterOdd"), (section.even_page_footer, "FooterEven")):
            _only(footer, xml.paragraph(style, xml.page_number()))
        if report.simulated:
            for header in (section.header, section.even_page_header):
                _only(header, xml.paragraph("Header", xml.run(SIMULATED)))
        element = section._sectPr
        names = (qn("w:footerReference"), qn("w:headerReference"))
        references = "".join(_text(child) for child in element if child.tag in names)
        element.getparent().remove(element)
        return references


NOTE_LINE = (
    '<w:spacing w:before="0" w:after="40" w:line="300" w:lineRule="exact"/><w:ind w:left="420" w:hanging="420"/>'
)


def _only(edge: Any, text: str) -> None:
    """Make a paragraph all that a header or a footer holds."""
    edge.is_linked_to_previous = False
    for child in list(edge._element):
        edge._element.remove(child)
    edge._element.append(parse_xml(text))


def _text(element: Any) -> str:
    return str(serialize_for_reading(element))
