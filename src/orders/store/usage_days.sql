WITH RECURSIVE kin (owner, id) AS (
    SELECT c.id, c.id FROM customer c WHERE c.id = ANY($owners) AND c.status <> 'merged'
    UNION ALL SELECT kin.owner, c.id FROM kin JOIN customer c ON c.merged_into_id = kin.id
)
SELECT kin.owner AS customer_id, (u.occurred_at AT TIME ZONE $zone)::date AS local_day, count(*) AS events
FROM kin JOIN usage_event u ON u.customer_id = kin.id
GROUP BY 1, 2
