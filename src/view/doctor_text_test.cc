#include "view/doctor_text.h"

#include <gtest/gtest.h>

namespace strobe::view {
namespace {

StoreDiagnosis well() {
  return {.path = "strobe.db",
          .strobe_version = "9.8.7",
          .sqlite_version = "3.0",
          .schema_version = 4,
          .canonical_version = 1,
          .normaliser_version = 2,
          .file_bytes = 2'000'000,
          .free_bytes = 1000,
          .tables = {{"spans", 1234, 5000}, {"the rest", 0, 4096}},
          .traces_by_normaliser = {{2, 3}},
          .spans_indexed = 1234};
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(DoctorTextTest, AStoreThatIsWell) {
  const std::string text = store_diagnosis_text(well(), {});
  EXPECT_TRUE(text.starts_with("strobe.db\nwell\n")) << text;
  EXPECT_TRUE(has(text, "strobe 9.8.7, schema 4, canonical form 1, normaliser 2, SQLite 3.0")) << text;
  EXPECT_TRUE(has(text, "text index: 1,234 spans indexed, 0 waiting")) << text;
  EXPECT_TRUE(has(text, "since the store was made:\n  nothing\n")) << text;
  EXPECT_FALSE(has(text, "--renormalise")) << text;
  EXPECT_FALSE(has(text, "not known completely")) << text;
  EXPECT_TRUE(has(store_diagnosis_json(well()), "\"well\": true"));
}

TEST(DoctorTextTest, ContradictionsSayWhoToldWhatAndWhatCounts) {
  SessionHealth health;
  const Contradiction what{.rule = ContradictionRule::total_differs,
                           .reported = {.input = 100, .output = 20, .total = 150},
                           .counted = {.input = 100, .output = 20}};
  for (int i = 0; i < 12; ++i) health.contradictions.push_back({what, {}, {}, "chat \x1b[2J", "scope", "rule"});
  const std::string text = session_health_text(health, {});
  EXPECT_TRUE(has(text, "total_differs, 12 times\n")) << text;
  EXPECT_TRUE(has(text, "told: input 100, output 20, total 150\n")) << text;
  EXPECT_TRUE(has(text, "counted: input 100, output 20 = 120  [rule]\n")) << text;
  EXPECT_TRUE(has(text, "… and 2 more (--json has all)\n")) << text;
  EXPECT_FALSE(has(text, "\x1b")) << "a span's name is hostile";
  EXPECT_TRUE(has(session_health_json(health), "\"rule\": \"total_differs\""));
  health.contradictions.clear();
  EXPECT_FALSE(has(session_health_text(health, {}), "contradict"));
}

TEST(DoctorTextTest, AProblemMakesTheVerdictAndIsShown) {
  StoreDiagnosis diagnosis = well();
  diagnosis.quick = true;
  diagnosis.problems = {"3 spans without their trace", "row 1: \x1b[2Jgone"};
  const std::string text = store_diagnosis_text(diagnosis, {});
  EXPECT_TRUE(text.starts_with("strobe.db\nnot well (looked at quickly)\n  3 spans without their trace\n")) << text;
  EXPECT_FALSE(has(text, "\x1b")) << "what stands in a damaged file is hostile";
  const std::string json = store_diagnosis_json(diagnosis);
  EXPECT_TRUE(has(json, "\"well\": false")) << json;
  EXPECT_TRUE(has(json, "\"3 spans without their trace\"")) << json;
}

TEST(DoctorTextTest, CountersAreSentences) {
  StoreDiagnosis diagnosis = well();
  diagnosis.counts = {{"import.broken_lines", 2}, {"new.unknown", 1234}, {"spans.replaced", 0}, {"values.kept_raw", 5}};
  const std::string text = store_diagnosis_text(diagnosis, {});
  EXPECT_TRUE(has(text, "  2 lines of imported files that could not be read")) << text;
  EXPECT_TRUE(has(text, "  1,234 new.unknown\n")) << "one of a later version is not hidden\n" << text;
  EXPECT_TRUE(has(text, "  5 large values that could not be taken apart")) << text;
  EXPECT_FALSE(has(text, "  0 ")) << text;
  EXPECT_TRUE(has(store_diagnosis_json(diagnosis), "\"name\": \"import.broken_lines\""));
  EXPECT_EQ(meaning_of_count("new.unknown"), "");
}

TEST(DoctorTextTest, WhatAnOlderVersionReadIsPointedOut) {
  StoreDiagnosis diagnosis = well();
  diagnosis.traces_by_normaliser = {{0, 4}, {1, 3}, {2, 100}, {3, 1000}};
  const std::string text = store_diagnosis_text(diagnosis, {});
  EXPECT_TRUE(has(text, "  7 traces were read by an older version: strobe doctor --renormalise")) << text;
}

TEST(DoctorTextTest, DoubtfulSessionsAreNamed) {
  StoreDiagnosis diagnosis = well();
  diagnosis.doubtful = {{"0123456789abcdef", 7}};
  EXPECT_TRUE(has(store_diagnosis_text(diagnosis, {}), "  0123456789ab  7 calls\n"));
  EXPECT_TRUE(has(store_diagnosis_json(diagnosis), "\"session\": \"0123456789abcdef\""));
}

TEST(DoctorTextTest, ASessionSaysEachThingThatIsMissingAndNothingElse) {
  SessionHealth health;
  health.summary.agent = "age\x1bnt";
  health.contexts_complete = 4;
  std::string text = session_health_text(health, {});
  EXPECT_TRUE(has(text, "\nwhole\n  4 calls whose context is known completely\n")) << text;
  EXPECT_FALSE(has(text, "\x1b"));
  health.orphans = 2;
  health.in_cycles = 3;
  health.unpriced_calls = 1;
  text = session_health_text(health, {});
  EXPECT_TRUE(has(text, "\nnot whole\n")) << text;
  EXPECT_TRUE(has(text,
                  "  2 spans whose parent never arrived\n  3 spans that are their own ancestors\n"
                  "  1 calls without a known price\n"))
      << text;
  EXPECT_FALSE(has(text, "never ended")) << text;
  const std::string json = session_health_json(health);
  EXPECT_TRUE(has(json, "\"whole\": false")) << json;
  EXPECT_TRUE(has(json, "\"orphans\": 2")) << json;
  EXPECT_TRUE(has(json, "\"never_ended\": 0")) << "a contract: every count is always there\n" << json;
}

TEST(DoctorTextTest, NothingToSayOfAnEmptySession) {
  EXPECT_TRUE(has(session_health_text({}, {}), "whole\n  nothing is missing\n"));
}

}  // namespace
}  // namespace strobe::view
