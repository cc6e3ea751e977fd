#include "importer/importer.h"

#include "base/file.h"
#include "importer/otlp_file.h"

namespace strobe::importer {

Result<Report> import_file(const std::string& path, const Sink& sink) {
  auto content = std::make_shared<const std::string>(TRY(read_file(path)));
  // One file format so far; the next ones are told apart here, by their first bytes.
  auto report = import_otlp(std::move(content), sink);
  if (!report) return std::unexpected(std::move(report).error().with_context(path));
  return report;
}

}  // namespace strobe::importer
