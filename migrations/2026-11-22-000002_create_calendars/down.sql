DROP TABLE calendar_version;
DROP TABLE calendar_exception;
DROP TABLE work_calendar;
