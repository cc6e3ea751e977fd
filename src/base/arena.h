#pragma once

#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>

namespace strobe {

// Memory that is freed all at once. Raw signals are views into the request body and into an Arena; both must
// outlive them. Holds only trivially destructible things. Not thread-safe; belongs to one batch.
class Arena {
 public:
  explicit Arena(size_t first_block_bytes = 4096) : resource_(first_block_bytes, &upstream_) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    char* to = allocate_bytes(text.size());
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }
  // What it takes from the heap: blocks, whether filled or not.
  size_t held_bytes() const { return upstream_.bytes; }
  // Uninitialised; `bytes` > 0.
  char* allocate_bytes(size_t bytes) { return static_cast<char*>(resource_.allocate(bytes, 1)); }
  // Value-initialised.
  template <typename T>
  std::span<T> allocate_array(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count == 0) return {};
    auto* first = static_cast<T*>(resource_.allocate(count * sizeof(T), alignof(T)));
    for (size_t i = 0; i < count; ++i) new (first + i) T();
    return {first, count};
  }
  template <typename T>
  std::span<T> copy_array(std::span<const T> from) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    if (from.empty()) return {};
    auto* first = static_cast<T*>(resource_.allocate(from.size_bytes(), alignof(T)));
    std::memcpy(static_cast<void*>(first), from.data(), from.size_bytes());
    return {first, from.size()};
  }
  template <typename T, typename... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (resource_.allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

 private:
  struct Upstream : std::pmr::memory_resource {
    size_t bytes = 0;
    void* do_allocate(size_t size, size_t alignment) override {
      bytes += size;
      return std::pmr::new_delete_resource()->allocate(size, alignment);
    }
    void do_deallocate(void* block, size_t size, size_t alignment) override {
      bytes -= size;
      std::pmr::new_delete_resource()->deallocate(block, size, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
  };
  Upstream upstream_;  // before resource_, which gives back to it
  std::pmr::monotonic_buffer_resource resource_;
};

}  // namespace strobe
