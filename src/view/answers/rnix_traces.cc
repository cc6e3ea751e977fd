#include "view/answers/rnix_traces.h"

#include <vector>

#include "analyze/error_chains.h"
#include "analyze/hotspots.h"
#include "analyze/path_sum.h"
#include "base/saturated.h"
#include "json/write.h"
#include "view/answers/rnix_spans.h"
#include "view/process_facts.h"

namespace strobe::view {

namespace {

class RnixTree {
 public:
  explicit RnixTree(const SessionView& session)
      : session_(session), tree_(analyze::time_tree_of(session)), root_(analyze::root_of(tree_)) {}

  std::string take() {
    writer_.begin_object();
    writer_.key("root");
    if (root_ >= 0) {
      write_from_root();
    } else {
      writer_.null();
    }
    writer_.key("trace_id").string(root_ >= 0 ? session_.spans[root_].span.facts.trace_id.hex() : "");
    write_metadata();
    writer_.end_object();
    return writer_.take() + "\n";
  }

 private:
  struct Level {
    std::vector<int32_t> children;
    size_t next = 0;
  };

  // Depth first with a stack of its own: a trace may be as deep as it is long.
  void write_from_root() {
    std::vector<Level> open;
    begin(root_, open);
    while (!open.empty()) {
      Level& level = open.back();
      if (level.next < level.children.size()) {
        begin(level.children[level.next++], open);
        continue;
      }
      if (!level.children.empty()) writer_.end_array();
      writer_.end_object();
      open.pop_back();
    }
  }
  void begin(int32_t at, std::vector<Level>& open) {
    const SpanView& span = session_.spans[at];
    const SpanFacts& facts = span.span.facts;
    writer_.begin_object();
    writer_.key("trace_id").string(facts.trace_id.hex());
    writer_.key("span_id").string(facts.span_id.hex());
    if (!facts.parent_span_id.is_zero()) writer_.key("parent_span_id").string(facts.parent_span_id.hex());
    writer_.key("pid").int64(process_id(span).value_or(0));
    writer_.key("name").string(facts.name);
    writer_.key("start_time_ms").int64(whole_ms(facts.start.ns));
    writer_.key("end_time_ms").int64(whole_ms(facts.end.ns));
    writer_.key("duration_ms").int64(whole_ms(facts.duration().ns));
    writer_.key("syscall_count").int64(syscall_count(span).value_or(0));
    writer_.key("tokens_used").int64(analyze::counted_tokens(span));
    writer_.key("status").string(rnix_status(facts));
    open.push_back({children_of(at)});
    if (!open.back().children.empty()) writer_.key("children").begin_array();
  }
  std::vector<int32_t> children_of(int32_t at) const {
    const auto own = tree_.by_start(at);
    std::vector<int32_t> children(own.begin(), own.end());
    if (at != root_) return children;
    for (const int32_t other : tree_.by_start(tree_.session)) {
      if (other != root_) children.push_back(other);
    }
    return children;
  }
  void write_metadata() {
    const SessionSummary& summary = session_.summary;
    const int64_t start = session_.spans.empty() ? 0 : session_.spans.front().span.facts.start.ns;
    writer_.key("metadata").begin_object();
    writer_.key("total_spans").int64(static_cast<int64_t>(session_.spans.size()));
    writer_.key("total_tokens").int64(summary.usage.total());
    writer_.key("total_duration_ms").int64(whole_ms(tree_.wall));
    writer_.key("start_time_ms").int64(whole_ms(start));
    writer_.key("end_time_ms").int64(whole_ms(add_saturated(start, tree_.wall)));
    writer_.key("error_count").int64(analyze::error_chains_of(session_, tree_).error_spans);
    writer_.end_object();
  }

  const SessionView& session_;
  const analyze::TimeTree tree_;
  const int32_t root_;
  json::Writer writer_{json::Layout::pretty};
};

}  // namespace

std::string rnix_tree_json(const SessionView& session) { return RnixTree(session).take(); }

std::string rnix_traces_json(std::span<const TraceRow> rows) {
  json::Writer writer(json::Layout::pretty);
  writer.begin_array();
  for (const TraceRow& row : rows) {
    writer.begin_object();
    writer.key("trace_id").string(row.id.hex());
    writer.key("span_count").int64(row.spans);
    writer.key("start_time_ms").int64(whole_ms(row.start.ns));
    writer.key("total_duration_ms").int64(whole_ms((row.end - row.start).ns));
    writer.key("root_span_name").string(row.root_name);
    writer.end_object();
  }
  writer.end_array();
  return writer.take() + "\n";
}

}  // namespace strobe::view
