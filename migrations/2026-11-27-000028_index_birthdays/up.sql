CREATE INDEX CONCURRENTLY customer_birthday_idx
    ON customer (((extract(month FROM birthday) * 100 + extract(day FROM birthday))::int), id) WHERE birthday IS NOT NULL;
