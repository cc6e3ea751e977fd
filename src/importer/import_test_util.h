#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "importer/importer.h"
#include "importer/lines.h"

namespace strobe::importer {

// What importing a text gave.
class Imported {
 public:
  explicit Imported(std::string text)
      : report_(import_bytes(reading(std::make_shared<const std::string>(std::move(text))),
                             [this](RawBatch batch) -> Result<void> {
                               batches_.push_back(std::move(batch));
                               return {};
                             })) {
    EXPECT_TRUE(report_) << (report_ ? "" : report_.error().message);
    for (const RawBatch& batch : batches_) {
      for (const RawSpan& span : batch.spans) spans_.push_back(&span);
    }
  }

  const Report& report() const { return *report_; }
  const std::vector<const RawSpan*>& spans() const { return spans_; }
  size_t count(std::string_view name) const {
    size_t count = 0;
    for (const RawSpan* span : spans_) count += span->name == name ? 1 : 0;
    return count;
  }
  // The first of that name, or one without anything.
  const RawSpan& span(std::string_view name) const {
    for (const RawSpan* span : spans_) {
      if (span->name == name) return *span;
    }
    ADD_FAILURE() << "no span is called " << name;
    static const RawSpan none;
    return none;
  }
  // Text of an attribute; numbers and flags as text.
  static std::string attribute(const RawSpan& span, std::string_view key) {
    const Value* value = find_attribute(span.attributes, key);
    if (value == nullptr) return "";
    if (value->type == ValueType::int64) return std::to_string(value->int64);
    if (value->type == ValueType::boolean) return value->boolean ? "true" : "false";
    return std::string(value->as_text());
  }
  std::string attribute(std::string_view name, std::string_view key) const { return attribute(span(name), key); }
  // Each span id once with everything that was told of it; importing again must give the same.
  std::map<std::string, std::string> by_id() const {
    std::map<std::string, std::string> told;
    for (const RawSpan* span : spans_) {
      std::string& text = told[std::string(span->trace_id) + std::string(span->span_id)];
      text += std::string(span->name) + " " + std::to_string(span->start_time_unix_nano) + " " +
              std::to_string(span->end_time_unix_nano);
      for (const KeyValue& attribute : span->attributes) text += "\n" + std::string(attribute.key);
    }
    return told;
  }

 private:
  std::vector<RawBatch> batches_;
  Result<Report> report_;
  std::vector<const RawSpan*> spans_;
};

}  // namespace strobe::importer
