#include "importer/open_spans.h"

namespace strobe::importer {

Draft& OpenSpans::add(const std::string& name, Draft draft) {
  if (auto earlier = take(name)) writer_.write(*earlier);
  const size_t bytes = draft.bytes() + name.size();
  bytes_ += bytes;
  const uint64_t number = next_++;
  number_of_[name] = number;
  Open& open = open_.emplace(number, Open{name, std::move(draft), bytes}).first->second;
  while (bytes_ > k_bytes_max && open_.size() > 1) write_first();
  return open.draft;
}

Draft* OpenSpans::find(const std::string& name) {
  const auto at = number_of_.find(name);
  return at == number_of_.end() ? nullptr : &open_.at(at->second).draft;
}

const Draft* OpenSpans::find(const std::string& name) const {
  const auto at = number_of_.find(name);
  return at == number_of_.end() ? nullptr : &open_.at(at->second).draft;
}

std::optional<Draft> OpenSpans::take(const std::string& name) {
  const auto at = number_of_.find(name);
  if (at == number_of_.end()) return std::nullopt;
  const auto open = open_.find(at->second);
  std::optional<Draft> draft = std::move(open->second.draft);
  bytes_ -= open->second.bytes;
  open_.erase(open);
  number_of_.erase(at);
  return draft;
}

void OpenSpans::write_all() {
  while (!open_.empty()) write_first();
}

void OpenSpans::write_first() {
  const auto first = open_.begin();
  writer_.write(first->second.draft);
  bytes_ -= first->second.bytes;
  number_of_.erase(first->second.name);
  open_.erase(first);
}

}  // namespace strobe::importer
