-- Sums that follow money: contracts, projects, loans, fees, and what others have paid or assessed ---------------
money_sums AS (
    SELECT 'contract_payment_subsidy' AS clause, party_id AS object, party_id AS party,
           least((coalesce(sum(amount), 0) + 10) // 20, 300_000_00) AS fen, 2 AS owed,
           NULL::DATE AS counted_on, NULL AS after, 1 AS pool
    FROM {contract_payment}
    WHERE contract_type IN ('development', 'transfer') AND filed AND counterpart_kind IN ('university', 'institute')
      AND paid_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    GROUP BY party_id
    UNION ALL
    SELECT 'linked_finance_insurance', party_id, party_id, least((coalesce(sum(premium), 0) + 1) // 2, 200_000_00),
           2, NULL, NULL, 2
    FROM {insurance_premium}
    WHERE product = 'linked_finance' AND paid_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    GROUP BY party_id
    UNION ALL
    -- 0.6% of the balance at this year's end less that at the last
    SELECT 'linked_finance_loan', party_id, party_id,
           (6 * coalesce(sum(CASE year(as_on) WHEN 2023 THEN balance ELSE -balance END), 0) + 500) // 1000,
           2, NULL, NULL, 2
    FROM {loan_stock}
    WHERE product = 'linked_finance' AND as_on IN (DATE '2022-12-31', DATE '2023-12-31')
    GROUP BY party_id HAVING max(as_on) = DATE '2023-12-31'
    UNION ALL
    SELECT 'linked_finance_grant', project_no, party_id, coalesce(sum(fiscal), 0), 0, NULL, NULL, 2
    FROM {st_project}
    WHERE program = 'linked_finance_grant' AND coalesce(event, 'project_approval') = 'project_approval'
      AND approved_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' AND project_no IS NOT NULL
    GROUP BY project_no, party_id
    UNION ALL
    SELECT DISTINCT 'open_challenge_support', project_no, party_id, 2_000_000_00, 2, NULL::DATE, NULL, 1
    FROM {st_project}
    WHERE mode = 'open_challenge' AND level = 'city' AND accepted_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    UNION ALL
    SELECT 'rd_subsidy_assessed', party_id, party_id, least(coalesce(sum(assessed), 0), 10_000_000_00),
           0, NULL, NULL, NULL
    FROM {rd_subsidy_assessment} WHERE assessed_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31' GROUP BY party_id
    UNION ALL
    SELECT 'base_matching', title, party_id, coalesce(sum(amount), 0), 0, NULL, NULL, NULL
    FROM upper_funds
    WHERE title IN ('torch_base', 'innovative_cluster', 'hightech_base', 'innovation_carrier')
      AND source_level IN ('national', 'ministry', 'province')
    GROUP BY title, party_id
    UNION ALL
    SELECT 'brand_incubator_match', receipt_no, party_id, arg_max_null(amount, (received_on, fact_id)),
           0, NULL, NULL, NULL
    FROM upper_funds
    WHERE program = 'brand_incubator' AND source_level = 'province'
    GROUP BY receipt_no, party_id
    UNION ALL
    SELECT 'patent_navigation_subsidy', party_id, party_id, least((coalesce(sum(amount), 0) + 1) // 2, 500_000_00),
           0, NULL, NULL, NULL
    FROM {service_expense}
    WHERE kind IN ('patent_map', 'patent_navigation') AND paid_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
    GROUP BY party_id
    UNION ALL
    SELECT 'conversion_loan_compensation', loan_no, party_id,
           (7 * arg_max_null(loss, (recognised_on, fact_id)) + 10) // 20, 0, NULL, NULL, NULL
    FROM {loan_loss}
    WHERE product = 'result_conversion' AND filed AND recognised_on BETWEEN DATE '2023-01-01' AND DATE '2023-12-31'
      AND loan_no IS NOT NULL
    GROUP BY loan_no, party_id
),
