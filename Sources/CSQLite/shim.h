#pragma once

#include <sqlite3.h>

// A name in double quotes that no column has would be a text otherwise, and a mistyped column no mistake.
static inline int sluice_names_are_no_texts(sqlite3 *database) {
    return sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, (int *)0);
}

// SQLITE_TRANSIENT is a cast in C, which Swift does not import.
static inline int sluice_bind_text(sqlite3_stmt *statement, int at, const char *text, int count) {
    return sqlite3_bind_text(statement, at, text, count, SQLITE_TRANSIENT);
}
static inline int sluice_bind_blob(sqlite3_stmt *statement, int at, const void *bytes, int count) {
    return sqlite3_bind_blob(statement, at, count > 0 ? bytes : "", count, SQLITE_TRANSIENT);
}
