#pragma once

#include <memory>
#include <random>
#include <string>

#include <google/protobuf/message.h>

#include "model/raw.h"
#include "reference.pb.h"

namespace strobe::otlp {

// What the strings of random messages are made of.
enum class Ids { as_bytes, none };  // protobuf's own JSON writes ids as base64, OTLP as hex: those tests go without

// Fills every field of `message` at random, by reflection, so that a field added to the proto is tested at once.
// Messages that raw signals do not keep apart from absent ones (resource, scope, a value) are always there.
void fill_at_random(google::protobuf::Message& message, std::mt19937_64& random, Ids ids);

// What our decoder saw, as reference messages again: equal bytes mean that every field was seen alike.
reference::TracesData traces_of(const RawBatch& batch);
reference::LogsData logs_of(const RawBatch& batch);
reference::MetricsData metrics_of(const RawBatch& batch);
void copy_metric(const RawMetric& from, reference::Metric& to);

inline std::shared_ptr<const std::string> body_of(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace strobe::otlp
