WITH account AS MATERIALIZED (
    SELECT * FROM points_account WHERE id = ANY($accounts)
), entry AS MATERIALIZED (
    SELECT * FROM ledger_entry WHERE account_id = ANY($accounts)
), lot AS MATERIALIZED (
    SELECT * FROM points_lot WHERE account_id = ANY($accounts)
), taken AS MATERIALIZED (
    SELECT a.entry_id, a.lot_id, a.ordinal, a.amount, a.restored, e.account_id, e.kind
    FROM allocation a JOIN entry e ON e.id = a.entry_id
), given AS MATERIALIZED (
    SELECT r.*, e.account_id FROM restoration r JOIN entry e ON e.id = r.entry_id
), part AS MATERIALIZED (
    SELECT p.lot_id, sum(p.amount)::bigint AS amount FROM hold_allocation p
    JOIN points_hold h ON h.id = p.hold_id JOIN lot l ON l.id = p.lot_id WHERE h.state = 'open' GROUP BY p.lot_id
), sums AS MATERIALIZED (
    SELECT a.id,
        (SELECT coalesce(sum(e.amount), 0) FROM entry e WHERE e.account_id = a.id) AS entries,
        (SELECT coalesce(sum(l.remaining), 0) FROM lot l WHERE l.account_id = a.id) AS remaining,
        (SELECT coalesce(sum(l.remaining - l.held) FILTER (WHERE l.activated), 0) FROM lot l WHERE l.account_id = a.id) AS free,
        (SELECT coalesce(sum(l.remaining - l.held) FILTER (WHERE NOT l.activated), 0) FROM lot l WHERE l.account_id = a.id) AS pending,
        (SELECT coalesce(sum(l.held), 0) FROM lot l WHERE l.account_id = a.id) AS held,
        (SELECT coalesce(sum(e.debt_part), 0) FROM entry e WHERE e.account_id = a.id)
            - (SELECT coalesce(sum(t.amount), 0) FROM taken t WHERE t.account_id = a.id AND t.kind = 'debt_repay') AS debt,
        (SELECT count(*) FROM entry e WHERE e.account_id = a.id) AS count,
        (SELECT coalesce(max(e.seq), 0) FROM entry e WHERE e.account_id = a.id) AS last_seq,
        (SELECT coalesce(sum(d.earned), 0) FROM points_earned_day d WHERE d.account_id = a.id) AS days
    FROM account a
)
SELECT 'balance_is_sum_of_entries', a.id, format('the balance is %s, its entries sum to %s', a.balance, s.entries)
FROM account a JOIN sums s USING (id) WHERE a.balance <> s.entries
UNION ALL
SELECT 'entries_match_lots', a.id, format('entries sum to %s, lots hold %s and %s are owed', s.entries, s.remaining, s.debt)
FROM account a JOIN sums s USING (id) WHERE s.entries <> s.remaining - s.debt
UNION ALL
SELECT 'parts_match_lots', a.id, format('free %s pending %s held %s, by lots %s %s %s', a.free, a.pending, a.held, s.free, s.pending, s.held)
FROM account a JOIN sums s USING (id) WHERE (a.free, a.pending, a.held) <> (s.free, s.pending, s.held)
UNION ALL
SELECT 'debt_matches_entries', a.id, format('%s are owed, by entries %s', a.debt, s.debt)
FROM account a JOIN sums s USING (id) WHERE a.debt <> s.debt
UNION ALL
SELECT 'debt_has_nothing_free', a.id, format('%s are owed while %s are free', a.debt, a.free)
FROM account a WHERE a.debt > 0 AND a.free > 0
UNION ALL
SELECT 'seq_has_no_gaps', a.id, format('%s entries, the last is %s, the account says %s', s.count, s.last_seq, a.seq)
FROM account a JOIN sums s USING (id) WHERE s.count <> s.last_seq OR s.last_seq <> a.seq
UNION ALL
SELECT 'recorded_never_falls', e.account_id, format('entry %s was recorded before the one before it', e.seq)
FROM (SELECT account_id, seq, recorded_at, lag(recorded_at) OVER (PARTITION BY account_id ORDER BY seq) AS before FROM entry) e
WHERE e.recorded_at < e.before
UNION ALL
SELECT 'lot_remainder', l.account_id, format('lot %s has %s left of %s', l.id, l.remaining, l.original)
FROM lot l WHERE l.remaining <> l.original
    - (SELECT coalesce(sum(t.amount), 0) FROM taken t WHERE t.lot_id = l.id)
    + (SELECT coalesce(sum(g.amount), 0) FROM given g WHERE g.lot_id = l.id AND NOT g.new_lot)
    OR NOT l.remaining BETWEEN l.held AND l.original OR l.held < 0
UNION ALL
SELECT 'lot_held', l.account_id, format('lot %s has %s held, by holds %s', l.id, l.held, coalesce(p.amount, 0))
FROM lot l LEFT JOIN part p ON p.lot_id = l.id WHERE l.held <> coalesce(p.amount, 0)
UNION ALL
SELECT 'lot_expired', l.account_id, format('lot %s has %s expired', l.id, l.expired)
FROM lot l WHERE l.expired <> (SELECT coalesce(sum(t.amount), 0) FROM taken t WHERE t.lot_id = l.id AND t.kind = 'expire')
UNION ALL
SELECT 'debit_is_allocated', e.account_id, format('entry %s of %s is allocated wrongly', e.seq, e.amount)
FROM entry e WHERE e.kind IN ('redeem', 'adjust_debit', 'transfer_out', 'expire', 'reverse_earn')
    AND -e.amount <> e.debt_part + (SELECT coalesce(sum(t.amount), 0) FROM taken t WHERE t.entry_id = e.id)
UNION ALL
SELECT 'credit_is_in_lots', e.account_id, format('entry %s of %s made other lots', e.seq, e.amount)
FROM entry e WHERE e.kind IN ('earn', 'adjust_credit', 'migrate_in', 'transfer_in')
    AND e.amount <> (SELECT coalesce(sum(l.original), 0) FROM lot l WHERE l.source_entry_id = e.id)
UNION ALL
SELECT 'reversal_is_restored', e.account_id, format('entry %s of %s gave back otherwise', e.seq, e.amount)
FROM entry e WHERE e.kind = 'reverse_redeem'
    AND e.amount <> (SELECT coalesce(sum(g.amount), 0) FROM given g WHERE g.entry_id = e.id)
UNION ALL
SELECT 'restored_within_taken', t.account_id, format('%s of %s taken from lot %s were given back', t.restored, t.amount, t.lot_id)
FROM taken t WHERE t.restored > t.amount
    OR t.restored <> (SELECT coalesce(sum(r.amount), 0) FROM restoration r WHERE r.debit_id = t.entry_id AND r.debit_ordinal = t.ordinal)
UNION ALL
SELECT 'reversed_within_original', l.account_id, format('%s of %s of lot %s were reversed', l.reversal_requested, l.original, l.id)
FROM lot l WHERE l.reversal_requested > l.original
    OR l.reversal_requested <> (SELECT coalesce(sum(e.requested), 0) FROM ledger_entry e
        WHERE e.reverses_id = l.source_entry_id AND e.kind = 'reverse_earn' AND l.credit_id = l.source_entry_id)
UNION ALL
SELECT 'earned_days', a.id, format('days sum to %s', s.days)
FROM account a JOIN sums s USING (id)
WHERE s.days <> (SELECT coalesce(sum(e.amount), 0) FROM entry e WHERE e.account_id = a.id AND e.kind = 'earn')
    + (SELECT coalesce(sum(r.amount), 0) FROM entry e JOIN ledger_entry r ON r.reverses_id = e.id
        WHERE e.account_id = a.id AND e.kind = 'earn')
UNION ALL
SELECT 'group_members', a.id, format('%s accounts name it as their group', a.members)
FROM account a WHERE a.group_id = a.id AND a.members <> (SELECT count(*) FROM points_account m WHERE m.group_id = a.id)
UNION ALL
SELECT 'event_is_expected', a.id, format('something happens before %s', coalesce(a.next_event_at::text, 'ever'))
FROM account a WHERE EXISTS (
    SELECT FROM lot l WHERE l.account_id = a.id AND l.remaining > 0
        AND least(CASE WHEN l.remaining > l.held THEN l.expires_at END, CASE WHEN NOT l.activated THEN l.available_at END)
            < coalesce(a.next_event_at, 'infinity'))
    OR EXISTS (SELECT FROM points_hold h WHERE h.account_id = a.id AND h.state = 'open'
        AND h.expires_at < coalesce(a.next_event_at, 'infinity'))
