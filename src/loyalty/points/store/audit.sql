WITH account AS MATERIALIZED (
    SELECT * FROM points_account WHERE id = ANY($accounts)
), entry AS MATERIALIZED (
    SELECT * FROM ledger_entry WHERE account_id = ANY($accounts)
), lot AS MATERIALIZED (
    SELECT * FROM points_lot WHERE account_id = ANY($accounts)
), taken AS MATERIALIZED (
    SELECT a.entry_id, a.lot_id, a.ordinal, a.amount, a.restored, e.account_id, e.kind
    FROM allocation a JOIN ledger_entry e ON e.id = a.entry_id WHERE e.account_id = ANY($accounts)
), given AS MATERIALIZED (
    SELECT r.*, e.account_id FROM restoration r JOIN ledger_entry e ON e.id = r.entry_id WHERE e.account_id = ANY($accounts)
), reversed AS MATERIALIZED (
    SELECT r.reverses_id AS id, sum(r.amount) AS amount, sum(r.requested) AS requested
    FROM ledger_entry e JOIN ledger_entry r ON r.reverses_id = e.id
    WHERE e.account_id = ANY($accounts) AND r.kind = 'reverse_earn' GROUP BY r.reverses_id
), entries_of AS (
    SELECT e.account_id AS id, sum(e.amount) AS amount, sum(e.debt_part) AS debt_part, count(*) AS count, max(e.seq) AS last_seq,
        sum(e.amount - coalesce(r.requested, 0)) FILTER (WHERE e.kind = 'earn') AS earned
    FROM entry e LEFT JOIN reversed r ON r.id = e.id GROUP BY e.account_id
), lots_of AS (
    SELECT account_id AS id, sum(remaining) AS remaining, sum(held) AS held,
        sum(remaining - held) FILTER (WHERE activated) AS free,
        sum(remaining - held) FILTER (WHERE NOT activated) AS pending,
        min(least(CASE WHEN remaining > held THEN expires_at END, CASE WHEN NOT activated THEN available_at END))
            FILTER (WHERE remaining > 0) AS next_event_at
    FROM lot GROUP BY account_id
), holds_of AS (
    SELECT account_id AS id, min(expires_at) AS next_event_at
    FROM points_hold WHERE account_id = ANY($accounts) AND state = 'open' GROUP BY account_id
), repaid_of AS (
    SELECT account_id AS id, sum(amount) AS amount FROM taken WHERE kind = 'debt_repay' GROUP BY account_id
), days_of AS (
    SELECT account_id AS id, sum(earned) AS earned FROM points_earned_day WHERE account_id = ANY($accounts) GROUP BY account_id
), members_of AS (
    SELECT group_id AS id, count(*) AS count FROM points_account WHERE group_id = ANY($accounts) GROUP BY group_id
), taken_from AS (
    SELECT lot_id AS id, sum(amount) AS amount, sum(amount) FILTER (WHERE kind = 'expire') AS expired FROM taken GROUP BY lot_id
), given_to AS (
    SELECT lot_id AS id, sum(amount) AS amount FROM given WHERE NOT new_lot GROUP BY lot_id
), held_of AS (
    SELECT p.lot_id AS id, sum(p.amount) AS amount FROM points_hold h JOIN hold_allocation p ON p.hold_id = h.id
    WHERE h.state = 'open' AND p.lot_id IN (SELECT id FROM lot) GROUP BY p.lot_id
), taken_by AS (
    SELECT entry_id AS id, sum(amount) AS amount FROM taken GROUP BY entry_id
), lots_by AS (
    SELECT source_entry_id AS id, sum(original) AS amount FROM lot GROUP BY source_entry_id
), given_by AS (
    SELECT entry_id AS id, sum(amount) AS amount FROM given GROUP BY entry_id
), given_back AS (
    SELECT debit_id AS id, debit_ordinal AS ordinal, sum(amount) AS amount FROM given GROUP BY debit_id, debit_ordinal
), sums AS MATERIALIZED (
    SELECT a.id, coalesce(e.amount, 0) AS entries, coalesce(l.remaining, 0) AS remaining, coalesce(l.free, 0) AS free,
        coalesce(l.pending, 0) AS pending, coalesce(l.held, 0) AS held,
        coalesce(e.debt_part, 0) - coalesce(r.amount, 0) AS debt, coalesce(e.count, 0) AS count,
        coalesce(e.last_seq, 0) AS last_seq, coalesce(d.earned, 0) AS days, coalesce(e.earned, 0) AS earned,
        coalesce(m.count, 0) AS members, least(l.next_event_at, h.next_event_at) AS next_event_at
    FROM account a LEFT JOIN entries_of e USING (id) LEFT JOIN lots_of l USING (id) LEFT JOIN repaid_of r USING (id)
        LEFT JOIN days_of d USING (id) LEFT JOIN members_of m USING (id) LEFT JOIN holds_of h USING (id)
)
SELECT 'balance_is_sum_of_entries', a.id, format('the balance is %s, its entries sum to %s', a.balance, s.entries)
FROM account a JOIN sums s USING (id) WHERE a.balance <> s.entries
UNION ALL
SELECT 'entries_match_lots', id, format('entries sum to %s, lots hold %s and %s are owed', entries, remaining, debt)
FROM sums WHERE entries <> remaining - debt
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
FROM lot l LEFT JOIN taken_from t USING (id) LEFT JOIN given_to g USING (id)
WHERE l.remaining <> l.original - coalesce(t.amount, 0) + coalesce(g.amount, 0)
    OR NOT l.remaining BETWEEN l.held AND l.original OR l.held < 0
UNION ALL
SELECT 'lot_held', l.account_id, format('lot %s has %s held, by holds %s', l.id, l.held, coalesce(h.amount, 0))
FROM lot l LEFT JOIN held_of h USING (id) WHERE l.held <> coalesce(h.amount, 0)
UNION ALL
SELECT 'lot_expired', l.account_id, format('lot %s has %s expired', l.id, l.expired)
FROM lot l LEFT JOIN taken_from t USING (id) WHERE l.expired <> coalesce(t.expired, 0)
UNION ALL
SELECT 'debit_is_allocated', e.account_id, format('entry %s of %s is allocated wrongly', e.seq, e.amount)
FROM entry e LEFT JOIN taken_by t USING (id)
WHERE e.kind IN ('redeem', 'adjust_debit', 'transfer_out', 'expire', 'reverse_earn') AND -e.amount <> e.debt_part + coalesce(t.amount, 0)
UNION ALL
SELECT 'credit_is_in_lots', e.account_id, format('entry %s of %s made other lots', e.seq, e.amount)
FROM entry e LEFT JOIN lots_by l USING (id)
WHERE e.kind IN ('earn', 'adjust_credit', 'migrate_in', 'transfer_in') AND e.amount <> coalesce(l.amount, 0)
UNION ALL
SELECT 'reversal_is_restored', e.account_id, format('entry %s of %s gave back otherwise', e.seq, e.amount)
FROM entry e LEFT JOIN given_by g USING (id) WHERE e.kind = 'reverse_redeem' AND e.amount <> coalesce(g.amount, 0)
UNION ALL
SELECT 'restored_within_taken', t.account_id, format('%s of %s taken from lot %s were given back', t.restored, t.amount, t.lot_id)
FROM taken t LEFT JOIN given_back g ON g.id = t.entry_id AND g.ordinal = t.ordinal
WHERE t.restored > t.amount OR t.restored <> coalesce(g.amount, 0)
UNION ALL
SELECT 'reversed_within_original', l.account_id, format('%s of %s of lot %s were reversed', l.reversal_requested, l.original, l.id)
FROM lot l LEFT JOIN reversed r ON r.id = l.source_entry_id AND l.credit_id = l.source_entry_id
WHERE l.reversal_requested > l.original OR l.reversal_requested <> coalesce(r.requested, 0)
UNION ALL
SELECT 'earned_days', id, format('days sum to %s, entries to %s', days, earned) FROM sums WHERE days <> earned
UNION ALL
SELECT 'group_members', a.id, format('%s accounts name it as their group', a.members)
FROM account a JOIN sums s USING (id) WHERE a.group_id = a.id AND a.members <> s.members
UNION ALL
SELECT 'event_is_expected', a.id, format('something happens before %s', coalesce(a.next_event_at::text, 'ever'))
FROM account a JOIN sums s USING (id) WHERE s.next_event_at < coalesce(a.next_event_at, 'infinity')
