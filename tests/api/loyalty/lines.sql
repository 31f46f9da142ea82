-- Every entry of these customers, as the model's are shown: accounts by their customers, entries by their places.
WITH place AS (
    SELECT l.id, json_build_array(a.customer_id, s.seq,
        row_number() OVER (PARTITION BY l.source_entry_id ORDER BY l.id) - 1) AS lot
    FROM points_lot l
    JOIN ledger_entry s ON s.id = l.source_entry_id
    JOIN points_account a ON a.id = s.account_id
)
SELECT coalesce(json_agg(json_build_object(
    'account', a.customer_id,
    'seq', e.seq,
    'kind', e.kind,
    'amount', e.amount,
    'debt_part', e.debt_part,
    'waived', e.waived,
    'requested', e.requested,
    'occurred_at', e.occurred_at,
    'recorded_at', e.recorded_at,
    'hold', e.hold_id,
    'lot', (SELECT lot FROM place WHERE place.id = e.lot_id),
    'reverses', (SELECT json_build_array(b.customer_id, o.seq) FROM ledger_entry o
        JOIN points_account b ON b.id = o.account_id WHERE o.id = e.reverses_id),
    'joined', (SELECT coalesce(json_agg(json_build_array(b.customer_id, o.seq)), '[]') FROM ledger_entry o
        JOIN points_account b ON b.id = o.account_id
        WHERE o.group_id = e.group_id AND o.kind = e.kind AND o.id <> e.id),
    'taken', (SELECT coalesce(json_agg(json_build_array(x.ordinal - 1, lot, x.amount) ORDER BY x.ordinal), '[]')
        FROM allocation x JOIN place ON place.id = x.lot_id WHERE x.entry_id = e.id),
    'given', (SELECT coalesce(json_agg(json_build_array(lot, r.amount)), '[]')
        FROM restoration r JOIN place ON place.id = r.lot_id WHERE r.entry_id = e.id)
)), '[]')::text AS text
FROM ledger_entry e
JOIN points_account a ON a.id = e.account_id
