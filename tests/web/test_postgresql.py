"""The central ways of the site once more, on PostgreSQL: as their own tests walk them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from tests.web import test_exchange, test_feedback, test_matter_papers, test_matters, test_rosters
from tests.web.conftest import Persona
from tests.web.firm import test_corrections, test_entitlements
from tests.web.office import (
    test_audit_and_runs,
    test_figures,
    test_importing,
    test_inbox,
    test_reform,
    test_registers,
    test_tasks,
)

WAYS = (
    test_corrections.test_our_data_show_source_day_and_keeper,
    test_entitlements.test_two_firms_see_different_pages,
    test_entitlements.test_near_misses_say_how_much_is_lacking_and_what_it_would_bring,
    test_inbox.test_what_waits_is_in_order_of_deadline_and_says_why,
    test_exchange.test_from_a_firm_s_need_to_a_contract,
    test_figures.test_a_unit_reports_and_the_last_figure_is_the_new_one,
    test_figures.test_from_sending_in_to_unlocking,
    test_tasks.test_a_report_changes_where_the_task_stands,
    test_tasks.test_the_leading_group_closes_with_evidence_and_takes_up_again,
    test_tasks.test_what_a_meeting_resolves_becomes_a_task,
    test_importing.test_a_table_is_shown_first_and_written_when_asked,
    test_importing.test_the_same_table_again_writes_nothing,
    test_registers.test_pages_do_not_overlap_and_together_are_the_whole,
    test_registers.test_a_party_is_found_by_part_of_its_name_by_code_and_by_number,
    test_registers.test_a_county_sees_its_own_firms_only,
    test_registers.test_the_history_of_a_fact_tells_what_changed_why_and_who,
    test_audit_and_runs.test_the_log_is_narrowed_by_who_what_and_when,
    test_audit_and_runs.test_a_whole_log_is_said_to_be_whole_and_anchored,
    test_feedback.test_shown_once_an_officer_has_looked,
    test_matters.test_a_firm_applies_an_officer_asks_for_more_and_it_is_paid_as_approved,
    test_matters.test_the_window_records_what_was_brought_while_a_call_was_open_and_nothing_else,
    test_matter_papers.test_an_application_takes_its_papers_and_the_officer_sees_them_and_what_is_missing,
    test_matter_papers.test_nobody_but_the_applicant_and_the_units_that_decide_reads_a_paper,
    test_matter_papers.test_files_are_replaced_and_taken_out_until_the_step_is_sent_and_then_stand,
    test_rosters.test_a_county_sees_rows_and_totals_of_its_own_parties_alone,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.removeprefix("test_"))
def test_goes_on_postgresql_too(way: object, persona_postgresql: Persona) -> None:
    assert callable(way)
    way(persona_postgresql)


def test_a_reform_is_tried_and_its_name_kept_or_refused(persona_postgresql: Persona) -> None:
    job = test_reform.tried(persona_postgresql("science"), test_reform.MORE).context["job"]
    assert job.state == "done", job.error
    test_reform.test_a_name_that_is_taken_or_is_no_name_is_refused(persona_postgresql, job.id)


def test_a_correction_goes_from_the_first_question_to_the_money(persona_postgresql: Persona) -> None:
    client = persona_postgresql("firm")
    address = f"/weihai/my/facts/qualification/{test_corrections.own_fact('firm')}/correct/"
    var = Path(settings.INNOCITY_VAR)
    test_corrections.test_from_the_first_question_to_the_money((client, address), persona_postgresql, var)


def test_another_firm_and_another_unit_find_nothing_of_a_correction(persona_postgresql: Persona) -> None:
    client = persona_postgresql("firm")
    address = f"/weihai/my/facts/qualification/{test_corrections.own_fact('firm')}/correct/"
    test_corrections.test_another_firm_and_another_unit_find_nothing((client, address), persona_postgresql)
