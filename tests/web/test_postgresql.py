"""The central ways of the site once more, on PostgreSQL: as their own tests walk them."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.web import (
    test_exchange,
    test_feedback,
    test_inspections,
    test_matter_money,
    test_matter_papers,
    test_matter_terms,
    test_matters,
    test_rosters,
    test_shared_reports,
)
from tests.web.conftest import Persona
from tests.web.firm import test_corrections, test_entitlements
from tests.web.office import (
    test_audit_and_runs,
    test_chains,
    test_figures,
    test_form_again,
    test_gradings,
    test_importing,
    test_inbox,
    test_recording,
    test_reform,
    test_registers,
    test_tasks,
)

WAYS = (
    test_corrections.test_our_data_show_source_day_and_keeper,
    test_corrections.test_from_the_first_question_to_the_money,
    test_corrections.test_another_firm_and_another_unit_find_nothing,
    test_corrections.test_papers_of_every_revision_are_reached_from_the_history_of_a_fact,
    test_entitlements.test_two_firms_see_different_pages,
    test_entitlements.test_near_misses_say_how_much_is_lacking_and_what_it_would_bring,
    test_inbox.test_what_waits_is_in_order_of_deadline_and_says_why,
    test_exchange.test_from_a_firm_s_need_to_a_contract,
    test_exchange.test_a_pair_whose_contract_is_registered_says_so_and_is_not_registered_again,
    test_exchange.test_a_contract_that_came_another_way_is_found_by_its_parties_day_and_sum,
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
    test_matter_money.test_the_same_is_applied_for_once_as_long_as_the_first_stands,
    test_matter_money.test_what_was_sent_back_is_the_first_line_and_results_are_news_until_seen,
    test_matter_money.test_the_log_says_which_matter_which_step_which_sum_and_what_came_of_a_figure,
    test_matter_papers.test_an_application_takes_its_papers_and_the_officer_sees_them_and_what_is_missing,
    test_matter_papers.test_nobody_but_the_applicant_and_the_units_that_decide_reads_a_paper,
    test_matter_papers.test_files_are_replaced_and_taken_out_until_the_step_is_sent_and_then_stand,
    test_matter_terms.test_applications_become_matters_and_those_below_the_threshold_want_a_reason,
    test_matter_terms.test_the_window_takes_a_matter_on_without_a_paper_and_the_firm_brings_it,
    test_matter_terms.test_a_broken_promise_stands_among_the_facts_and_before_whoever_decides_next,
    test_rosters.test_a_county_sees_rows_and_totals_of_its_own_parties_alone,
    test_gradings.test_the_rules_and_one_of_them_over_the_small_city,
    test_recording.test_one_fact_is_typed_seen_and_written_with_the_paper_it_rests_on,
    test_recording.test_the_same_fact_again_is_a_correction_unless_it_is_a_state_of_its_own,
    test_recording.test_an_approved_candidate_becomes_a_platform_from_the_list_that_misses_it,
    test_recording.test_decided_grades_become_evaluations_with_the_support_that_their_tier_opens,
    test_recording.test_a_platform_that_failed_is_taken_out_by_a_new_state_that_keeps_the_old_one,
    test_form_again.test_grades_go_back_to_their_page_and_their_receipt_stands_at_the_list,
    test_inspections.test_an_inspection_goes_from_its_announcement_to_a_published_result,
    test_inspections.test_an_inspection_is_called_off_with_its_reason_and_is_not_drawn_any_more,
    test_inspections.test_a_county_checks_what_was_drawn_for_it_and_sees_no_other_matter,
    test_chains.test_everything_of_a_chain_stands_on_one_page_by_node_with_gaps_chief_tasks_and_proposals,
    test_chains.test_a_county_sees_the_steps_and_its_own_firms_alone,
    test_chains.test_a_firm_sees_where_its_chain_lacks_something_and_no_other_firm,
    test_chains.test_roadmaps_stand_on_a_time_line_with_what_is_behind_lit_and_the_projects_that_carry_it,
    test_chains.test_technologies_are_counted_by_kind_and_way_and_what_is_otherwise_is_pointed_out,
    test_chains.test_roadmaps_and_key_technologies_are_imported_from_sheets,
    test_shared_reports.test_a_report_opens_on_its_day_and_is_announced_before_if_everybody_may_read_it,
    test_shared_reports.test_every_opening_is_in_the_log_and_what_is_not_opened_is_not,
    test_shared_reports.test_who_takes_over_for_a_named_unit_reads_what_was_opened_to_it,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.removeprefix("test_"))
def test_goes_on_postgresql_too(
    way: Callable[..., None], persona_postgresql: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each way gets by name what its own fixtures would give it, on this database."""
    assert connection.vendor == "postgresql"
    var = Path(settings.INNOCITY_VAR)
    made: dict[str, Callable[[], object]] = {
        "persona": lambda: persona_postgresql, "records": lambda: var, "monkeypatch": lambda: monkeypatch,
        "chains": lambda: test_chains.with_chains(var), "asks": lambda: test_corrections.asking(persona_postgresql),
    }  # fmt: skip
    way(**{name: made[name]() for name in signature(way).parameters})


def test_a_reform_is_tried_and_its_name_kept_or_refused(persona_postgresql: Persona) -> None:
    job = test_reform.tried(persona_postgresql("science"), test_reform.MORE).context["job"]
    assert job.state == "done", job.error
    test_reform.test_a_name_that_is_taken_or_is_no_name_is_refused(persona_postgresql, job.id)
