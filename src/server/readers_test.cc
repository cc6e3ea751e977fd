#include "server/readers.h"

#include <gtest/gtest.h>

#include <future>

#include "store/sqlite/sqlite_store.h"

namespace strobe::server {
namespace {

using std::chrono::milliseconds;

Result<std::unique_ptr<store::Store>> open_empty() { return store::open_sqlite({.path = ":memory:"}); }

// A question and the answer to it.
struct Asked {
  std::promise<net::Response> promise;
  std::future<net::Response> future = promise.get_future();
  net::Respond respond() {
    return [this](net::Response response) { promise.set_value(std::move(response)); };
  }
};

net::Response answer_ok(store::Store&) { return {.body = "ok"}; }

TEST(Readers, AnswerFromAnotherThread) {
  Readers readers(open_empty, {});
  Asked asked;
  const auto here = std::this_thread::get_id();
  ASSERT_TRUE(readers.submit(
      [here](store::Store&) { return net::Response{.body = std::this_thread::get_id() == here ? "here" : "there"}; },
      asked.respond()));
  EXPECT_EQ(asked.future.get().body, "there");
}

TEST(Readers, RefuseWhenTheQueueIsFull) {
  Readers readers(open_empty, {.threads = 1, .waiting_max = 1});
  std::promise<void> release;
  std::promise<void> begun;
  Asked slow;
  Asked waiting;
  Asked refused;
  ASSERT_TRUE(readers.submit(
      [&](store::Store&) {
        begun.set_value();
        release.get_future().wait();
        return net::Response{};
      },
      slow.respond()));
  begun.get_future().wait();
  ASSERT_TRUE(readers.submit(answer_ok, waiting.respond()));
  EXPECT_FALSE(readers.submit(answer_ok, refused.respond()));
  EXPECT_EQ(readers.stats().refused, 1u);
  EXPECT_EQ(readers.stats().waiting, 1u);
  release.set_value();
  EXPECT_EQ(waiting.future.get().body, "ok");
}

TEST(Readers, GiveUpWhatTakesTooLong) {
  Readers readers(open_empty, {.threads = 1, .time_max = milliseconds(50)});
  Asked asked;
  ASSERT_TRUE(readers.submit(
      [](store::Store& store) {
        // Something that uses the store's own connection, again and again, until it is told to stop.
        for (;;) {
          if (!store.counts()) return net::Response{.status = 503};
        }
      },
      asked.respond()));
  ASSERT_EQ(asked.future.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(asked.future.get().status, 503);
  EXPECT_EQ(readers.stats().timeouts, 1u);
  Asked next;
  ASSERT_TRUE(readers.submit(answer_ok, next.respond()));
  EXPECT_EQ(next.future.get().body, "ok") << "the reader lives on";
}

TEST(Readers, StoppingAnswersEverybody) {
  Readers readers(open_empty, {.threads = 1});
  Asked running;
  Asked waiting;
  std::promise<void> begun;
  ASSERT_TRUE(readers.submit(
      [&](store::Store& store) {
        begun.set_value();
        while (store.counts()) {
        }
        return net::Response{.status = 503};
      },
      running.respond()));
  begun.get_future().wait();
  ASSERT_TRUE(readers.submit(answer_ok, waiting.respond()));
  readers.stop();
  EXPECT_EQ(running.future.get().status, 503);
  EXPECT_EQ(waiting.future.get().status, 503);
  Asked late;
  EXPECT_FALSE(readers.submit(answer_ok, late.respond()));
}

TEST(Readers, AStoreThatCannotBeOpenedIsTriedAgain) {
  int tries = 0;
  Readers readers(
      [&]() -> Result<std::unique_ptr<store::Store>> {
        if (++tries == 1) return fail(ErrorCode::unavailable, "busy");
        return open_empty();
      },
      {.threads = 1});
  Asked first;
  ASSERT_TRUE(readers.submit(answer_ok, first.respond()));
  EXPECT_EQ(first.future.get().status, 503);
  Asked second;
  ASSERT_TRUE(readers.submit(answer_ok, second.respond()));
  EXPECT_EQ(second.future.get().status, 200);
}

TEST(Readers, WhatThrowsIsAnError) {
  Readers readers(open_empty, {.threads = 1});
  Asked asked;
  ASSERT_TRUE(readers.submit([](store::Store&) -> net::Response { throw std::runtime_error("oh"); }, asked.respond()));
  EXPECT_EQ(asked.future.get().status, 500);
}

}  // namespace
}  // namespace strobe::server
