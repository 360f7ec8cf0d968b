-- The 57 computing clauses of Weihai by hand, from the words of the documents, for the fact year 2023: what each
-- comes to before what is given only once, groups and pools, for parties that no exclusion stops. One statement,
-- in four files that belong one behind the other. {register} stands for the facts of a register that had been
-- recorded by the day of evaluation, 2023-12-31. Sums are in fen, written as yuan_00.
--
-- Each register is narrowed once to the rows of 2023; of rows alike in clause, object and party the latest counts
-- (by the date that decides the year, then by fact_id). An amount that comes out NULL is no award.
CREATE TEMP TABLE by_hand AS
WITH residence AS MATERIALIZED (
    SELECT fact_id, party_id, project, from_outside, key_industry, entered_on, opened_on, left_on, valid_from,
           host IS NOT NULL AND tutor_university IS NOT NULL AS shareable
    FROM {postdoc_residence} WHERE project IS NOT NULL
),
upper_funds AS MATERIALIZED (
    SELECT fact_id, party_id, receipt_no, program, project_no, title, source_level, amount, received_on
    FROM {upper_level_fund}
    WHERE received_on <= DATE '2023-12-31'
      AND (program IN ('postdoc_research', 'brand_incubator')
           OR title IN ('torch_base', 'innovative_cluster', 'hightech_base', 'innovation_carrier'))
),
platforms AS MATERIALIZED (
    SELECT platform_id, party_id, type, level, role, lead_kind, recognition_kind,
           role IS NULL OR role = 'lead' AS leads,
           event IS NULL OR event IN ('recognition', 'filing') AS recognised,
           approved_on, (approved_on, fact_id) AS latest
    FROM {innovation_platform}
    WHERE approved_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND platform_id IS NOT NULL
),
evaluations AS MATERIALIZED (
    SELECT e.party_id, e.platform_id, e.type, e.level, e.ordinal, e.result, e.evaluated_on, i.place
    FROM {platform_evaluation} e
    LEFT JOIN (
        SELECT institution, arg_max_null(place, (valid_from, fact_id)) AS place
        FROM {rd_institution} GROUP BY institution
    ) i ON i.institution = e.platform_id
    WHERE e.evaluated_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
),

-- 2023, question two: post-doctoral researchers --------------------------------------------------------------
postdoc_sums AS (
    SELECT 'postdoc_station_setup' AS clause, platform_id AS object, party_id AS party,
           arg_max_null(CASE WHEN coalesce(recognition_kind, 'first') <> 'first' THEN NULL
                             WHEN type = 'postdoc_station' THEN 100_000_00 ELSE 50_000_00 END, latest) AS fen
    FROM platforms WHERE type IN ('postdoc_station', 'postdoc_branch', 'postdoc_base') GROUP BY platform_id, party_id
    UNION ALL
    SELECT DISTINCT 'postdoc_project_grant', project, party_id, 50_000_00
    FROM residence WHERE opened_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    UNION ALL
    SELECT DISTINCT 'postdoc_research_grant', project, party_id, 150_000_00
    FROM residence WHERE key_industry AND opened_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    UNION ALL
    -- national and provincial money for one project count together against the ceiling, over the years
    SELECT 'postdoc_matching', f.project_no, f.party_id,
           least(coalesce(sum(f.amount), 0), 150_000_00)
               - least(coalesce(sum(f.amount) FILTER (f.received_on < DATE '2023-01-01'), 0), 150_000_00)
    FROM upper_funds f
    JOIN (
        SELECT project, arg_max_null(shareable, (valid_from, fact_id)) AS shareable FROM residence GROUP BY project
    ) r ON r.project = f.project_no
    WHERE f.program = 'postdoc_research' AND f.source_level IN ('national', 'province') AND r.shareable
    GROUP BY f.project_no, f.party_id HAVING max(f.received_on) >= DATE '2023-01-01'
    UNION ALL
    -- months of 2023 from the one of entry, which counts, to the one of leaving, which does not
    SELECT 'postdoc_living_allowance', project, party_id,
           arg_max_null(
               CASE WHEN left_on < entered_on THEN 0 ELSE 5_000_00 * greatest(0,
                   CASE WHEN left_on <= DATE '2023-12-31' THEN month(left_on) - 1 ELSE 12 END
                   - CASE WHEN entered_on < DATE '2023-01-01' THEN 0 ELSE month(entered_on) - 1 END) END,
               (greatest(entered_on, DATE '2023-01-01'), fact_id))
    FROM residence
    WHERE from_outside AND entered_on <= DATE '2023-12-31' AND (left_on IS NULL OR left_on >= DATE '2023-01-01')
    GROUP BY project, party_id
),

-- platforms and institutions; the opinion of 2023 takes the place of the sums of 2018 for the same centres ----
platform_sums AS (
    SELECT 'national_key_lab' AS clause, platform_id AS object, party_id AS party,
           arg_max_null(CASE role WHEN 'lead' THEN 10_000_000_00
                                  WHEN 'participant' THEN 5_000_000_00 END, latest) AS fen
    FROM platforms WHERE type = 'national_key_lab' GROUP BY platform_id, party_id
    UNION ALL
    SELECT 'national_centre_2023', platform_id, party_id,
           arg_max_null(CASE WHEN type IN ('tech_centre', 'clinical_centre', 'manufacturing_centre')
                             THEN 5_000_000_00 END, latest)
    FROM platforms WHERE level = 'national' GROUP BY platform_id, party_id
    UNION ALL
    SELECT 'province_platform_2023', platform_id, party_id,
           arg_max_null(CASE WHEN type IN ('key_lab', 'tech_centre', 'clinical_centre') THEN 1_000_000_00 END, latest)
    FROM platforms WHERE level = 'province' GROUP BY platform_id, party_id
    UNION ALL
    SELECT DISTINCT 'province_consortium_platform', platform_id, party_id, 5_000_000_00
    FROM platforms WHERE type = 'consortium_platform' AND level = 'province'
    UNION ALL
    SELECT DISTINCT 'province_manufacturing_centre', platform_id, party_id, 3_000_000_00
    FROM platforms WHERE type = 'manufacturing_centre' AND level = 'province'
    UNION ALL
    SELECT DISTINCT 'new_rd_institution', platform_id, party_id, 2_000_000_00
    FROM platforms
    WHERE type = 'new_rd_institution' AND lead_kind IN ('firm', 'public_institution') AND leads
      AND approved_on < DATE '2023-01-01'
    UNION ALL
    SELECT 'tech_centre_city', platform_id, party_id,
           arg_max_null(CASE lead_kind WHEN 'firm' THEN 2_000_000_00
                                       WHEN 'public_institution' THEN 3_000_000_00 END, latest)
    FROM platforms WHERE type = 'tech_centre' AND level = 'city' AND leads AND approved_on < DATE '2023-01-01'
    GROUP BY platform_id, party_id
    UNION ALL
    SELECT DISTINCT 'tech_centre_province', platform_id, party_id, 5_000_000_00
    FROM platforms WHERE type = 'tech_centre' AND level = 'province' AND leads AND approved_on < DATE '2023-01-01'
    UNION ALL
    SELECT DISTINCT 'tech_centre_national', platform_id, party_id, 10_000_000_00
    FROM platforms WHERE type = 'tech_centre' AND level = 'national' AND leads AND approved_on < DATE '2023-01-01'
    UNION ALL
    SELECT DISTINCT 'clinical_centre_city', platform_id, party_id, 1_000_000_00
    FROM evaluations
    WHERE type = 'clinical_centre' AND level = 'city' AND ordinal = 1 AND result IN ('excellent', 'good', 'pass')
      AND evaluated_on < DATE '2023-01-01'
    UNION ALL
    SELECT DISTINCT 'clinical_centre_province', platform_id, party_id, 2_000_000_00
    FROM platforms
    WHERE type = 'clinical_centre' AND level = 'province' AND recognition_kind = 'upgraded' AND leads
      AND approved_on < DATE '2023-01-01'
    UNION ALL
    SELECT DISTINCT 'clinical_centre_national', platform_id, party_id, 2_000_000_00
    FROM platforms
    WHERE type = 'clinical_centre' AND level = 'national' AND recognition_kind = 'upgraded' AND leads
      AND approved_on < DATE '2023-01-01'
    UNION ALL
    SELECT DISTINCT 'intl_base_national', platform_id, party_id, 1_000_000_00
    FROM platforms WHERE type = 'intl_base' AND level = 'national'
    UNION ALL
    SELECT DISTINCT 'intl_base_province', platform_id, party_id, 500_000_00
    FROM platforms WHERE type = 'intl_base' AND level = 'province'
    UNION ALL
    SELECT DISTINCT 'university_park_upgrade', platform_id || '|' || level, party_id,
           CASE level WHEN 'province' THEN 1_000_000_00 WHEN 'national' THEN 3_000_000_00 END
    FROM platforms WHERE type = 'university_park'
    UNION ALL
    SELECT DISTINCT 'national_incubator_reward', platform_id, party_id, 2_000_000_00
    FROM platforms WHERE type IN ('incubator', 'pro_maker_space') AND level = 'national' AND recognised
    UNION ALL
    SELECT DISTINCT 'star_field_reward', platform_id, party_id, 1_000_000_00
    FROM platforms WHERE type = 'star_field' AND level = 'national' AND recognised
    UNION ALL
    SELECT DISTINCT 'university_rd_institution', party_id, party_id, 500_000_00
    FROM evaluations WHERE place = 'local_university'
    UNION ALL
    SELECT DISTINCT 'outside_city_rd_subsidy', party_id, party_id, 500_000_00
    FROM evaluations WHERE place IN ('outside_city', 'overseas')
    UNION ALL
    SELECT DISTINCT 'overseas_rd_subsidy', institution, party_id, 1_000_000_00
    FROM {rd_institution}
    WHERE place = 'overseas' AND form IN ('rd_centre', 'joint_lab', 'transition') AND local_host
      AND filed_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND filed_on < DATE '2023-01-01'
    UNION ALL
    SELECT 'consortium_subsidy', consortium, party_id,
           arg_max_null(CASE WHEN task_based AND leader_is_chain_head AND with_local_university THEN 100_000_00 END,
                        (formed_on, fact_id))
    FROM {innovation_consortium}
    WHERE role = 'lead' AND formed_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND consortium IS NOT NULL
    GROUP BY consortium, party_id
),
