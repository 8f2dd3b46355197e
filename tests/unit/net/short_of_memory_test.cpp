// Tests what must hold when memory runs out. They are a separate program, in which allocations can
// be made to fail.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "net/http/client.hpp"
#include "support/http_server.hpp"

namespace {

/// Allocations of this thread that are larger than this fail.
thread_local std::size_t largest = SIZE_MAX;

class ShortOfMemory final {
 public:
  explicit ShortOfMemory(std::size_t bytes) { largest = bytes; }
  ~ShortOfMemory() { largest = SIZE_MAX; }
  ShortOfMemory(const ShortOfMemory&) = delete;
  ShortOfMemory& operator=(const ShortOfMemory&) = delete;
};

}  // namespace

void* operator new(std::size_t size) {
  void* const memory = size > largest ? nullptr : std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace net {
namespace {

TEST(HttpClientShortOfMemory, ThrowsBesideLibcurlAndCanBeUsedAgain) {
  const std::string body(std::size_t{1024} * 1024, 'x');
  support::HttpServer server([&](const auto&) { return support::HttpReply{.body = body}; });
  const HttpClient client(HttpClientOptions{});
  const auto ask = [&] {
    return client.send({.url = server.url(), .max_response = 2 * body.size()},
                       Deadline::after(std::chrono::seconds(20)));
  };
  {
    const ShortOfMemory now(body.size() / 2);
    EXPECT_THROW(static_cast<void>(ask()), std::bad_alloc);
  }
  const auto answer = ask();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body.size(), body.size());
}

}  // namespace
}  // namespace net
