-- What earning rules have paid, read from the ledger where it is not counted yet; and reversals that count whole.

CREATE FUNCTION earned_by_rule(code text, whose uuid, on_day date, zone text) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF whose IS NULL THEN
        RETURN (SELECT coalesce(sum(e.amount), 0)::bigint FROM ledger_entry e
            WHERE e.rule = code AND e.rule <> 'manual' AND e.kind = 'earn');
    END IF;
    RETURN (SELECT coalesce(sum(e.amount), 0)::bigint
        FROM points_account o JOIN points_account a ON a.group_id = o.group_id JOIN ledger_entry e ON e.account_id = a.id
        WHERE o.customer_id = whose AND e.rule = code AND e.rule <> 'manual' AND e.kind = 'earn'
            AND (on_day IS NULL OR (e.occurred_at AT TIME ZONE zone)::date = on_day));
END $$;
COMMENT ON FUNCTION earned_by_rule IS 'How many points a rule has paid: to a customer on a local day, to a customer, or to all.';

-- A reversed earning counts negative for tiers by all that was asked to be reversed, also what was waived or had expired.
WITH program AS (SELECT time_zone FROM loyalty_program), less AS (
    SELECT r.account_id, (r.occurred_at AT TIME ZONE program.time_zone)::date AS day, sum(r.requested
        + (SELECT sum(s.amount) FROM ledger_entry s WHERE s.id = r.id OR (s.group_id = r.group_id AND s.kind = r.kind))) AS points
    FROM program, ledger_entry r JOIN ledger_entry e ON e.id = r.reverses_id
    WHERE r.kind = 'reverse_earn' AND e.kind = 'earn' AND r.requested IS NOT NULL GROUP BY 1, 2
)
INSERT INTO points_earned_day AS d (account_id, day, earned)
SELECT account_id, day, -points FROM less WHERE points <> 0
ON CONFLICT (account_id, day) DO UPDATE SET earned = d.earned + excluded.earned;
