DROP TABLE customer_tag;
DROP TABLE tag;
DROP TABLE customer_external_ref;
DROP TABLE customer_contact_point;
DROP TABLE customer;
DROP SEQUENCE customer_number_seq;
