DROP TABLE import_result;
DROP TABLE import_error;
DROP TABLE import_chunk;
DROP TABLE import;
