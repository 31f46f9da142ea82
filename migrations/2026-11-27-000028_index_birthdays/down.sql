DROP INDEX customer_birthday_idx;
