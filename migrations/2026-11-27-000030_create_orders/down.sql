DROP TABLE usage_event;
DROP TABLE order_refunded;
DROP TABLE order_line;
DROP TABLE order_event;
