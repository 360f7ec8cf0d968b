"""The styles of a Word report, made anew: nothing is left of the defaults of any program."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from innocity.engines.reports import page
from innocity.engines.reports.page import BODY, FONTS, HEI, KAI, LATIN, LINE, SIZE, TIGHTER, Font

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_INDENT = 2 * page.CHARACTER


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: id and name in Word, type, setting and spacing (twips; `line` None is automatic)."""

    id: str
    name: str
    font: Font = BODY
    size: str = "3"
    align: str = "both"
    indent: int = 0
    line: int | None = LINE
    before: int = 0
    after: int = 0
    level: int | None = None  # of the outline
    keep: bool = False  # with the next
    color: str | None = None
    right: int = 0
    bold: bool = False
    least: bool = False  # `line` is the least height, not the exact one

    def xml(self) -> str:
        """The style as an element of `styles.xml`."""
        default = ' w:default="1"' if self.id == "Normal" else ""
        custom = "" if self.name in _BUILT_IN else ' w:customStyle="1"'
        based = "" if self.id == "Normal" else '<w:basedOn w:val="Normal"/>'
        return (
            f'<w:style {W} w:type="paragraph"{default}{custom} w:styleId="{self.id}"><w:name w:val="{self.name}"/>'
            f'{based}<w:qFormat/><w:pPr>{self._paragraph()}</w:pPr><w:rPr>{self._run()}</w:rPr></w:style>'
        )  # fmt: skip

    def _paragraph(self) -> str:
        rule = "atLeast" if self.least else "exact"
        line = f' w:line="{self.line}" w:lineRule="{rule}"' if self.line else ' w:line="240" w:lineRule="auto"'
        indent = f' w:firstLineChars="{200 if self.indent else 0}" w:firstLine="{self.indent}"'
        keep = "<w:keepNext/><w:keepLines/>" if self.keep else ""
        outline = "" if self.level is None else f'<w:outlineLvl w:val="{self.level}"/>'
        return (
            f"{keep}<w:widowControl/><w:kinsoku/><w:overflowPunct/>"
            '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>'
            f'<w:spacing w:before="{self.before}" w:after="{self.after}"{line}/>'
            f'<w:ind{indent} w:right="{self.right}"/><w:jc w:val="{self.align}"/>{outline}'
        )

    def _run(self) -> str:
        tighter = f'<w:spacing w:val="{TIGHTER}"/>' if self.size == "3" else '<w:spacing w:val="0"/>'
        color = f'<w:color w:val="{self.color}"/>' if self.color else ""
        bold = "<w:b/>" if self.bold else '<w:b w:val="0"/>'
        size = f'<w:sz w:val="{SIZE[self.size]}"/><w:szCs w:val="{SIZE[self.size]}"/>'
        return f"{fonts(self.font)}{bold}{color}{tighter}{size}"


def fonts(font: Font) -> str:
    """The typefaces of a run: Latin letters and digits in one, Chinese in the other."""
    return (
        f'<w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:cs="{LATIN}" w:eastAsia={quoteattr(font.name)}/>'
    )  # fmt: skip


_BUILT_IN = {"Normal", "heading 1", "heading 2", "heading 3", "heading 4", "Title", "caption", "footer", "header"}
STYLES = (
    Style("Normal", "Normal"),
    Style("ReportBody", "公文正文", indent=_INDENT),
    Style("Title", "Title", page.TITLE, "2", "center", line=700, before=2 * LINE, after=LINE // 2, keep=True),
    Style("ReportSubtitle", "公文副题", KAI, align="center", after=LINE // 2),
    Style("Heading1", "heading 1", HEI, indent=_INDENT, level=0, keep=True),
    Style("Heading2", "heading 2", KAI, indent=_INDENT, level=1, keep=True),
    Style("Heading3", "heading 3", BODY, indent=_INDENT, level=2, keep=True, bold=True),
    Style("Heading4", "heading 4", BODY, indent=_INDENT, level=3, keep=True),
    Style("ReportPlain", "公文顶格"),
    Style("ReportCenter", "公文居中", align="center"),
    Style("ReportState", "文稿状态", HEI, align="left"),
    Style("ReportHead", "版头", align="left"),
    Style("ReportBanner", "数据性质标识", HEI, "4", "center", line=420, color=page.RED),
    Style("Caption", "caption", HEI, "small4", "center", line=400, before=120, after=60, keep=True),
    Style("ReportPicture", "图", align="center", line=None, keep=True),
    Style("ReportNote", "表注", BODY, "5", "left", line=300, before=60, after=120),
    Style("TableHead", "表头文字", HEI, "5", "center", line=300, least=True, keep=True),
    Style("TableText", "表格文字", BODY, "5", "left", line=290, least=True),
    Style("FormName", "表单名称", HEI, "small4", "center", line=400, least=True),
    Style("FormText", "表单内容", BODY, "small4", "left", line=400, least=True),
    Style("ReportSign", "落款", align="right", right=4 * page.CHARACTER, keep=True),
    Style("Header", "header", BODY, "5", "center", line=None, color=page.RED),
    Style("FooterOdd", "单页码", page.SONG, "4", "right", line=None, right=page.CHARACTER),
    Style("FooterEven", "双页码", page.SONG, "4", "left", line=None, indent=0),
)
#: Style ids by the style of a paragraph.
PARAGRAPHS = {
    "body": "ReportBody", "plain": "ReportPlain", "note": "ReportNote", "subtitle": "ReportSubtitle",
    "center": "ReportCenter", "banner": "ReportBanner",
}  # fmt: skip


def defaults_xml() -> str:
    """Document defaults: language and fonts where no style says otherwise."""
    return (
        f'<w:docDefaults {W}><w:rPrDefault><w:rPr>{fonts(BODY)}<w:sz w:val="32"/><w:szCs w:val="32"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )


def table_style_xml() -> str:
    """The plain table that Word expects to exist."""
    return (
        f'<w:style {W} w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
    )


def font_table() -> bytes:
    """`fontTable.xml`: which other names each typeface goes by, so that machines without it find a near one."""
    rows = "".join(
        f"<w:font w:name={quoteattr(font.name)}><w:altName w:val={quoteattr(escape(','.join(font.others)))}/>"
        f'<w:charset w:val="86"/><w:family w:val="{font.family}"/></w:font>'
        for font in FONTS
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<w:fonts {W}>{rows}</w:fonts>".encode()
