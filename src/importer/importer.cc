#include "importer/importer.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "importer/attocode.h"
#include "importer/format.h"
#include "importer/otlp_file.h"

namespace strobe::importer {

namespace {

// Enough for the first whole line of any trace; formats are told by the names of its members.
constexpr size_t k_head_bytes = size_t{1} << 20;

struct CloseFile {
  void operator()(std::FILE* file) const {
    if (file != stdin) std::fclose(file);
  }
};

std::unexpected<Error> cannot_read(const std::string& path) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  return fail(code, "cannot read " + path + ": " + std::strerror(errno));
}

Result<ReadBytes> reading_file(const std::string& path) {
  std::FILE* const opened = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (opened == nullptr) return cannot_read(path);
  const std::shared_ptr<std::FILE> file(opened, CloseFile());
  return ReadBytes([file, path](char* to, size_t size) -> Result<size_t> {
    const size_t got = std::fread(to, 1, size, file.get());
    if (got == 0 && std::ferror(file.get()) != 0) return cannot_read(path);
    return got;
  });
}

// Where the first line is longer than that, more of it is looked at.
Result<Format> tell_format(LineReader& lines) {
  for (size_t head_bytes = k_head_bytes;; head_bytes *= 4) {
    const std::string_view head = TRY(lines.peek(head_bytes));
    const auto told = format_told_by(head);
    if (told) return *told;
    const bool is_first_line =
        without_byte_order_mark(head).starts_with('{') && head.find('\n') == std::string_view::npos;
    if (!is_first_line || head.size() < head_bytes || head_bytes > k_line_bytes_max) return Format::otlp;
  }
}

Result<Report> import_by_format(LineReader& lines, const Sink& sink) {
  switch (TRY(tell_format(lines))) {
    case Format::attocode: return import_attocode(lines, sink);
    case Format::attocode_python: return import_attocode_python(lines, sink);
    case Format::otlp: break;
  }
  return import_otlp(lines, sink);
}

}  // namespace

void add_problem(Report& report, size_t line, std::string message) {
  if (report.problems.size() < k_problems_max) {
    report.problems.push_back({line, std::move(message)});
  } else {
    ++report.problems_dropped;
  }
}

Result<Report> import_bytes(ReadBytes read, const Sink& sink) {
  LineReader lines(std::move(read));
  return import_by_format(lines, sink);
}

Result<Report> import_file(const std::string& path, const Sink& sink) {
  auto report = import_bytes(TRY(reading_file(path)), sink);
  if (report) return report;
  // Failures to read name the file already.
  const bool is_named = report.error().code == ErrorCode::io || report.error().code == ErrorCode::not_found;
  if (is_named) return report;
  return std::unexpected(std::move(report).error().with_context(path));
}

}  // namespace strobe::importer
