#pragma once

#include <deque>
#include <map>
#include <vector>

#include "sim/server.h"
#include "sim/story.h"

namespace strobe::sim {

// One process that sends its story over a network that loses, delays and reorders, and that sends again what was
// refused, or of which it never heard, until it was taken.
class Client {
 public:
  struct Place {
    World& world;
    Model& model;
    Counts& counts;
    Server& server;
    Plant plant = Plant::none;
  };
  Client(Place place, int number);

  void start();
  bool is_done() const { return waiting_.empty() && under_way_.empty(); }
  // The network loses nothing from now on.
  void calm() { lost_percent_ = 0; }
  // The server's process has ended: so have the connections to it, and most clients notice.
  void disconnected();
  const std::vector<Request>& story() const { return story_; }

 private:
  struct Attempt {
    uint64_t number = 0;
    Time backoff{0};  // before the next one
  };
  void send_more();
  void send(size_t request);
  void arrive(size_t request, uint64_t attempt);
  void hear(size_t request, uint64_t attempt, ingest::OtlpOutcome outcome);
  // The attempt has failed, as far as the client knows.
  void try_again(size_t request, uint64_t attempt, Time at_least);
  bool is_current(size_t request, uint64_t attempt) const;
  Time network_time() { return random_.wait(50us, slowest_); }

  const Place place_;
  const int number_;
  Random random_;
  std::vector<Request> story_;
  std::deque<size_t> waiting_;           // not sent yet
  std::map<size_t, Attempt> under_way_;  // sent, and not done
  uint64_t attempts_ = 0;

  // Habits.
  size_t at_once_ = 1;  // 1: as over HTTP/1; more: as over gRPC
  bool is_stubborn_ = false;
  Time timeout_{0}, slowest_{0}, pause_{0};
  uint64_t lost_percent_ = 0;
};

}  // namespace strobe::sim
