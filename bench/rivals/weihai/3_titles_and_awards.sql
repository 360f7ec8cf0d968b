-- Sums for what was conferred: titles, patents, prizes, ranks, contests, events --------------------------------
titles AS MATERIALIZED (
    SELECT fact_id, party_id, title, level, recognition_kind, project, issued_on, revoked_on
    FROM {qualification}
    WHERE issued_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND title IN ('hnte', 'ip_model', 'ip_strong', 'key_ip_project', 'transfer_model', 'advanced_service',
                    'patent_operation_pilot', 'innovative_county', 'innovative_town')
),
title_sums AS (
    SELECT CASE title WHEN 'ip_model' THEN 'national_ip_firm_reward' WHEN 'ip_strong' THEN 'national_ip_firm_reward'
                      WHEN 'key_ip_project' THEN 'key_ip_project_reward'
                      WHEN 'transfer_model' THEN 'transfer_model_reward'
                      WHEN 'advanced_service' THEN 'advanced_service_reward'
                      WHEN 'patent_operation_pilot' THEN 'patent_operation_pilot_reward'
                      ELSE 'innovative_county_reward' END AS clause,
           CASE title WHEN 'ip_model' THEN title WHEN 'ip_strong' THEN title WHEN 'key_ip_project' THEN project
                      WHEN 'transfer_model' THEN party_id || '|' || level ELSE party_id END AS object,
           party_id AS party,
           arg_max_null(
               CASE title WHEN 'ip_model' THEN 300_000_00 WHEN 'ip_strong' THEN 100_000_00
                          WHEN 'transfer_model'
                          THEN CASE level WHEN 'national' THEN 2_000_000_00 WHEN 'province' THEN 1_000_000_00 END
                          WHEN 'advanced_service' THEN 200_000_00
                          WHEN 'innovative_county' THEN 5_000_000_00
                          ELSE 1_000_000_00 END, (issued_on, fact_id)) AS fen,
           CASE WHEN bool_or(title = 'patent_operation_pilot') THEN 2 ELSE 0 END AS owed,
           CASE WHEN bool_or(title NOT IN ('ip_model', 'ip_strong')) THEN max(issued_on) END AS counted_on
    FROM titles
    WHERE title <> 'hnte' AND (title NOT IN ('ip_model', 'ip_strong') OR recognition_kind IS DISTINCT FROM 'again')
    GROUP BY ALL
),
patents AS MATERIALIZED (
    SELECT fact_id, party_id, grant_no, granted_on, owner_rank, agency, local_owner,
           acquisition IS NULL OR acquisition = 'own' AS own
    FROM {ip_right} WHERE type = 'invention' AND granted_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
),
honours AS (
    SELECT CASE award_name WHEN 'top_science' THEN 'top_science_award_match'
                           WHEN 'province_patent' THEN 'province_patent_award_reward'
                           WHEN 'technology_market' THEN 'technology_market_award_match'
                           WHEN 'science_technology'
                           THEN CASE level WHEN 'national' THEN 'national_science_award_match'
                                           ELSE 'province_science_award_match' END
                           ELSE 'china_patent_award_reward' END AS clause,
           CASE award_name WHEN 'top_science' THEN level WHEN 'province_patent' THEN project || '|' || grade
                           WHEN 'technology_market' THEN project || '|' || level
                           WHEN 'science_technology' THEN project
                           ELSE project || '|' || award_name || '|' || grade END AS object,
           party_id AS party, awarded_on, fact_id,
           CASE award_name
               WHEN 'china_patent' THEN CASE grade WHEN 'gold' THEN 1_000_000_00 WHEN 'excellence' THEN 200_000_00 END
               WHEN 'china_design' THEN CASE grade WHEN 'gold' THEN 300_000_00 END
               WHEN 'province_patent' THEN CASE grade WHEN 'extraordinary' THEN 200_000_00 WHEN 'first' THEN 100_000_00
                                                      WHEN 'second' THEN 50_000_00 END
               WHEN 'top_science'
               THEN CASE level WHEN 'national' THEN 5_000_000_00 WHEN 'province' THEN 2_000_000_00 END
               WHEN 'technology_market'
               THEN CASE level WHEN 'national' THEN 200_000_00 WHEN 'province' THEN 100_000_00 END
               WHEN 'science_technology'
               THEN CASE WHEN level = 'province' THEN prize
                         WHEN completion_order = 1
                         THEN CASE grade WHEN 'special' THEN 2_000_000_00 WHEN 'first' THEN 1_000_000_00
                                         WHEN 'second' THEN 500_000_00 END END END AS fen,
           CASE WHEN award_name <> 'top_science' THEN awarded_on END AS counted_on,
           CASE WHEN completion_order = 1 OR award_name = 'science_technology' AND level = 'national'
                THEN 0 ELSE 1 END AS after
    FROM {st_award}
    WHERE awarded_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND (award_name IN ('china_patent', 'china_design', 'province_patent', 'top_science', 'technology_market')
           OR award_name = 'science_technology'
              AND (level = 'national' OR level = 'province' AND grade IN ('first', 'second', 'third')))
),
entries AS (
    SELECT entry, party_id, stage, national_prize, held_on, fact_id
    FROM {competition_entry}
    WHERE held_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND competition = 'china_innovation'
),
-- the incubator in which a firm sat on the day of its first recognition
hosts AS (
    SELECT q.fact_id, q.party_id AS firm, q.issued_on,
           arg_max_null({'party': h.party_id, 'level': h.incubator_level, 'type': h.incubator_type,
                         'entered_on': h.entered_on}, (h.valid_from, h.fact_id)) AS host
    FROM titles q JOIN {incubation} h ON h.tenant = q.party_id
     AND h.valid_from <= q.issued_on AND (h.valid_to IS NULL OR q.issued_on < h.valid_to)
    WHERE q.title = 'hnte' AND q.recognition_kind = 'first'
    GROUP BY q.fact_id, q.party_id, q.issued_on
),
-- a shared patent counts once, of the records that name an agency: the first owner's, else the earliest
agency_patents AS (
    SELECT arg_min(agency, (coalesce(owner_rank <> 1, true), granted_on, fact_id)) AS agency
    FROM patents WHERE local_owner AND agency IS NOT NULL GROUP BY coalesce(grant_no, 'without number ' || fact_id)
),
conferred_sums AS (
    SELECT 'hnte_reward' AS clause, party_id AS object, party_id AS party,
           arg_max_null(CASE recognition_kind WHEN 'first' THEN 200_000_00 WHEN 'again' THEN 100_000_00
                                              WHEN 'resumed' THEN 100_000_00 END, (issued_on, fact_id)) AS fen,
           CASE WHEN arg_max_null(recognition_kind, (issued_on, fact_id)) = 'moved_in' THEN 3 ELSE 0 END AS owed,
           NULL::DATE AS counted_on, NULL AS after, NULL AS pool
    FROM titles WHERE title = 'hnte' AND (revoked_on IS NULL OR revoked_on > DATE '2023-12-31') GROUP BY party_id
    UNION ALL
    SELECT clause, object, party, fen, owed, counted_on, 0, NULL FROM title_sums
    UNION ALL
    SELECT 'incubator_graduates', host.party, host.party, least(100_000_00 * count(DISTINCT firm), 1_000_000_00),
           0, NULL, NULL, NULL
    FROM hosts
    WHERE host.level IN ('national', 'ministry', 'province', 'city')
      AND host.type IN ('incubator', 'maker_space', 'pro_maker_space', 'brand_incubator', 'brand_maker_space')
      AND host.entered_on <= issued_on AND issued_on <= host.entered_on + INTERVAL 3 YEAR
    GROUP BY host.party
    UNION ALL
    SELECT 'patent_volume_reward', party_id, party_id, 200_000_00, 0, NULL, NULL, NULL
    FROM patents WHERE own GROUP BY party_id HAVING count(*) >= 20
    UNION ALL
    SELECT 'patent_agency_reward', agency, agency, 200_000_00, 2, NULL, NULL, NULL
    FROM agency_patents GROUP BY agency HAVING count(*) > 100
    UNION ALL
    SELECT 'patent_top50_reward', party_id, party_id, 300_000_00, 0, NULL, NULL, NULL
    FROM {ranking}
    WHERE list = 'province_patent_top' AND published_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    GROUP BY party_id HAVING min(rank) <= 50
    UNION ALL
    -- places gained on the best rank of all years before
    SELECT 'zone_ranking_reward', party_id, party_id,
           2_000_000_00 * (min(rank) FILTER (published_on < DATE '2023-01-01')
                           - min(rank) FILTER (published_on >= DATE '2023-01-01')), 0, NULL, NULL, NULL
    FROM {ranking} WHERE list = 'national_zone' AND published_on <= DATE '2023-12-31' GROUP BY party_id
    HAVING min(rank) FILTER (published_on >= DATE '2023-01-01') < min(rank) FILTER (published_on < DATE '2023-01-01')
    UNION ALL
    SELECT clause, object, party, arg_max_null(fen, (awarded_on, fact_id)), 0, max(counted_on),
           arg_max(after, (awarded_on, fact_id)), NULL
    FROM honours GROUP BY clause, object, party
    UNION ALL
    SELECT 'competition_final_reward', entry, party_id, 100_000_00, 0, max(held_on), 0, NULL
    FROM entries WHERE stage = 'national_final' GROUP BY entry, party_id
    UNION ALL
    SELECT 'competition_prize_match', entry, party_id, arg_max_null(national_prize, (held_on, fact_id)),
           0, max(held_on), 0, NULL
    FROM entries WHERE national_prize > 0 GROUP BY entry, party_id
    UNION ALL
    SELECT DISTINCT 'innovation_event_reward', party_id, party_id, 1_000_000_00, 2, NULL::DATE, NULL, NULL
    FROM {event_hosting}
    WHERE level IN ('international', 'national', 'ministry', 'province', 'city') AND role IN ('host', 'lead', 'assist')
      AND held_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
),
