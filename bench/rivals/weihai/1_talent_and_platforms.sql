-- What Weihai owes for the fact year 2023, by hand, from the words of the documents: of each award its sum
-- (computed) and what of it is payable after exclusions, decisions, what is given only once, and pools. One
-- statement, in files that belong one behind the other. {register} stands for the facts of a register that had been
-- recorded by the day of evaluation, 2023-12-31. Sums are in fen, written as yuan_00.
--
-- Not here, as they ended with 2022, when the opinion of 2023 took their place: new_rd_institution,
-- tech_centre_{city,province,national}, clinical_centre_{city,province,national}, overseas_rd_subsidy. Of each of the
-- four groups of the city that leaves at most one clause, given once an object or party: no group can cut anything.
--
-- Of rows alike in clause, object and party the latest counts (by the date that decides the year, then by fact_id).
-- An amount that comes out NULL is no award. What each row brings besides its sum:
--   owed       0 at once, 1 when selected, 2 at most the sum and as decided, 3 as people decide, else no award
--   counted_on the day, only where the award is given once; `after` orders those of one day: 0 before 1
--   pool       1 shares the science fund, 2 the pool of linked finance and then the science fund
CREATE TEMP TABLE by_hand AS
WITH residence AS MATERIALIZED (
    SELECT fact_id, party_id, project, from_outside, key_industry, entered_on, opened_on, left_on, valid_from,
           host IS NOT NULL AND tutor_university IS NOT NULL AS shareable
    FROM {postdoc_residence} WHERE project IS NOT NULL
),
opened AS (
    SELECT project, party_id, max(opened_on) AS on_day, bool_or(key_industry) AS key_industry
    FROM residence WHERE opened_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' GROUP BY project, party_id
),
upper_funds AS MATERIALIZED (
    SELECT fact_id, party_id, receipt_no, program, title, source_level, amount, received_on
    FROM {upper_level_fund} WHERE received_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
),
platforms AS MATERIALIZED (
    SELECT platform_id, party_id, type, level, role, recognition_kind, approved_on, fact_id,
           event IS NULL OR event IN ('recognition', 'filing') AS recognised
    FROM {innovation_platform}
    WHERE approved_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND platform_id IS NOT NULL
),
evaluations AS MATERIALIZED (
    SELECT e.party_id, i.place
    FROM {platform_evaluation} e
    JOIN (
        SELECT institution, arg_max_null(place, (valid_from, fact_id)) AS place
        FROM {rd_institution} GROUP BY institution
    ) i ON i.institution = e.platform_id
    WHERE e.evaluated_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND i.place IN ('local_university', 'outside_city', 'overseas')
),

-- 2023, question two: post-doctoral researchers --------------------------------------------------------------
postdoc_sums AS (
    SELECT 'postdoc_project_grant' AS clause, project AS object, party_id AS party, 50_000_00 AS fen, 0 AS owed,
           on_day AS counted_on, 0 AS after, NULL AS pool
    FROM opened
    UNION ALL
    SELECT 'postdoc_research_grant', project, party_id, 150_000_00, 2, NULL, NULL, NULL FROM opened WHERE key_industry
    UNION ALL
    -- national and provincial money for one project count together against the ceiling, over the years
    SELECT 'postdoc_matching', f.project_no, f.party_id,
           least(coalesce(sum(f.amount), 0), 150_000_00)
               - least(coalesce(sum(f.amount) FILTER (f.received_on < DATE '2023-01-01'), 0), 150_000_00),
           CASE WHEN any_value(r.shareable) THEN 0 ELSE 3 END, NULL, NULL, NULL
    FROM {upper_level_fund} f
    LEFT JOIN (
        SELECT project, arg_max_null(shareable, (valid_from, fact_id)) AS shareable FROM residence GROUP BY project
    ) r ON r.project = f.project_no
    WHERE f.program = 'postdoc_research' AND f.source_level IN ('national', 'province')
      AND f.received_on <= DATE '2023-12-31'
    GROUP BY f.project_no, f.party_id HAVING max(f.received_on) >= DATE '2023-01-01'
    UNION ALL
    -- months of 2023 from the one of entry, which counts, to the one of leaving, which does not
    SELECT 'postdoc_living_allowance', project, party_id,
           arg_max_null(
               CASE WHEN left_on < entered_on THEN 0 ELSE 5_000_00 * greatest(0,
                   CASE WHEN left_on <= DATE '2023-12-31' THEN month(left_on) - 1 ELSE 12 END
                   - CASE WHEN entered_on < DATE '2023-01-01' THEN 0 ELSE month(entered_on) - 1 END) END,
               (greatest(entered_on, DATE '2023-01-01'), fact_id)),
           0, NULL, NULL, NULL
    FROM residence
    WHERE from_outside AND entered_on <= DATE '2023-12-31' AND (left_on IS NULL OR left_on >= DATE '2023-01-01')
    GROUP BY project, party_id
),

-- Platforms and institutions: by the level of a centre, by the kind of a platform, of both the latest approval ----
platform_claims AS (
    SELECT CASE level WHEN 'national' THEN 'national_centre_2023' ELSE 'province_platform_2023' END AS clause,
           platform_id AS object, party_id AS party,
           CASE WHEN type IN ('tech_centre', 'clinical_centre')
                  OR type = CASE level WHEN 'national' THEN 'manufacturing_centre' ELSE 'key_lab' END
                THEN CASE level WHEN 'national' THEN 5_000_000_00 ELSE 1_000_000_00 END END AS fen,
           CASE level WHEN 'national' THEN 0 ELSE 2 END AS owed,
           approved_on, fact_id, CASE WHEN role = 'lead' THEN 0 ELSE 1 END AS after, 1 AS pool
    FROM platforms WHERE level IN ('national', 'province')
    UNION ALL
    SELECT CASE WHEN type IN ('postdoc_station', 'postdoc_branch', 'postdoc_base') THEN 'postdoc_station_setup'
                WHEN type = 'national_key_lab' THEN 'national_key_lab'
                WHEN type = 'consortium_platform' THEN 'province_consortium_platform'
                WHEN type = 'manufacturing_centre' THEN 'province_manufacturing_centre'
                WHEN type = 'intl_base' AND level = 'national' THEN 'intl_base_national'
                WHEN type = 'intl_base' THEN 'intl_base_province'
                WHEN type = 'university_park' THEN 'university_park_upgrade'
                WHEN type = 'star_field' THEN 'star_field_reward'
                ELSE 'national_incubator_reward' END,
           CASE type WHEN 'university_park' THEN platform_id || '|' || level ELSE platform_id END, party_id,
           CASE type
               WHEN 'postdoc_station'
               THEN CASE WHEN coalesce(recognition_kind, 'first') IN ('first', 'upgraded') THEN 100_000_00 END
               WHEN 'postdoc_branch'
               THEN CASE WHEN coalesce(recognition_kind, 'first') IN ('first', 'upgraded') THEN 50_000_00 END
               WHEN 'postdoc_base'
               THEN CASE WHEN coalesce(recognition_kind, 'first') IN ('first', 'upgraded') THEN 50_000_00 END
               WHEN 'national_key_lab'
               THEN CASE role WHEN 'lead' THEN 10_000_000_00 WHEN 'participant' THEN 5_000_000_00 END
               WHEN 'university_park'
               THEN CASE level WHEN 'province' THEN 1_000_000_00 WHEN 'national' THEN 3_000_000_00 END
               WHEN 'intl_base' THEN CASE level WHEN 'national' THEN 1_000_000_00 ELSE 500_000_00 END
               WHEN 'consortium_platform' THEN 5_000_000_00
               WHEN 'manufacturing_centre' THEN 3_000_000_00
               WHEN 'star_field' THEN 1_000_000_00
               ELSE 2_000_000_00 END,
           CASE WHEN type = 'star_field' THEN 1
                WHEN type IN ('postdoc_station', 'postdoc_branch', 'postdoc_base') AND recognition_kind = 'upgraded'
                THEN 3 ELSE 0 END,
           approved_on, fact_id,
           CASE WHEN role = 'lead'
                  OR type IN ('postdoc_station', 'postdoc_branch', 'postdoc_base', 'intl_base', 'university_park')
                THEN 0 ELSE 1 END,
           CASE WHEN type IN ('national_key_lab', 'consortium_platform', 'manufacturing_centre') THEN 1 END
    FROM platforms
    WHERE type IN ('postdoc_station', 'postdoc_branch', 'postdoc_base', 'national_key_lab', 'university_park')
       OR type IN ('consortium_platform', 'manufacturing_centre') AND level = 'province'
       OR type = 'intl_base' AND level IN ('national', 'province')
       OR type IN ('incubator', 'pro_maker_space', 'star_field') AND level = 'national' AND recognised
),
platform_sums AS (
    SELECT clause, object, party, latest.fen, latest.owed, latest.approved_on AS counted_on, latest.after, latest.pool
    FROM (
        SELECT clause, object, party,
               arg_max({'fen': fen, 'owed': owed, 'approved_on': approved_on, 'after': after, 'pool': pool},
                       (approved_on, fact_id)) AS latest
        FROM platform_claims GROUP BY clause, object, party
    )
    UNION ALL
    SELECT DISTINCT 'university_rd_institution', party_id, party_id, 500_000_00, 2, NULL::DATE, NULL, 1
    FROM evaluations WHERE place = 'local_university'
    UNION ALL
    SELECT DISTINCT 'outside_city_rd_subsidy', party_id, party_id, 500_000_00, 2, NULL::DATE, NULL, 1
    FROM evaluations WHERE place <> 'local_university'
    UNION ALL
    SELECT 'consortium_subsidy', consortium, party_id,
           arg_max_null(CASE WHEN task_based AND leader_is_chain_head AND with_local_university THEN 100_000_00 END,
                        (formed_on, fact_id)),
           0, max(formed_on), 0, 1
    FROM {innovation_consortium}
    WHERE role = 'lead' AND formed_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND consortium IS NOT NULL
    GROUP BY consortium, party_id
),
