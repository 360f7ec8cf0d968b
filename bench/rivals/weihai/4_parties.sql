-- Who they are: one look at the register of organisations, only for parties to whom something is due -----------
due AS MATERIALIZED (
    SELECT clause, object, party, greatest(0, CAST(fen AS BIGINT)) AS fen
    FROM (
        FROM postdoc_sums UNION ALL FROM platform_sums UNION ALL FROM money_sums UNION ALL FROM conferred_sums
    )
    WHERE fen IS NOT NULL AND object IS NOT NULL AND party IS NOT NULL
),
registered AS (
    SELECT party_id, arg_max_null(registration_class, (valid_from, fact_id)) AS class,
           arg_max_null(registered_division, (valid_from, fact_id)) AS division,
           bool_or(status IN ('deregistered', 'moved_away', 'abnormal')) AS gone
    FROM {organization}
    WHERE valid_from <= DATE '2023-12-31' AND (valid_to IS NULL OR valid_to > DATE '2023-12-31')
      AND party_id IN (SELECT party FROM due)
    GROUP BY party_id
),
listed AS (
    SELECT DISTINCT party_id FROM {integrity_record}
    WHERE starts_on <= DATE '2023-12-31' AND (ends_on IS NULL OR ends_on > DATE '2023-12-31')
      AND (repaired_on IS NULL OR repaired_on > DATE '2023-12-31')
)
SELECT d.clause, d.object, d.party, d.fen
FROM due d LEFT JOIN registered r ON r.party_id = d.party ANTI JOIN listed l ON l.party_id = d.party
WHERE r.gone IS NOT TRUE
  AND CASE
      WHEN d.clause IN ('contract_payment_subsidy', 'linked_finance_insurance')
      THEN r.class NOT IN ('public_institution', 'university', 'institute', 'social', 'bank')
      WHEN d.clause = 'patent_navigation_subsidy'
      THEN r.class IN ('private', 'state', 'collective', 'foreign', 'joint', 'other')
      WHEN d.clause = 'patent_agency_reward'
      THEN r.division IN ('371000', '371002', '371003', '371082', '371083')
      ELSE true END
