CREATE INDEX CONCURRENTLY ledger_entry_rule_idx ON ledger_entry (rule, account_id) WHERE rule <> 'manual';
