#include "importer/importer.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/file.h"
#include "importer/attocode.h"
#include "importer/format.h"
#include "importer/otlp_file.h"

namespace strobe::importer {

namespace {

// Enough for the first whole line of any trace; formats are told by the names of its members.
constexpr size_t k_head_bytes = size_t{1} << 20;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::unexpected<Error> cannot_read(const std::string& path) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::not_found : ErrorCode::io;
  return fail(code, "cannot read " + path + ": " + std::strerror(errno));
}

Result<ReadBytes> reading_file(const std::string& path) {
  if (path == "-") return reading(std::make_shared<const std::string>(TRY(read_file(path))));
  std::FILE* const opened = std::fopen(path.c_str(), "rb");
  if (opened == nullptr) return cannot_read(path);
  const std::shared_ptr<std::FILE> file(opened, CloseFile());
  return ReadBytes([file, path](char* to, size_t size) -> Result<size_t> {
    const size_t got = std::fread(to, 1, size, file.get());
    if (got == 0 && std::ferror(file.get()) != 0) return cannot_read(path);
    return got;
  });
}

Result<Report> import_by_format(LineReader& lines, const Sink& sink) {
  switch (format_of(TRY(lines.peek(k_head_bytes)))) {
    case Format::attocode: return import_attocode(lines, sink);
    case Format::attocode_python: return import_attocode_python(lines, sink);
    case Format::otlp: break;
  }
  // One document may be all of the file: it is read whole.
  return import_otlp(std::make_shared<const std::string>(TRY(lines.rest())), sink);
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
