#include "cli/receiver.h"

#include <chrono>
#include <future>
#include <thread>

#include "cli/session_store.h"
#include "launch/live_server.h"
#include "net/http.h"
#include "otlp/otlp.h"

namespace strobe::cli {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds k_quiet{150};  // no request for this long: nothing is on its way
constexpr milliseconds k_settle_max{3000};
constexpr milliseconds k_remote_settle{400};  // another process's server: its derivation is at most this late
constexpr int k_stop_grace_ms = 1000;

}  // namespace

Result<std::unique_ptr<Receiver>> Receiver::open(const std::string& store_path, OnDerived on_derived) {
  std::unique_ptr<Receiver> receiver(new Receiver(store_path, std::move(on_derived)));
  if (const auto live = launch::find_live_server(store_path)) {
    receiver->endpoint_ = *live;
    return receiver;
  }
  TRY_VOID(receiver->open_pipeline());
  receiver->server_ = TRY(server::Server::start({}, *receiver->pipeline_));
  receiver->endpoint_ = receiver->server_->url();
  return receiver;
}

Result<void> Receiver::open_pipeline() {
  trouble_ = std::make_unique<StoreTrouble>(store_path_);
  store_ = TRY(open_for_writing(store_path_));
  pipeline_ = std::make_unique<ingest::Pipeline>(
      *store_, ingest::PipelineOptions{
                   .on_trouble = [trouble = trouble_.get()](
                                     const Error* error) { trouble->tell(error, std::chrono::steady_clock::now()); },
                   .on_derived = on_derived_});
  return {};
}

Receiver::~Receiver() {
  if (server_) server_->stop(k_stop_grace_ms);
  if (pipeline_) pipeline_->stop();
}

Result<void> Receiver::settle() {
  if (!server_) {
    std::this_thread::sleep_for(k_remote_settle);
    return {};
  }
  const auto deadline = std::chrono::steady_clock::now() + k_settle_max;
  const auto requests = [&] {
    const net::HttpServerStats stats = server_->stats();
    return stats.requests + stats.grpc_calls;
  };
  uint64_t seen = requests();
  while (std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(k_quiet);
    const uint64_t now = requests();
    if (now == seen) break;
    seen = now;
  }
  pipeline_->drain();
  return {};
}

Result<void> Receiver::post(const RawBatch& batch) {
  const std::string_view address = std::string_view(endpoint_).substr(std::string_view("http://").size());
  const auto [host, port] = TRY(net::parse_address(address));
  const auto response = TRY(net::http_request({.method = "POST",
                                               .host = host,
                                               .port = port,
                                               .target = "/v1/traces",
                                               .content_type = "application/x-protobuf",
                                               .body = otlp::encode_protobuf(batch.spans)}));
  if (response.status != 200) {
    return fail(ErrorCode::unavailable, endpoint_ + " answered " + std::to_string(response.status));
  }
  std::this_thread::sleep_for(k_remote_settle);
  return {};
}

Result<void> Receiver::record(RawBatch batch) {
  if (!server_) {
    if (post(batch)) return {};
    // The server was killed or stopped meanwhile. A span that it has taken all the same is known again by its id.
    TRY_VOID(open_pipeline());
  }
  std::promise<Result<void>> recorded;
  ingest::Submission submission;
  submission.batch = std::move(batch);
  submission.done = [&recorded](Result<ingest::Acknowledgement> result) {
    if (result) {
      recorded.set_value({});
    } else {
      recorded.set_value(std::unexpected(result.error()));
    }
  };
  if (!pipeline_->submit(submission))
    return fail(ErrorCode::unavailable, "the queue is full: the run itself is not recorded");
  TRY_VOID(recorded.get_future().get());
  pipeline_->drain();
  return {};
}

}  // namespace strobe::cli
