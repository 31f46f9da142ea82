INSERT INTO purchase_day AS d (customer_id, currency, local_day, purchases, kept, revenue_minor, cost_minor,
    uncosted_minor, returned_minor, refunds, refunded_minor, refund_cost_minor, refund_uncosted_minor)
SELECT o.owner, o.currency, (o.at AT TIME ZONE $zone)::date,
    count(*) FILTER (WHERE o.kind = 'purchase'),
    count(*) FILTER (WHERE o.kind = 'purchase'),
    coalesce(sum(o.revenue) FILTER (WHERE o.kind = 'purchase'), 0),
    coalesce(sum(o.cost) FILTER (WHERE o.kind = 'purchase'), 0),
    coalesce(sum(o.uncosted) FILTER (WHERE o.kind = 'purchase'), 0),
    0,
    count(*) FILTER (WHERE o.kind = 'refund'),
    coalesce(sum(o.revenue) FILTER (WHERE o.kind = 'refund'), 0),
    coalesce(sum(o.cost) FILTER (WHERE o.kind = 'refund'), 0),
    coalesce(sum(o.uncosted) FILTER (WHERE o.kind = 'refund'), 0)
FROM unnest($owners, $kinds, $currencies, $occurred, $revenues, $costs, $uncosted)
    AS o(owner, kind, currency, at, revenue, cost, uncosted)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
ON CONFLICT (customer_id, currency, local_day) DO UPDATE SET
    purchases = d.purchases + excluded.purchases,
    kept = d.kept + excluded.kept,
    revenue_minor = d.revenue_minor + excluded.revenue_minor,
    cost_minor = d.cost_minor + excluded.cost_minor,
    uncosted_minor = d.uncosted_minor + excluded.uncosted_minor,
    refunds = d.refunds + excluded.refunds,
    refunded_minor = d.refunded_minor + excluded.refunded_minor,
    refund_cost_minor = d.refund_cost_minor + excluded.refund_cost_minor,
    refund_uncosted_minor = d.refund_uncosted_minor + excluded.refund_uncosted_minor
