// Simulates a name server that does not answer, and counts what it is asked: libcurl, librabbitmq
// and os::resolve() call this program's own getaddrinfo.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <netdb.h>

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string_view>
#include <thread>

#include "net/amqp/detail/connection.hpp"
#include "net/detail/tcp_connect.hpp"
#include "net/http/client.hpp"
#include "support/http_server.hpp"

namespace {

constexpr std::string_view hanging_hosts = "resolves-never.";
constexpr std::string_view this_host = "resolves-to-this-host.example";
std::atomic<int> asked = 0;
std::atomic<bool> answering = false;
std::atomic<bool> answered = false;

}  // namespace

extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* node,
                                                                  const char* service,
                                                                  const addrinfo* hints,
                                                                  addrinfo** result) {
  const bool numeric = hints != nullptr && (hints->ai_flags & AI_NUMERICHOST) != 0;
  if (node != nullptr && !numeric && std::string_view(node).starts_with(hanging_hosts)) {
    ++asked;
    while (!answering) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    answered = true;
    return EAI_AGAIN;
  }
  using Real = int (*)(const char*, const char*, const addrinfo*, addrinfo**);
  static const auto real = reinterpret_cast<Real>(dlsym(RTLD_NEXT, "getaddrinfo"));
  if (node != nullptr && !numeric && node == this_host) {
    ++asked;
    node = "127.0.0.1";
  }
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

class NameServerThatHangs : public testing::Test {
 protected:
  NameServerThatHangs() {
    asked = 0;
    answering = answered = false;
  }
  ~NameServerThatHangs() override {
    answering = true;
    wait_for([] { return answered.load(); });
  }
};

using HttpClientResolver = NameServerThatHangs;
using ConnectTcp = NameServerThatHangs;

TEST_F(HttpClientResolver, AStopDoesNotWaitForANameServerThatHangs) {
  setenv("no_proxy", "*", 1);
  const HttpClient client({});
  std::stop_source stop;
  std::jthread stopper([&] {
    wait_for([] { return asked > 0; });
    stop.request_stop();
  });
  const auto response = client.send({.url = "http://resolves-never.example/"},
                                    Deadline::after(20s, stop.get_token()));
  // The name server has still not answered, so the request did not wait for it.
  EXPECT_FALSE(answered);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::stopped);
}

TEST_F(ConnectTcp, AStopDoesNotWaitForANameServerThatHangs) {
  SocketInterrupter interrupter;
  std::jthread stopper([&] {
    wait_for([] { return asked > 0; });
    interrupter.interrupt_for_good();
  });
  const auto socket =
      connect_tcp("resolves-never.broker.example", 5672, interrupter, Deadline::after(20s));
  EXPECT_FALSE(answered);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().message,
            "cannot resolve the name: the name server did not answer in time");
}

TEST_F(ConnectTcp, TheDeadlineEndsTheWaitForANameServerAndOneThreadAsksIt) {
  SocketInterrupter interrupter;
  for (int i = 0; i < 3; ++i) {
    const auto socket =
        connect_tcp("resolves-never.again.example", 5672, interrupter, Deadline::after(100ms));
    ASSERT_FALSE(socket);
    EXPECT_EQ(socket.error().kind, ErrorKind::timed_out);
  }
  wait_for([] { return asked > 0; });
  EXPECT_FALSE(answered);
  EXPECT_EQ(asked, 1);
}

TEST(AmqpOverTls, IsToTheAddressOfANameThatIsResolvedOnce) {
  asked = 0;
  const support::HttpServer server(support::in_order({}), support::make_tls_identity());
  SocketInterrupter interrupter;
  const AmqpAddress address{
      .host = std::string(this_host), .port = server.port(), .tls = AmqpTls{}};
  const auto connection = AmqpConnection::open({.address = address}, 1'000, interrupter);
  ASSERT_FALSE(connection);
  EXPECT_THAT(connection.error().message, testing::HasSubstr("certificate is rejected"));
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace net
