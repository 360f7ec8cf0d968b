"""Reports that an office would send: mid-term, self-evaluation, bulletin, supervision notice, decision sheet.

    report = build("midterm", data)          # ReportInput -> Report: blocks, nothing of any file format
    word_bytes(report), html_page(report)    # the same content as Word and as HTML
    workbook_bytes(data)                     # the full ledgers

Pure: everything is given in `ReportInput`; no light is computed here, and no figure is changed.
"""

from innocity.engines.reports.blocks import Report
from innocity.engines.reports.build import build
from innocity.engines.reports.model import KINDS, ReportInput
from innocity.engines.reports.supervision import units_asked
from innocity.engines.reports.web import article, html_page
from innocity.engines.reports.word import word_bytes
from innocity.engines.reports.workbook import workbook_bytes

__all__ = [
    "KINDS",
    "Report",
    "ReportInput",
    "article",
    "build",
    "html_page",
    "units_asked",
    "word_bytes",
    "workbook_bytes",
]
