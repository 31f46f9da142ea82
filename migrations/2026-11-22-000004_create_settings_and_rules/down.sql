DROP TABLE routing_rule;
DROP TABLE sla_policy_version;
DROP TABLE sla_policy;
DROP TABLE settings;
