DROP TRIGGER calendar_version_begins_config_epoch ON calendar_version;
DROP TRIGGER department_begins_config_epoch ON department;
DROP TABLE config_epoch;
DROP TABLE routing_rule;
DROP TABLE sla_policy_version;
DROP TABLE sla_policy;
DROP TABLE settings;
DROP FUNCTION begin_config_epoch;
