// A certificate and its key, generated when a test needs them.
#pragma once

#include <string>

namespace support {

struct TlsIdentity {
  /// PEM. Self-signed, so a client has to trust the certificate itself.
  std::string certificate;
  std::string key;
};

/// Generates an identity for a server at 127.0.0.1 or `localhost`, valid for an hour.
/// @throws std::runtime_error if OpenSSL fails
[[nodiscard]] TlsIdentity make_tls_identity();

/// The file name by which OpenSSL finds the certificate in a folder of trusted ones: the hash of
/// its subject and `.0`.
[[nodiscard]] std::string file_name_in_ca_folder(const TlsIdentity& identity);

}  // namespace support
