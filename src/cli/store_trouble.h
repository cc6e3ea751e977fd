#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace strobe::cli {

// Tells people, on standard error, when the store cannot be written and when it can again: one line each, however many
// requests are refused meanwhile. Belongs to the pipeline's thread (PipelineOptions::on_trouble).
class StoreTrouble {
 public:
  using Say = std::function<void(const std::string& line)>;
  explicit StoreTrouble(std::string store_path, Say say = {})
      : store_path_(std::move(store_path)), say_(std::move(say)) {}

  // Null: a transaction was written again.
  void tell(const Error* error, std::chrono::steady_clock::time_point now);

 private:
  void say(const std::string& line) const;

  const std::string store_path_;
  const Say say_;
  std::string told_;  // what was said last and is still so; empty: nothing
  std::optional<std::chrono::steady_clock::time_point> told_at_;
};

}  // namespace strobe::cli
