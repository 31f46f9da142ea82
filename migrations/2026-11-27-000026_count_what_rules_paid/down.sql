DROP FUNCTION earned_by_rule;
