#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sqlite/database.h"
#include "store/sqlite/schema.h"

namespace strobe::store {

// A file as the first release left it: one call that reported its cost, and the views of then.
inline void make_version_1(const std::string& path) {
  auto database = sqlite::Database::open(path, sqlite::OpenMode::create).value();
  ASSERT_TRUE(migrations()[0].run(database));
  const auto done = database.execute(R"sql(
PRAGMA application_id = 0x53747262;
PRAGMA user_version = 1;
CREATE VIEW spans AS SELECT no FROM span;
CREATE VIEW "old ""view""" AS SELECT priced_calls FROM part;
INSERT INTO name(no, text) VALUES(1, 'm'), (2, 'k');
INSERT INTO resource(no, hash, data) VALUES(1, x'01', x'');
INSERT INTO scope(no, hash, data) VALUES(1, x'01', x'');
INSERT INTO setting VALUES(1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0);
INSERT INTO session VALUES(1, x'07070707070707070707070707070707', 0, 2, 100);
INSERT INTO trace VALUES(1, x'01010101010101010101010101010101', 5, 1, 1, 1, NULL, 1);
INSERT INTO span(no, trace, span_id, start_ns, duration_ns, hash, kind, status, rank, setting, name, packed, input,
                 cost_pico_usd, cost_kind) VALUES(1, 1, 9, 100, 50, 0, 2, 1, 2, 1, 1, x'', 1000, 2000000000000, 1);
INSERT INTO place VALUES(1, 1, 1, 1);
INSERT INTO part VALUES(1, 1, 0, 0, '', 100, 150, 1, 1, 0, 1, 1, 1, 0, 0, '[1]', 1000, 0, 0, 0, 0, 2000000000000, 1, 0);
)sql");
  ASSERT_TRUE(done) << done.error().message;
}

}  // namespace strobe::store
