DROP TABLE escalation;
DROP TABLE sla_clock;
