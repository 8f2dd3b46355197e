#include "storage/redis_address.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "text/ascii.hpp"

namespace storage {
namespace {

constexpr std::uint16_t redis_port = 6379;
constexpr std::uint16_t sentinel_port = 26379;
constexpr int highest_database = 65'535;
constexpr std::size_t longest_url = 8192;
/// The maximum length of a name in DNS.
constexpr std::size_t longest_host = 253;

template <class T>
using Read = tl::expected<T, std::string>;

tl::unexpected<std::string> wrong(std::string_view sentence) {
  return tl::unexpected(std::string(sentence));
}

struct Scheme {
  std::string_view name;
  bool tls;
  bool sentinel;
};

constexpr std::array<Scheme, 4> schemes{{{"redis", false, false},
                                         {"rediss", true, false},
                                         {"redis+sentinel", false, true},
                                         {"rediss+sentinel", true, true}}};

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const char lower = text::lower_case(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
}

/// Parses decimal digits only.
template <class Number>
std::optional<Number> digits(std::string_view text) {
  Number number{};
  const auto* end = text.data() + text.size();
  if (text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    const auto code = text.substr(at + 1, 2);
    if (!text::is_hex(code, 2)) return std::nullopt;
    unsigned byte = 0;
    std::from_chars(code.data(), code.data() + code.size(), byte, 16);
    out += static_cast<char>(byte);
    at += code.size();
  }
  return out;
}

Read<RedisServer> read_server(std::string_view text, std::uint16_t default_port) {
  RedisServer server{.port = default_port};
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return wrong("must close the bracket of an IPv6 address");
    server.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    in6_addr unused{};
    if (inet_pton(AF_INET6, server.host.c_str(), &unused) != 1) {
      return wrong("must have an IPv6 address in the brackets");
    }
  } else {
    const auto colon = text.find(':');
    server.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
    if (std::count(port.begin(), port.end(), ':') > 1) {
      return wrong("must have an IPv6 address in brackets, and an @ after a password");
    }
    if (server.host.empty()) return wrong("must name a host");
    if (!is_word(server.host) || server.host.size() > longest_host) {
      return wrong("must have a name or an IP address as its host");
    }
  }
  if (port.empty()) return server;
  const auto number = digits<std::uint16_t>(port.substr(1));
  if (port.front() != ':' || !number || *number == 0) {
    return wrong("must have a number from 1 to 65535 as a port");
  }
  server.port = *number;
  return server;
}

Read<void> read_credentials(std::string_view text, RedisAddress& address) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    return wrong("must have a password after the user: user:password@, or :password@");
  }
  const auto user = percent_decoded(text.substr(0, colon));
  const auto password = percent_decoded(text.substr(colon + 1));
  if (!user || !password) {
    return wrong(
        "must have two hexadecimal digits after each % in user and password: write % as %25");
  }
  if (password->empty())
    return wrong("must not have an empty password: leave out what is before the @, and the @");
  address.user = *user;
  address.password = *password;
  return {};
}

Read<void> read_database(std::string_view text, RedisAddress& address) {
  if (text.empty()) return {};
  const auto number = digits<int>(text);
  if (!number || *number > highest_database) {
    return wrong("must have a number from 0 to 65535 as its database");
  }
  address.database = *number;
  return {};
}

/// Reads the part after the servers; `path` has no first slash.
Read<void> read_path(std::string_view path, bool sentinel, RedisAddress& address) {
  if (!sentinel) return read_database(path, address);
  const auto slash = path.find('/');
  address.master = path.substr(0, slash);
  if (!is_word(address.master)) {
    return wrong("must have the name of the master after the Sentinels, such as /mymaster");
  }
  return slash == std::string_view::npos ? Read<void>{}
                                         : read_database(path.substr(slash + 1), address);
}

}  // namespace

Read<RedisAddress> read_redis_address(std::string_view url) {
  const auto end_of_scheme = url.find("://");
  const auto* const scheme = std::find_if(schemes.begin(), schemes.end(), [&](const auto& each) {
    return text::equal_ignoring_case(each.name, url.substr(0, end_of_scheme));
  });
  if (end_of_scheme == std::string_view::npos || scheme == schemes.end()) {
    return wrong("must begin with redis://, rediss://, redis+sentinel:// or rediss+sentinel://");
  }
  if (url.size() > longest_url) return wrong("must not be longer than 8192 bytes");
  if (text::has_control_characters(url) || url.find(' ') != std::string_view::npos) {
    return wrong("must not have a blank or a control character");
  }
  if (url.find_first_of("?#") != std::string_view::npos) {
    return wrong("must not have a ? or a #: in a password write them as %3F and %23");
  }
  RedisAddress address;
  address.tls = scheme->tls;
  auto rest = url.substr(end_of_scheme + 3);
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    const auto credentials = rest.substr(0, at);
    if (rest.find('@', at + 1) != std::string_view::npos ||
        credentials.find('/') != std::string_view::npos) {
      return wrong("must have %40 for @, and %2F for /, in user and password");
    }
    if (const auto read = read_credentials(credentials, address); !read) {
      return tl::unexpected(read.error());
    }
    rest.remove_prefix(at + 1);
  }
  const auto slash = rest.find('/');
  auto servers = rest.substr(0, slash);
  const auto path = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  if (!scheme->sentinel && servers.find(',') != std::string_view::npos) {
    return wrong("must name one server, or Sentinels with redis+sentinel://");
  }
  for (bool more = true; more;) {
    const auto comma = servers.find(',');
    const auto server =
        read_server(servers.substr(0, comma), scheme->sentinel ? sentinel_port : redis_port);
    if (!server) return tl::unexpected(server.error());
    address.servers.push_back(*server);
    more = comma != std::string_view::npos;
    if (more) servers.remove_prefix(comma + 1);
  }
  if (const auto read = read_path(path, scheme->sentinel, address); !read) {
    return tl::unexpected(read.error());
  }
  return address;
}

std::string shown(const RedisServer& server) {
  if (server.host.find(':') == std::string::npos) {
    return fmt::format("{}:{}", server.host, server.port);
  }
  return fmt::format("[{}]:{}", server.host, server.port);
}

}  // namespace storage
