#include "importer/importer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/file.h"

namespace strobe::importer {
namespace {

constexpr char k_request[] =
    R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"a"}]}]}]})";

class ImporterTest : public testing::Test {
 protected:
  ImporterTest() : path_(std::filesystem::temp_directory_path() / ("strobe_importer_" + std::to_string(::getpid()))) {}
  ~ImporterTest() override { std::filesystem::remove(path_); }

  Result<Report> import(std::string_view content) {
    EXPECT_TRUE(write_file(path_, content));
    spans_ = 0;
    logs_ = 0;
    metrics_ = 0;
    return import_file(path_, [&](RawBatch batch) -> Result<void> {
      spans_ += batch.spans.size();
      logs_ += batch.logs.size();
      metrics_ += batch.metrics.size();
      return {};
    });
  }
  std::string path_;
  size_t spans_ = 0;
  size_t logs_ = 0;
  size_t metrics_ = 0;
};

TEST_F(ImporterTest, MetricsAsProtobufAreNoSpansWithOddIds) {
  // ResourceMetrics{ScopeMetrics{Metric{name: "m", gauge: {a point}}}}, byte by byte.
  const std::string point("\x0a\x09\x19\x01\0\0\0\0\0\0\0", 11);
  const std::string metric = std::string("\x0a\x01m\x2a\x0b") + point;
  const std::string scope = std::string("\x12") + static_cast<char>(metric.size()) + metric;
  const std::string resource = std::string("\x12") + static_cast<char>(scope.size()) + scope;
  ASSERT_TRUE(import(std::string("\x0a") + static_cast<char>(resource.size()) + resource));
  EXPECT_EQ(metrics_, 1u);
  EXPECT_EQ(spans_, 0u);
}

TEST_F(ImporterTest, LinesOfAnyLengthAreRead) {
  // Readers that take lines of 64 KiB at most lose everything behind the first longer one.
  std::string longer(k_request);
  longer.insert(longer.find("\"a\"") + 1, std::string(size_t{3} << 20, 'x'));
  const auto report = import(std::string(k_request) + "\n" + longer + "\n" + k_request + "\n");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(spans_, 3u);
}

TEST_F(ImporterTest, LinesAreHandedOutWhileTheFileIsRead) {
  // What is longer than memory must not be read whole.
  std::string line(k_request);
  line.insert(line.find("\"a\"") + 1, std::string(size_t{1} << 16, 'x'));
  line += "\n";
  constexpr size_t k_lines = 200;
  size_t read = 0, spans = 0, read_at_first_span = 0;
  const auto report = import_bytes(
      [&, left = k_lines * line.size()](char* to, size_t size) mutable -> Result<size_t> {
        const size_t taken = std::min({size, left, line.size() - read % line.size()});
        std::memcpy(to, line.data() + read % line.size(), taken);
        left -= taken;
        read += taken;
        return taken;
      },
      [&](const RawBatch& batch) -> Result<void> {
        if (spans == 0) read_at_first_span = read;
        spans += batch.spans.size();
        return {};
      });
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->format, "otlp json lines");
  EXPECT_EQ(spans, k_lines);
  EXPECT_LT(read_at_first_span, k_lines * line.size() / 4);
}

TEST_F(ImporterTest, AMarkBeforeAFirstLineOfAnyLengthIsNoPartOfIt) {
  const std::string longest = R"({"note":")" + std::string(size_t{2} << 20, 'x') + R"(",)";
  const auto report = import("\xef\xbb\xbf" + longest + R"("_type":"session.start","_ts":"2026-01-30T12:00:00Z"})");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->format, "attocode trace");
  ASSERT_TRUE(import(std::string("\xef\xbb\xbf") + k_request + "\n" + k_request + "\n"));
  EXPECT_EQ(spans_, 2u);
  EXPECT_EQ(import(std::string(k_request) + "\n\n")->format, "otlp json");
}

TEST_F(ImporterTest, OneDocumentAlsoOverSeveralLines) {
  std::string spread(k_request);
  spread.insert(1, "\n\n  ");
  const auto report = import(spread);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->format, "otlp json");
  EXPECT_EQ(spans_, 1u);
}

TEST_F(ImporterTest, ADocumentMayHoldSeveralSignals) {
  std::string both(k_request);
  both.insert(1, R"("resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"x"}}]}]}],)");
  ASSERT_TRUE(import(both + "\n" + k_request));
  EXPECT_EQ(spans_, 2u);
  EXPECT_EQ(logs_, 1u);
}

TEST_F(ImporterTest, BrokenLinesAreReportedWithTheirNumber) {
  const auto report = import(std::string(k_request) + "\n{broken\n\n" + k_request);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->format, "otlp json lines");
  EXPECT_EQ(spans_, 2u);
  ASSERT_EQ(report->problems.size(), 1u);
  EXPECT_EQ(report->problems[0].line, 2u);
}

TEST_F(ImporterTest, WhatIsNothingKnownIsRefused) {
  EXPECT_FALSE(import(""));
  EXPECT_FALSE(import("hello"));
  EXPECT_FALSE(import("{\"resourceSpans\": [}"));
  EXPECT_EQ(import_file("/nonexistent/x", {}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace strobe::importer
