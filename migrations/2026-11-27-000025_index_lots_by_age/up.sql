-- The order of spending of a program with `oldest_first`: without it the first lots are found by a look at all of the account.
CREATE INDEX CONCURRENTLY points_lot_age_idx ON points_lot (account_id, available_at, id) WHERE remaining > 0;
