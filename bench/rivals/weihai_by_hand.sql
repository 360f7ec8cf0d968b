-- Nineteen clauses of Weihai by hand, from the words of the documents, for the fact year 2023: what each comes
-- to before groups and pools, for parties that no exclusion stops. {register} stands for the facts of a
-- register that had been recorded by the day of evaluation.
CREATE TEMP TABLE by_hand AS
WITH stopped AS (
    SELECT party_id FROM {integrity_record}
    WHERE starts_on <= DATE '2023-12-31' AND (ends_on IS NULL OR ends_on > DATE '2023-12-31')
      AND (repaired_on IS NULL OR repaired_on > DATE '2023-12-31')
    UNION
    SELECT party_id FROM {organization}
    WHERE status IN ('deregistered', 'moved_away', 'abnormal') AND valid_from <= DATE '2023-12-31'
      AND (valid_to IS NULL OR valid_to > DATE '2023-12-31')
),
firm AS (
    SELECT party_id, arg_max(registration_class, (valid_from, fact_id)) AS class FROM {organization}
    WHERE valid_from <= DATE '2023-12-31' AND (valid_to IS NULL OR valid_to > DATE '2023-12-31')
    GROUP BY party_id
),
titles AS (SELECT * FROM {qualification} WHERE issued_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'),
honours AS (SELECT * FROM {st_award} WHERE awarded_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'),
entries AS (
    SELECT * FROM {competition_entry}
    WHERE held_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND competition = 'china_innovation'
),
residence AS (
    SELECT *, row_number() OVER (
        PARTITION BY party_id, project ORDER BY greatest(entered_on, DATE '2023-01-01') DESC, fact_id DESC) AS nth
    FROM {postdoc_residence}
    WHERE from_outside AND entered_on <= DATE '2023-12-31' AND (left_on IS NULL OR left_on >= DATE '2023-01-01')
),
hosts AS (
    SELECT q.fact_id, q.party_id AS firm, q.issued_on,
           arg_max(h.party_id, (h.valid_from, h.fact_id)) AS host,
           arg_max(h.incubator_level, (h.valid_from, h.fact_id)) AS level,
           arg_max(h.incubator_type, (h.valid_from, h.fact_id)) AS type,
           arg_max(h.entered_on, (h.valid_from, h.fact_id)) AS entered_on
    FROM titles q JOIN {incubation} h ON h.tenant = q.party_id
     AND h.valid_from <= q.issued_on AND (h.valid_to IS NULL OR q.issued_on < h.valid_to)
    WHERE q.title = 'hnte' AND q.recognition_kind = 'first'
    GROUP BY ALL
),
sums AS (
    SELECT 'hnte_reward' AS clause, party_id AS object, party_id AS party,
           CASE arg_max(recognition_kind, (issued_on, fact_id))
               WHEN 'first' THEN 20000000 WHEN 'again' THEN 10000000 WHEN 'resumed' THEN 10000000 END AS fen
    FROM titles WHERE title = 'hnte' GROUP BY party_id
    UNION ALL
    SELECT 'national_ip_firm_reward', title, party_id, CASE title WHEN 'ip_model' THEN 30000000 ELSE 10000000 END
    FROM titles WHERE title IN ('ip_model', 'ip_strong') AND (recognition_kind IS NULL OR recognition_kind <> 'again')
    GROUP BY title, party_id
    UNION ALL
    SELECT 'rd_subsidy_assessed', party_id, party_id, least(sum(assessed), 1000000000)
    FROM {rd_subsidy_assessment} WHERE assessed_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' GROUP BY party_id
    UNION ALL
    SELECT 'patent_navigation_subsidy', party_id, party_id, least((sum(amount) + 1) // 2, 50000000)
    FROM {service_expense} JOIN firm USING (party_id)
    WHERE kind = 'patent_navigation' AND paid_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND class IN ('private', 'state', 'collective', 'foreign', 'joint', 'other')
    GROUP BY party_id
    UNION ALL
    SELECT 'incubator_graduates', host, host, least(10000000 * count(DISTINCT firm), 100000000)
    FROM hosts
    WHERE level IN ('national', 'ministry', 'province', 'city') AND entered_on <= issued_on
      AND type IN ('incubator', 'maker_space', 'pro_maker_space', 'brand_incubator', 'brand_maker_space')
      AND issued_on <= entered_on + INTERVAL 3 YEAR
    GROUP BY host
    UNION ALL
    SELECT 'contract_payment_subsidy', party_id, party_id, least((sum(amount) + 10) // 20, 30000000)
    FROM {contract_payment} JOIN firm USING (party_id)
    WHERE contract_type IN ('development', 'transfer') AND filed AND counterpart_kind IN ('university', 'institute')
      AND paid_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND class NOT IN ('public_institution', 'university', 'institute', 'social', 'bank')
    GROUP BY party_id
    UNION ALL
    SELECT 'linked_finance_insurance', party_id, party_id, least((sum(premium) + 1) // 2, 20000000)
    FROM {insurance_premium} JOIN firm USING (party_id)
    WHERE product = 'linked_finance' AND paid_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND class NOT IN ('public_institution', 'university', 'institute', 'social', 'bank')
    GROUP BY party_id
    UNION ALL
    SELECT 'linked_finance_loan', party_id, party_id, greatest(0, (6 * growth + 500) // 1000)
    FROM (
        SELECT party_id, sum(CASE year(as_on) WHEN 2023 THEN balance ELSE -balance END) AS growth
        FROM {loan_stock} WHERE product = 'linked_finance' AND as_on IN (DATE '2022-12-31', DATE '2023-12-31')
        GROUP BY party_id HAVING count(*) FILTER (year(as_on) = 2023) > 0
    )
    UNION ALL
    SELECT 'linked_finance_grant', project_no, party_id, coalesce(sum(fiscal), 0)
    FROM {st_project}
    WHERE program = 'linked_finance_grant' AND coalesce(event, 'project_approval') = 'project_approval'
      AND approved_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND project_no IS NOT NULL
    GROUP BY project_no, party_id
    UNION ALL
    SELECT 'patent_volume_reward', party_id, party_id, 20000000
    FROM {ip_right}
    WHERE type = 'invention' AND (acquisition IS NULL OR acquisition = 'own')
      AND granted_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    GROUP BY party_id HAVING count(*) >= 20
    UNION ALL
    SELECT 'province_patent_award_reward', project || '|' || grade, party_id,
           CASE grade WHEN 'extraordinary' THEN 20000000 WHEN 'first' THEN 10000000 WHEN 'second' THEN 5000000 END
    FROM honours WHERE award_name = 'province_patent' AND project IS NOT NULL GROUP BY project, grade, party_id
    UNION ALL
    SELECT 'province_science_award_match', project, party_id, arg_max(prize, (awarded_on, fact_id))
    FROM honours
    WHERE award_name = 'science_technology' AND level = 'province' AND grade IN ('first', 'second', 'third')
      AND project IS NOT NULL
    GROUP BY project, party_id
    UNION ALL
    SELECT 'postdoc_living_allowance', project, party_id,
           CASE WHEN left_on < entered_on THEN 0 ELSE 500000 * greatest(0,
               least(12, CASE WHEN left_on IS NULL THEN 12 ELSE (year(left_on) - 2023) * 12 + month(left_on) - 1 END)
               - greatest(1, (year(entered_on) - 2023) * 12 + month(entered_on)) + 1) END
    FROM residence WHERE nth = 1 AND project IS NOT NULL
    UNION ALL
    SELECT 'postdoc_project_grant', project, party_id, 5000000
    FROM {postdoc_residence}
    WHERE opened_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND project IS NOT NULL GROUP BY project, party_id
    UNION ALL
    SELECT 'postdoc_station_setup', platform_id, party_id, CASE type WHEN 'postdoc_station' THEN 10000000 ELSE 5000000 END
    FROM (
        SELECT *, row_number() OVER (PARTITION BY party_id, platform_id ORDER BY approved_on DESC, fact_id DESC) AS nth
        FROM {innovation_platform}
        WHERE type IN ('postdoc_station', 'postdoc_branch', 'postdoc_base')
          AND approved_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    )
    WHERE nth = 1 AND coalesce(recognition_kind, 'first') = 'first'
    UNION ALL
    SELECT 'competition_final_reward', entry, party_id, 10000000
    FROM entries WHERE stage = 'national_final' AND entry IS NOT NULL GROUP BY entry, party_id
    UNION ALL
    SELECT 'competition_prize_match', entry, party_id, arg_max(national_prize, (held_on, fact_id))
    FROM entries WHERE national_prize > 0 AND entry IS NOT NULL GROUP BY entry, party_id
    UNION ALL
    SELECT 'conversion_loan_compensation', loan_no, party_id, (7 * greatest(0, arg_max(loss, (recognised_on, fact_id))) + 10) // 20
    FROM {loan_loss}
    WHERE product = 'result_conversion' AND filed AND recognised_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND loan_no IS NOT NULL
    GROUP BY loan_no, party_id
    UNION ALL
    SELECT 'innovation_event_reward', party_id, party_id, 100000000
    FROM {event_hosting}
    WHERE level IN ('international', 'national', 'ministry', 'province', 'city') AND role IN ('host', 'lead', 'assist')
      AND held_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    GROUP BY party_id
)
SELECT clause, object, party, CAST(fen AS BIGINT) AS fen
FROM sums WHERE fen IS NOT NULL AND party NOT IN (SELECT party_id FROM stopped)
