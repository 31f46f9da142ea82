SELECT 'order_sums' AS rule, 'order ' || o.id AS subject,
    'its sums are not those of its lines' AS detail
FROM order_event o LEFT JOIN order_line l ON l.order_id = o.id
WHERE o.customer_id = ANY($owners)
GROUP BY o.id HAVING o.revenue_minor IS DISTINCT FROM sum(l.revenue_minor)
    OR o.cost_minor <> coalesce(sum(l.cost_minor), 0)
    OR o.uncosted_minor <> coalesce(sum(l.revenue_minor) FILTER (WHERE l.cost_minor IS NULL), 0)
UNION ALL
SELECT 'refund_of_another', 'order ' || o.id, 'it refunds what is no purchase of this customer in this currency'
FROM order_event o JOIN order_event p ON p.id = o.refund_of_id
WHERE o.customer_id = ANY($owners)
    AND (p.kind, p.customer_id, p.currency) IS DISTINCT FROM ('purchase', o.customer_id, o.currency)
UNION ALL
SELECT 'refunded_sum', 'order ' || p.id, 'what is noted as refunded is not what its refunds sum to'
FROM order_event p
LEFT JOIN order_refunded r ON r.order_id = p.id
LEFT JOIN LATERAL (SELECT sum(o.revenue_minor) AS minor, count(*) AS refunds FROM order_event o
    WHERE o.refund_of_id = p.id) o ON true
WHERE p.customer_id = ANY($owners) AND (
    r.refunded_minor IS DISTINCT FROM o.minor OR coalesce(r.refunds, 0) <> o.refunds OR r.revenue_minor <> p.revenue_minor)
UNION ALL
SELECT 'purchase_day', 'customer ' || d.customer_id, d.currency || ' on ' || d.local_day || ' is not what the orders say'
FROM (
    (SELECT customer_id, currency, local_day FROM (
        SELECT * FROM purchase_day WHERE customer_id = ANY($owners) EXCEPT SELECT * FROM counted) more)
    UNION
    (SELECT customer_id, currency, local_day FROM (
        SELECT * FROM counted EXCEPT SELECT * FROM purchase_day WHERE customer_id = ANY($owners)) less)
) d WHERE $settled
UNION ALL
SELECT 'usage_day', 'customer ' || d.customer_id, d.local_day || ' is not what the events say'
FROM (
    (SELECT customer_id, local_day FROM (
        SELECT * FROM usage_day WHERE customer_id = ANY($owners) EXCEPT SELECT * FROM used) more)
    UNION
    (SELECT customer_id, local_day FROM (
        SELECT * FROM used EXCEPT SELECT * FROM usage_day WHERE customer_id = ANY($owners)) less)
) d WHERE $settled
