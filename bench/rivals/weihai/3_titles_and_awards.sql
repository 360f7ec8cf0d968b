-- Sums for what was conferred: titles, patents, prizes, ranks, contests, events --------------------------------
titles AS MATERIALIZED (
    SELECT fact_id, party_id, title, level, recognition_kind, project, issued_on, revoked_on,
           (issued_on, fact_id) AS latest
    FROM {qualification}
    WHERE issued_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND title IN ('hnte', 'ip_model', 'ip_strong', 'key_ip_project', 'transfer_model', 'advanced_service',
                    'patent_operation_pilot', 'innovative_county', 'innovative_town')
),
patents AS MATERIALIZED (
    SELECT fact_id, party_id, grant_no, granted_on, owner_rank, agency, local_owner,
           acquisition IS NULL OR acquisition = 'own' AS own
    FROM {ip_right} WHERE type = 'invention' AND granted_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
),
honours AS MATERIALIZED (
    SELECT party_id, award_name, level, grade, project, completion_order, prize, (awarded_on, fact_id) AS latest
    FROM {st_award} WHERE awarded_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
),
entries AS MATERIALIZED (
    SELECT entry, party_id, stage, national_prize, (held_on, fact_id) AS latest
    FROM {competition_entry}
    WHERE held_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND competition = 'china_innovation'
      AND entry IS NOT NULL
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
-- a shared patent counts once: with its first owner's agency, else with that of the earliest record
agency_patents AS (
    SELECT agency FROM (
        SELECT agency, row_number() OVER (
            PARTITION BY coalesce(grant_no, 'without number ' || fact_id)
            ORDER BY coalesce(owner_rank = 1, false) DESC, granted_on, fact_id) AS nth
        FROM patents WHERE local_owner
    ) WHERE nth = 1 AND agency IS NOT NULL
),
conferred_sums AS (
    SELECT 'hnte_reward' AS clause, party_id AS object, party_id AS party,
           arg_max_null(CASE recognition_kind WHEN 'first' THEN 200_000_00 WHEN 'again' THEN 100_000_00
                                              WHEN 'resumed' THEN 100_000_00 END, latest) AS fen
    FROM titles WHERE title = 'hnte' AND (revoked_on IS NULL OR revoked_on > DATE '2023-12-31') GROUP BY party_id
    UNION ALL
    SELECT DISTINCT 'national_ip_firm_reward', title, party_id,
           CASE title WHEN 'ip_model' THEN 300_000_00 ELSE 100_000_00 END
    FROM titles WHERE title IN ('ip_model', 'ip_strong') AND (recognition_kind IS NULL OR recognition_kind <> 'again')
    UNION ALL
    SELECT DISTINCT 'key_ip_project_reward', project, party_id, 1_000_000_00
    FROM titles WHERE title = 'key_ip_project' AND project IS NOT NULL
    UNION ALL
    SELECT DISTINCT 'transfer_model_reward', party_id || '|' || level, party_id,
           CASE level WHEN 'national' THEN 2_000_000_00 WHEN 'province' THEN 1_000_000_00 END
    FROM titles WHERE title = 'transfer_model'
    UNION ALL
    SELECT DISTINCT 'advanced_service_reward', party_id, party_id, 200_000_00
    FROM titles WHERE title = 'advanced_service'
    UNION ALL
    SELECT DISTINCT 'patent_operation_pilot_reward', party_id, party_id, 1_000_000_00
    FROM titles WHERE title = 'patent_operation_pilot'
    UNION ALL
    SELECT 'innovative_county_reward', party_id, party_id,
           arg_max_null(CASE title WHEN 'innovative_county' THEN 5_000_000_00 ELSE 1_000_000_00 END, latest)
    FROM titles WHERE title IN ('innovative_county', 'innovative_town') GROUP BY party_id
    UNION ALL
    SELECT 'incubator_graduates', host.party, host.party, least(100_000_00 * count(DISTINCT firm), 1_000_000_00)
    FROM hosts
    WHERE host.level IN ('national', 'ministry', 'province', 'city')
      AND host.type IN ('incubator', 'maker_space', 'pro_maker_space', 'brand_incubator', 'brand_maker_space')
      AND host.entered_on <= issued_on AND issued_on <= host.entered_on + INTERVAL 3 YEAR
    GROUP BY host.party
    UNION ALL
    SELECT 'patent_volume_reward', party_id, party_id, 200_000_00
    FROM patents WHERE own GROUP BY party_id HAVING count(*) >= 20
    UNION ALL
    SELECT 'patent_agency_reward', agency, agency, 200_000_00
    FROM agency_patents GROUP BY agency HAVING count(*) > 100
    UNION ALL
    SELECT 'patent_top50_reward', party_id, party_id, 300_000_00
    FROM {ranking}
    WHERE list = 'province_patent_top' AND published_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    GROUP BY party_id HAVING min(rank) <= 50
    UNION ALL
    -- places gained on the best rank of all years before
    SELECT 'zone_ranking_reward', party_id, party_id,
           2_000_000_00 * (min(rank) FILTER (published_on < DATE '2023-01-01')
                           - min(rank) FILTER (published_on >= DATE '2023-01-01'))
    FROM {ranking} WHERE list = 'national_zone' AND published_on <= DATE '2023-12-31' GROUP BY party_id
    HAVING min(rank) FILTER (published_on >= DATE '2023-01-01') < min(rank) FILTER (published_on < DATE '2023-01-01')
    UNION ALL
    SELECT DISTINCT 'china_patent_award_reward', project || '|' || award_name || '|' || grade, party_id,
           CASE WHEN award_name = 'china_patent' AND grade = 'gold' THEN 1_000_000_00
                WHEN award_name = 'china_design' AND grade = 'gold' THEN 300_000_00
                WHEN award_name = 'china_patent' AND grade = 'excellence' THEN 200_000_00 END
    FROM honours WHERE award_name IN ('china_patent', 'china_design')
    UNION ALL
    SELECT DISTINCT 'province_patent_award_reward', project || '|' || grade, party_id,
           CASE grade WHEN 'extraordinary' THEN 200_000_00 WHEN 'first' THEN 100_000_00 WHEN 'second' THEN 50_000_00 END
    FROM honours WHERE award_name = 'province_patent'
    UNION ALL
    SELECT DISTINCT 'top_science_award_match', level, party_id,
           CASE level WHEN 'national' THEN 5_000_000_00 WHEN 'province' THEN 2_000_000_00 END
    FROM honours WHERE award_name = 'top_science'
    UNION ALL
    SELECT 'national_science_award_match', project, party_id,
           arg_max_null(CASE WHEN completion_order = 1 THEN CASE grade WHEN 'special' THEN 2_000_000_00
               WHEN 'first' THEN 1_000_000_00 WHEN 'second' THEN 500_000_00 END END, latest)
    FROM honours WHERE award_name = 'science_technology' AND level = 'national' AND project IS NOT NULL
    GROUP BY project, party_id
    UNION ALL
    SELECT 'province_science_award_match', project, party_id, arg_max_null(prize, latest)
    FROM honours
    WHERE award_name = 'science_technology' AND level = 'province' AND grade IN ('first', 'second', 'third')
      AND project IS NOT NULL
    GROUP BY project, party_id
    UNION ALL
    SELECT DISTINCT 'technology_market_award_match', project || '|' || level, party_id,
           CASE level WHEN 'national' THEN 200_000_00 WHEN 'province' THEN 100_000_00 END
    FROM honours WHERE award_name = 'technology_market'
    UNION ALL
    SELECT DISTINCT 'competition_final_reward', entry, party_id, 100_000_00 FROM entries WHERE stage = 'national_final'
    UNION ALL
    SELECT 'competition_prize_match', entry, party_id, arg_max_null(national_prize, latest)
    FROM entries WHERE national_prize > 0 GROUP BY entry, party_id
    UNION ALL
    SELECT DISTINCT 'innovation_event_reward', party_id, party_id, 1_000_000_00
    FROM {event_hosting}
    WHERE level IN ('international', 'national', 'ministry', 'province', 'city') AND role IN ('host', 'lead', 'assist')
      AND held_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
),
