"""Addresses of the site. A city's pages stand below its id; an unknown city is a page not found."""

from __future__ import annotations

from django.urls import include, path

from innocity.web.views import (
    about,
    clauses,
    compare,
    data,
    documents,
    exchange,
    feedback,
    graph,
    home,
    inspections,
    lookup,
    progress,
    shared_reports,
    try_out,
)
from innocity.web.views.account import handlers
from innocity.web.views.account import urls as account
from innocity.web.views.firm import urls as firm
from innocity.web.views.lead import urls as lead
from innocity.web.views.office import urls as office

city = [
    path("", home.home, name="home"),
    path("clauses/", clauses.finder_page, name="finder"),
    path("clauses/<slug:clause>/", clauses.clause, name="clause"),
    path("clauses/<slug:clause>/feedback/", feedback.feedback, name="feedback"),
    path("lookup/", lookup.lookup, name="lookup"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<slug:document>/", documents.document, name="document"),
    path("calculator/", try_out.choose, name="calculator"),
    path("calculator/<slug:clause>/", try_out.calculator, name="calculate"),
    path("progress/", progress.targets, name="progress"),
    path("progress/tasks/", progress.tasks, name="tasks"),
    path("indicators/<slug:indicator>/", progress.indicator, name="indicator"),
    path("units/<slug:unit>/", progress.unit, name="unit"),
    path("graph/", graph.graph, name="graph"),
    path("graph/<slug:document>.json", graph.graph_data, name="graph_data"),
    path("exchange/", exchange.exchange, name="exchange"),
    path("exchange/<slug:kind>/", exchange.exchange_kind, name="exchange_kind"),
    path("exchange/<slug:kind>/<slug:listing>/", exchange.exchange_listing, name="exchange_listing"),
    path("inspections/", inspections.inspections, name="inspections"),
    path("inspections/<slug:inspection>/", inspections.inspection, name="inspection"),
    path("inspections/<slug:inspection>/record.json", inspections.record, name="inspection_record"),
    path("science-reports/", shared_reports.reports, name="shared_reports"),
    path("science-reports/<int:number>/", shared_reports.report_file, name="shared_report"),
    path("data/", data.data, name="data"),
    path("data/<slug:table>.<str:ending>", data.download, name="download"),
    path("systems/", about.systems, name="systems"),
    path("site-map/", about.site_map, name="site_map"),
    path("my/handlers/", handlers.handlers, name="handlers"),
    path("my/firms/", handlers.firms, name="firms"),
    path("my/", include(firm)),
    path("office/", include(office)),
    path("lead/", include(lead)),
]
urlpatterns = [
    path("", home.start, name="start"),
    path("compare/", compare.compare, name="compare"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("preferences/", about.preferences, name="preferences"),
    path("health/", about.health, name="health"),
    path("metrics/", about.metrics, name="metrics"),
    path("account/", include(account)),
    path("api/v1/", include("innocity.web.api.urls")),
    path("<slug:city>/", include(city)),
]
handler400 = "innocity.web.views.errors.bad_request"
handler403 = "innocity.web.views.errors.forbidden"
handler404 = "innocity.web.views.errors.not_found"
handler500 = "innocity.web.views.errors.server_error"
