DROP TABLE customer_merge;
