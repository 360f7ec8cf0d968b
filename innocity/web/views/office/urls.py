"""Addresses of office pages, below `/<city>/office/`, and what the menu shows of them."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from innocity.web.views.office import (
    audit,
    corrections,
    feedback,
    figures,
    importing,
    inbox,
    meetings,
    originals,
    reading,
    reform,
    registers,
    reports,
    review,
    runs,
    tasks,
)

#: (address, name, the addresses that count as the same place)
PLACES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("inbox", _("待办"), ("inbox",)),
    ("figures", _("指标报送"), ("figures", "report_figure", "lock_figures")),
    ("office_tasks", _("任务台账"), ("office_tasks", "office_task", "meetings", "new_meeting")),
    ("registers", _("登记簿"), ("registers", "register", "fact", "register_import")),
    ("corrections", _("更正申请"), ("corrections", "decide_correction")),
    ("moderate_feedback", _("留言审核"), ("moderate_feedback",)),
    ("reform", _("政策测算"), ("reform", "reform_change", "reform_job", "reform_draft", "reform_compare")),
    ("runs", _("测算结果"), ("runs", "run")),
    ("reading", _("读文件"), ("reading", "reading_document", "reading_draft")),
    ("reports", _("报告"), ("reports",)),
)
#: For those who look after the log, too.
AUDITED = (*PLACES, ("audit", _("审计"), ("audit", "audit_verify")))
urlpatterns: list[URLPattern] = [
    path("", inbox.inbox, name="inbox"),
    path("figures/", figures.figures, name="figures"),
    path("figures/report/", figures.report_figure, name="report_figure"),
    path("figures/lock/", review.lock, name="lock_figures"),
    path("tasks/", tasks.tasks, name="office_tasks"),
    path("tasks/<slug:task>/", tasks.task, name="office_task"),
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.new_meeting, name="new_meeting"),
    path("registers/", registers.registers, name="registers"),
    path("registers/<slug:register>/", registers.register, name="register"),
    path("registers/<slug:register>/import/", importing.import_page, name="register_import"),
    path("registers/<slug:register>/export.<str:ending>", importing.export, name="register_export"),
    path("registers/<slug:register>/template.<str:ending>", importing.template_file, name="register_template"),
    path("registers/<slug:register>/facts/<str:fact>/", registers.fact, name="fact"),
    path("corrections/", corrections.corrections, name="corrections"),
    path("corrections/<int:number>/", corrections.decide, name="decide_correction"),
    path("feedback/", feedback.feedback, name="moderate_feedback"),
    path("reform/", reform.lab, name="reform"),
    path("reform/change/<slug:clause>/", reform.change, name="reform_change"),
    path("reform/jobs/<slug:job>/", reform.job, name="reform_job"),
    path("reform/jobs/<slug:job>/keep/", reform.keep, name="reform_keep"),
    path("reform/drafts/<str:draft>/", reform.draft, name="reform_draft"),
    path("reform/drafts/<str:draft>/overlay.yaml", reform.export, name="reform_export"),
    path("reform/compare/", reform.compare, name="reform_compare"),
    path("reading/", reading.documents, name="reading"),
    path("reading/corpus.zip", reading.corpus, name="reading_corpus"),
    path("reading/<slug:document>/", reading.document, name="reading_document"),
    path("reading/<slug:document>/draft/", reading.draft, name="reading_draft"),
    path("reading/<slug:document>/draft.zip", reading.export, name="reading_export"),
    path("reading/<slug:document>/keep/", reading.keep, name="reading_keep"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run>/", runs.run, name="run"),
    path("reports/", reports.reports, name="reports"),
    path("reports/file.<str:ending>", reports.report_file, name="report_file"),
    path("audit/", audit.audit, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("documents/<slug:document>/original/", originals.original, name="original"),
]
