WITH RECURSIVE kin (owner, id) AS (
    SELECT c.id, c.id FROM customer c WHERE c.id = ANY($owners) AND c.status <> 'merged'
    UNION ALL SELECT kin.owner, c.id FROM kin JOIN customer c ON c.merged_into_id = kin.id
)
SELECT kin.owner AS customer_id, o.currency, (o.occurred_at AT TIME ZONE $zone)::date AS local_day,
    count(*) FILTER (WHERE o.kind = 'purchase') AS purchases,
    count(*) FILTER (WHERE o.kind = 'purchase' AND r.refunded_minor IS DISTINCT FROM o.revenue_minor) AS kept,
    coalesce(sum(o.revenue_minor) FILTER (WHERE o.kind = 'purchase'), 0)::bigint AS revenue_minor,
    coalesce(sum(o.cost_minor) FILTER (WHERE o.kind = 'purchase'), 0)::bigint AS cost_minor,
    coalesce(sum(o.uncosted_minor) FILTER (WHERE o.kind = 'purchase'), 0)::bigint AS uncosted_minor,
    coalesce(sum(r.refunded_minor), 0)::bigint AS returned_minor,
    count(*) FILTER (WHERE o.kind = 'refund') AS refunds,
    coalesce(sum(o.revenue_minor) FILTER (WHERE o.kind = 'refund'), 0)::bigint AS refunded_minor,
    coalesce(sum(o.cost_minor) FILTER (WHERE o.kind = 'refund'), 0)::bigint AS refund_cost_minor,
    coalesce(sum(o.uncosted_minor) FILTER (WHERE o.kind = 'refund'), 0)::bigint AS refund_uncosted_minor
FROM kin JOIN order_event o ON o.customer_id = kin.id LEFT JOIN order_refunded r ON r.order_id = o.id
GROUP BY 1, 2, 3
