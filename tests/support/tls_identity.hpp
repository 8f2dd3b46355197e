// A certificate and its key, made on the spot.
#pragma once

#include <string>

namespace support {

struct TlsIdentity {
  /// PEM. Self-signed, so it is also what a client has to trust.
  std::string certificate;
  std::string key;
};

/// For a server at 127.0.0.1 or `localhost`; valid for an hour.
/// @throws std::runtime_error when OpenSSL fails
[[nodiscard]] TlsIdentity make_tls_identity();

/// What OpenSSL calls the certificate in a folder of trusted ones: the hash of its subject, `.0`.
[[nodiscard]] std::string file_name_in_ca_folder(const TlsIdentity& identity);

}  // namespace support
