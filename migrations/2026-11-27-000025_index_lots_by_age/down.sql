DROP INDEX CONCURRENTLY points_lot_age_idx;
