# SQLite 3.51.3 or newer, from the amalgamation that scripts/setup put into .deps/sqlite (Debian's 3.40 has the
# WAL-reset corruption bug). Compiled once, without our warnings.
set(STROBE_SQLITE_DIR ${CMAKE_SOURCE_DIR}/.deps/sqlite CACHE PATH "where sqlite3.c and sqlite3.h are")
if(NOT EXISTS ${STROBE_SQLITE_DIR}/sqlite3.c)
  message(FATAL_ERROR "no sqlite3.c in ${STROBE_SQLITE_DIR}: run scripts/setup first")
endif()
add_library(strobe_sqlite3 STATIC ${STROBE_SQLITE_DIR}/sqlite3.c)
target_include_directories(strobe_sqlite3 SYSTEM PUBLIC ${STROBE_SQLITE_DIR})
target_compile_options(strobe_sqlite3 PRIVATE -O2 -w)
target_compile_definitions(strobe_sqlite3 PUBLIC
  SQLITE_THREADSAFE=2 SQLITE_DQS=0 SQLITE_DEFAULT_MEMSTATUS=0 SQLITE_OMIT_DEPRECATED SQLITE_OMIT_SHARED_CACHE
  SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_USE_ALLOCA SQLITE_ENABLE_FTS5 SQLITE_ENABLE_DBSTAT_VTAB
  SQLITE_DEFAULT_FOREIGN_KEYS=0 SQLITE_OMIT_LOAD_EXTENSION SQLITE_ENABLE_MATH_FUNCTIONS
  SQLITE_ENABLE_NULL_TRIM)  # trailing NULLs of a row take no space
