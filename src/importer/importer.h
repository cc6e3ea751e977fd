#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/raw.h"

namespace strobe::importer {

// Something in a file that could not be used. Reported, never fatal.
struct Problem {
  size_t line = 0;  // 1-based; 0: the whole file
  std::string message;
};

struct Report {
  std::string format;    // "otlp json", "otlp json lines", "otlp protobuf", "attocode trace", "attocode python trace"
  size_t documents = 0;  // requests, or lines, that were used
  std::vector<Problem> problems;
  size_t problems_dropped = 0;  // beyond k_problems_max
};

inline constexpr size_t k_problems_max = 100;

// Adds one, or counts it when there are too many.
void add_problem(Report& report, size_t line, std::string message);

// Takes one decoded document. An error ends the import.
using Sink = std::function<Result<void>(RawBatch batch)>;

// Reads a foreign file, tells its format by its content and hands every document to `sink`, in order. Errors: what
// reading the file or the sink says; invalid when nothing in the file could be understood.
Result<Report> import_file(const std::string& path, const Sink& sink);

// The same for what comes from elsewhere. Puts up to `size` bytes at `to` and returns how many; 0: that was all.
using ReadBytes = std::function<Result<size_t>(char* to, size_t size)>;
Result<Report> import_bytes(ReadBytes read, const Sink& sink);

}  // namespace strobe::importer
