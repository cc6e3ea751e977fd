#include "server/api_arguments.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/percent.h"
#include "server/api_routes.h"

namespace strobe::server {
namespace {

const std::vector<Parameter> k_parameters = {
    {.name = "limit", .type = ParameterType::number, .minimum = 1, .maximum = 1000},
    {.name = "q"},
    {.name = "status", .type = ParameterType::choice, .choices = {"ok", "error"}},
    {.name = "at", .type = ParameterType::time_ns},
    {.name = "id", .type = ParameterType::hex, .maximum = 4},
};

// The message of the refusal; empty: it was accepted.
std::string refusal_of(std::string_view query) {
  Arguments arguments;
  const auto read = read_query(query, k_parameters, arguments);
  return read ? "" : read.error().message;
}

TEST(Arguments, ReadsWhatIsDeclared) {
  Arguments arguments;
  ASSERT_TRUE(
      read_query("limit=7&q=a+b%20c%2B%C3%A4&status=ok&at=1700000000000000000&id=AbCd", k_parameters, arguments));
  EXPECT_EQ(arguments.number("limit", 100), 7);
  EXPECT_EQ(arguments.text("q"), "a b c+\xC3\xA4");
  EXPECT_EQ(arguments.time("at")->ns, 1'700'000'000'000'000'000);
  EXPECT_EQ(arguments.text("missing"), "");
  EXPECT_EQ(arguments.number("missing", 100), 100);
  EXPECT_EQ(refusal_of(""), "");
  EXPECT_EQ(refusal_of("&&limit=1&"), "");
}

TEST(Arguments, RefusesWhatIsNot) {
  for (const char* query :
       {"limit=0", "limit=1001", "limit=-1",  "limit=+1",   "limit=1e2", "limit=99999999999999999999",
        "limit=",  "limit",      "status=OK", "at=x",       "at=-1",     "at=9223372036854775808",
        "id=abc",  "id=abcde",   "id=wxyz",   "nobody=1",   "=1",        "q=%",
        "q=%4",    "q=%zz",      "q=a%00b",   "q=a%0d%0ab", "q=1&q=2",   "Limit=1"}) {
    EXPECT_NE(refusal_of(query), "") << query;
  }
  EXPECT_NE(refusal_of("q=" + std::string(k_argument_bytes_max + 1, 'a')), "");
  EXPECT_EQ(refusal_of("q=" + std::string(k_argument_bytes_max, 'a')), "");
}

TEST(Arguments, TellsWhatThereIs) {
  Arguments arguments;
  const auto read = read_query("nobody=1", k_parameters, arguments);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().hint, "this takes: limit, q, status, at, id");
}

TEST(Percent, ThereAndBack) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(percent_decode(percent_encode(all)), all);
  EXPECT_EQ(percent_encode("a/b c%\r\n"), "a%2Fb%20c%25%0D%0A");
  EXPECT_EQ(percent_decode("%"), std::nullopt);
  EXPECT_EQ(percent_decode("%4"), std::nullopt);
  EXPECT_EQ(percent_decode("a%g0"), std::nullopt);
  EXPECT_EQ(percent_decode("%41"), "A");
}

TEST(Routes, ArgumentsComeOutOfThePath) {
  const auto match = match_route("/api/sessions/my%2Fkey/spans");
  ASSERT_TRUE(match) << match.error().message;
  EXPECT_EQ(match->route->path, "/api/sessions/{session}/spans");
  EXPECT_EQ(match->arguments.text("session"), "my/key");
  EXPECT_EQ(match_route("/api/sessions")->route->operation, "listSessions");
}

TEST(Routes, NothingElseLivesThere) {
  for (const char* path : {"/api", "/api/", "/api/sessions/", "/api/sessions/a/", "/api/sessions/a/b", "/api//sessions",
                           "/API/sessions", "/api/sessions/a/spans/", "/api/contexts"}) {
    const auto match = match_route(path);
    ASSERT_FALSE(match) << path;
    EXPECT_EQ(match.error().code, ErrorCode::not_found) << path;
  }
  EXPECT_EQ(match_route("/api/contexts/abc").error().code, ErrorCode::invalid);
  EXPECT_EQ(match_route("/api/sessions/%").error().code, ErrorCode::invalid);
}

TEST(Routes, EveryArgumentInAPathIsDeclaredAndTheOtherWayRound) {
  for (const Route& route : api_routes()) {
    size_t in_path = 0;
    for (const Parameter& parameter : route.parameters) {
      if (parameter.place != ParameterPlace::path) continue;
      ++in_path;
      EXPECT_NE(route.path.find("{" + std::string(parameter.name) + "}"), std::string_view::npos) << route.path;
    }
    EXPECT_EQ(in_path, static_cast<size_t>(std::ranges::count(route.path, '{'))) << route.path;
  }
}

}  // namespace
}  // namespace strobe::server
