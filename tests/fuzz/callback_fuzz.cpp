// Any bytes to the port for posted messages. Every reply is one of a few, a message is accepted
// only with the one valid token, and the server continues to work.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>

#include "fuzz/require.hpp"
#include "fuzz/tokens.hpp"
#include "net/http/server.hpp"
#include "opencti/in/callback.hpp"
#include "os/file_descriptor.hpp"

namespace {

using fuzz::require;

class Target final {
 public:
  Target() {
    const auto keys = *opencti::TokenKeys::read(fuzz::jwks);
    // Also initializes OpenSSL, so that this object and its thread end before OpenSSL does.
    require(!opencti::check_token(fuzz::good_token, keys, fuzz::now));
    callback_.use(keys);
  }

  /// @returns the reply, and whether a message was accepted
  std::pair<std::string, bool> exchange(const std::string& bytes) {
    const auto before = taken_.load();
    const os::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto client = address_of(next_source(), 0);
    const auto server = address_of(INADDR_LOOPBACK, server_.port());
    require(::bind(socket.get(), as_sockaddr(client), sizeof(client)) == 0);
    require(::connect(socket.get(), as_sockaddr(server), sizeof(server)) == 0);
    std::size_t sent = 0;
    while (sent < bytes.size()) {
      const auto some =
          ::send(socket.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (some <= 0) break;
      sent += static_cast<std::size_t>(some);
    }
    ::shutdown(socket.get(), SHUT_WR);
    std::string reply;
    std::array<char, 4096> piece{};
    while (true) {
      const auto got = ::recv(socket.get(), piece.data(), piece.size(), 0);
      if (got <= 0) break;
      reply.append(piece.data(), static_cast<std::size_t>(got));
    }
    return {reply, taken_.load() != before};
  }

 private:
  static sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(host);
    address.sin_port = htons(port);
    return address;
  }
  static const sockaddr* as_sockaddr(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
  }
  /// Returns 127.0.0.2 and so on, because a single address runs out of ports.
  std::uint32_t next_source() { return INADDR_LOOPBACK + 1 + (++clients_ % 200); }

  telemetry::Log log_{
      {.level = telemetry::Level::debug,
       .name = "fuzz",
       .json = true,
       .write = [](std::string_view line) { require(line.find('\n') == line.size() - 1); }}};
  std::atomic<int> taken_ = 0;
  opencti::Callback callback_{{.path = "/api/callback", .now = [] { return fuzz::now; }},
                              {.take =
                                   [this](const std::string&, bool) {
                                     ++taken_;
                                     return opencti::Intake::accepted;
                                   },
                               .renew_keys = [] {}},
                              log_};
  net::HttpServer server_{
      {.limits = {.body_bytes = 1 << 20}},
      {.screen = [this](const auto& request) { return callback_.screen(request); },
       .answer = [this](const auto& request, const auto&) { return callback_.answer(request); },
       .too_large = [this](const auto& request) { return callback_.answer_cut(request); }},
      log_};
  std::uint32_t clients_ = 0;
};

const std::set<std::string> statuses{"",    "100", "202", "400", "401", "404",
                                     "405", "413", "417", "431", "505"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Target target;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto [reply, taken] = target.exchange(bytes);
  const auto status = reply.substr(0, 9) == "HTTP/1.1 " ? reply.substr(9, 3) : std::string();
  require(reply.empty() == status.empty() && statuses.contains(status));
  require(!taken || bytes.find(fuzz::good_token) != std::string::npos);
  return 0;
}
