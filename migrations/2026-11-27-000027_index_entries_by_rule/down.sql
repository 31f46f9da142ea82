DROP INDEX ledger_entry_rule_idx;
