#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "cli/store_trouble.h"
#include "ingest/pipeline.h"
#include "model/raw.h"
#include "server/server.h"
#include "store/store.h"

namespace strobe::cli {

// Where a run's telemetry goes: to the server that listens for the store, or to one of our own on a free port.
class Receiver {
 public:
  using OnDerived = std::function<void(std::span<const SessionId>)>;
  // `on_derived` as PipelineOptions has it; called where the pipeline is our own, see is_own().
  static Result<std::unique_ptr<Receiver>> open(const std::string& store_path, OnDerived on_derived = {});
  ~Receiver();

  // "http://127.0.0.1:40123": takes OTLP over HTTP and over gRPC
  const std::string& endpoint() const { return endpoint_; }
  // Nobody else records for the store.
  bool is_own() const { return server_ != nullptr; }
  // Waits until nothing has come in for a moment (late batches of a child's children), at most a few seconds, and until
  // everything is committed and derived.
  Result<void> settle();
  // Records one batch of our own, the same way as everything else, or without the server when that has gone, and waits
  // until it is there.
  Result<void> record(RawBatch batch);

 private:
  Receiver(std::string store_path, OnDerived on_derived)
      : store_path_(std::move(store_path)), on_derived_(std::move(on_derived)) {}
  Result<void> open_pipeline();
  Result<void> post(const RawBatch& batch);

  const std::string store_path_;
  const OnDerived on_derived_;
  std::string endpoint_;
  // Only when the server is our own, or has gone; in the order of construction.
  std::unique_ptr<StoreTrouble> trouble_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<server::Server> server_;
};

}  // namespace strobe::cli
