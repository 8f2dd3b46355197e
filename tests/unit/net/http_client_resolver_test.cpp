// A name server that does not answer, played by this program's own getaddrinfo, which libcurl then
// calls.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <netdb.h>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string_view>
#include <thread>

#include "net/http/client.hpp"

namespace {

constexpr std::string_view hanging_host = "resolves-never.example";
std::atomic<bool> asked = false;
std::atomic<bool> answering = false;
std::atomic<bool> answered = false;

}  // namespace

extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* node,
                                                                  const char* service,
                                                                  const addrinfo* hints,
                                                                  addrinfo** result) {
  if (node != nullptr && node == hanging_host) {
    asked = true;
    while (!answering) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    answered = true;
    return EAI_AGAIN;
  }
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(node, service, hints, result);
}

namespace net {
namespace {

using namespace std::chrono_literals;

template <class Condition>
void wait_for(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (!condition() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
}

TEST(HttpClientResolver, AStopDoesNotWaitForANameServerThatHangs) {
  setenv("no_proxy", "*", 1);
  const HttpClient client({});
  std::stop_source stop;
  std::jthread stopper([&] {
    wait_for([] { return asked.load(); });
    stop.request_stop();
  });
  const auto response = client.send({.url = "http://resolves-never.example/"},
                                    Deadline::after(20s, stop.get_token()));
  // The name server is still silent: waiting for it would not have ended before.
  EXPECT_FALSE(answered);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::stopped);
  answering = true;
  wait_for([] { return answered.load(); });
}

}  // namespace
}  // namespace net
