// TLS to a Redis server, as its address specifies it. OpenSSL appears in the .cpp only.
#pragma once

#include <memory>
#include <string>

#include "storage/redis_address.hpp"

struct ssl_ctx_st;
struct ssl_st;

namespace storage {

/// The class is thread-safe.
class RedisTls final {
 public:
  /// Trusts the address's CA, or the system's certificates without one, and presents its
  /// certificate, if there is one.
  /// @throws std::runtime_error if one of them cannot be used; the message shows no value
  explicit RedisTls(const RedisAddress& address);

  struct Free {
    void operator()(ssl_ctx_st* context) const;
    void operator()(ssl_st* session) const;
  };
  using Session = std::unique_ptr<ssl_st, Free>;

  /// For one connection: the server's certificate must be for `host`, a name or an IP address.
  /// Empty if OpenSSL lacks memory.
  [[nodiscard]] Session session(const std::string& host) const;

 private:
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

}  // namespace storage
