-- Who they are: one look at the register of organisations, only for parties to whom something is due. Whoever stands
-- there in several states at once is looked up again, as the latest counts: that is rare, and fact_id dear to read.
due AS MATERIALIZED (
    SELECT clause, object, party, CASE WHEN fen < 0 THEN 0 ELSE CAST(fen AS BIGINT) END AS fen,
           CAST(owed AS TINYINT) AS owed, counted_on, CAST(after AS TINYINT) AS after, CAST(pool AS TINYINT) AS pool
    FROM (
        FROM postdoc_sums UNION ALL FROM platform_sums UNION ALL FROM money_sums UNION ALL FROM conferred_sums
    )
    WHERE (fen IS NOT NULL OR owed = 3) AND object IS NOT NULL AND party IS NOT NULL
),
registered AS MATERIALIZED (
    SELECT party_id, any_value(registration_class) AS class, any_value(registered_division) AS division,
           bool_or(status IN ('deregistered', 'moved_away', 'abnormal')) AS gone, count(*) AS states
    FROM {organization}
    WHERE valid_from <= DATE '2023-12-31' AND (valid_to IS NULL OR valid_to > DATE '2023-12-31')
      AND party_id IN (SELECT party FROM due)
    GROUP BY party_id
),
latest AS (
    SELECT party_id, arg_max_null(registration_class, (valid_from, fact_id)) AS class,
           arg_max_null(registered_division, (valid_from, fact_id)) AS division
    FROM {organization}
    WHERE valid_from <= DATE '2023-12-31' AND (valid_to IS NULL OR valid_to > DATE '2023-12-31')
      AND party_id IN (SELECT party_id FROM registered WHERE states > 1)
    GROUP BY party_id
),
listed AS (
    SELECT DISTINCT party_id FROM {integrity_record}
    WHERE starts_on <= DATE '2023-12-31' AND (ends_on IS NULL OR ends_on > DATE '2023-12-31')
      AND (repaired_on IS NULL OR repaired_on > DATE '2023-12-31')
),
decided AS (
    SELECT clause, object, party_id AS party,
           arg_max({'selected': selected, 'fen': "sum"},
                   (year IS NOT NULL, coalesce(decided_on, DATE '0001-01-01'), fact_id)) AS how
    FROM {decision} WHERE year IS NULL OR year = 2023 GROUP BY clause, object, party_id
),
-- What people decided takes the place of the sum: nothing, their sum, or the whole of what is no ceiling.
judged AS MATERIALIZED (
    SELECT clause, object, party, fen, counted_on, after, pool,
           NOT stopped AND (owed = 0 OR decided IS NOT NULL) AS paid,
           CASE WHEN stopped THEN NULL
                WHEN decided > fen THEN error('decided above its ceiling: ' || clause || ' ' || object || ' ' || party)
                ELSE coalesce(decided, fen) END AS asked
    FROM (
        SELECT d.*, r.gone IS TRUE OR l.party_id IS NOT NULL AS stopped,
               CASE WHEN r.states > 1 THEN n.class ELSE r.class END AS class,
               CASE WHEN r.states > 1 THEN n.division ELSE r.division END AS division,
               CASE WHEN NOT c.how.selected THEN 0
                    WHEN c.how.selected THEN coalesce(c.how.fen, CASE WHEN owed <> 2 THEN d.fen END) END AS decided
        FROM due d
        LEFT JOIN registered r ON r.party_id = d.party
        LEFT JOIN latest n ON n.party_id = d.party
        LEFT JOIN listed l ON l.party_id = d.party
        LEFT JOIN decided c ON c.clause = d.clause AND c.object = d.object AND c.party = d.party
    )
    WHERE (owed <> 3 OR decided IS NOT NULL) AND (fen IS NOT NULL OR NOT stopped)
      AND CASE
          WHEN clause IN ('contract_payment_subsidy', 'linked_finance_insurance')
          THEN class NOT IN ('public_institution', 'university', 'institute', 'social', 'bank')
          WHEN clause = 'patent_navigation_subsidy'
          THEN class IN ('private', 'state', 'collective', 'foreign', 'joint', 'other')
          WHEN clause = 'patent_agency_reward'
          THEN division IN ('371000', '371002', '371003', '371082', '371083')
          ELSE true END
),
-- Given once: to the first of those who claim the same, unless somebody had it in a year before ---------------
had AS (
    SELECT DISTINCT clause,
           CASE WHEN clause IN ('advanced_service_reward', 'patent_operation_pilot_reward', 'innovative_county_reward')
                THEN party_id ELSE object END AS object
    FROM {award}
    WHERE year < 2023 AND amount > 0
      AND clause IN (
          'postdoc_station_setup', 'postdoc_project_grant', 'consortium_subsidy', 'national_key_lab',
          'national_centre_2023', 'province_consortium_platform', 'province_manufacturing_centre',
          'province_platform_2023', 'intl_base_national', 'intl_base_province', 'university_park_upgrade',
          'china_patent_award_reward', 'province_patent_award_reward', 'key_ip_project_reward',
          'national_science_award_match', 'province_science_award_match', 'transfer_model_reward',
          'technology_market_award_match', 'national_incubator_reward', 'star_field_reward',
          'advanced_service_reward', 'patent_operation_pilot_reward', 'innovative_county_reward')
),
placed AS (
    SELECT j.clause, j.object, j.party, fen, pool,
           CASE WHEN paid AND h.clause IS NULL AND row_number() OVER (
               PARTITION BY j.clause, j.object ORDER BY asked > 0 DESC NULLS LAST, after, counted_on, party
           ) = 1 THEN asked ELSE 0 END AS owing
    FROM judged j LEFT JOIN had h ON h.clause = j.clause AND h.object = j.object
    WHERE counted_on IS NOT NULL
),
-- Pools pay what is asked; where that is more than they hold, each pro rata, the fen that remain to the largest
-- remainders: first linked finance within its ten million yuan, then all within the eighty million of the fund.
pooled AS (
    SELECT clause, object, party, fen, pool, asked AS owing
    FROM judged WHERE counted_on IS NULL AND pool > 0 AND paid AND asked > 0
    UNION ALL
    SELECT clause, object, party, fen, pool, owing FROM placed WHERE pool > 0 AND owing > 0
),
linked AS (
    SELECT *, sum(owing) OVER (PARTITION BY pool) AS asked, owing::HUGEINT * 10_000_000_00 AS times
    FROM pooled
),
within AS (
    SELECT clause, object, party, fen,
           CASE WHEN pool = 1 OR asked <= 10_000_000_00 THEN owing
                ELSE (times // asked)::BIGINT + (row_number() OVER (
                    PARTITION BY pool ORDER BY times % asked DESC, clause, object, party
                ) <= 10_000_000_00 - sum(times // asked) OVER (PARTITION BY pool))::BIGINT END AS owing
    FROM linked
),
fund AS (
    SELECT *, sum(owing) OVER () AS asked, owing::HUGEINT * 80_000_000_00 AS times FROM within
)
SELECT clause, object, party, fen AS computed, CASE WHEN paid THEN asked ELSE 0 END AS payable
FROM judged WHERE counted_on IS NULL AND (pool IS NULL OR NOT paid OR asked = 0)
UNION ALL
SELECT clause, object, party, fen, owing FROM placed WHERE pool IS NULL OR owing = 0
UNION ALL
SELECT clause, object, party, fen,
       CASE WHEN asked <= 80_000_000_00 THEN owing
            ELSE (times // asked)::BIGINT + (row_number() OVER (ORDER BY times % asked DESC, clause, object, party)
                                             <= 80_000_000_00 - sum(times // asked) OVER ())::BIGINT END
FROM fund
