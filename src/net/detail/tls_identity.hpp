// Reads and presents certificates and keys from settings. OpenSSL appears in the .cpp only.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/error.hpp"

struct ssl_ctx_st;
struct x509_st;

namespace net {

/// Maximum size of a file of certificates; those of all public CAs need a quarter of a megabyte.
inline constexpr std::size_t longest_certificate_file = std::size_t{4} * 1024 * 1024;

/// Frees a certificate of OpenSSL.
struct CertificateDeleter {
  void operator()(x509_st* certificate) const;
};
using Certificate = std::unique_ptr<x509_st, CertificateDeleter>;

/// `invalid`, with the name of the setting but without its value, which could be the key.
[[nodiscard]] tl::unexpected<Error> tls_fault(std::string_view setting, std::string_view reason);

/// All certificates of a PEM text, or of the file that `value` names; at least one.
[[nodiscard]] Result<std::vector<Certificate>> read_certificates(std::string_view setting,
                                                                 const std::string& value);

/// Makes the context present this certificate with its chain.
///
/// @param certificate, key each a file path or PEM text
/// @returns `invalid` if they cannot be read, or do not match
[[nodiscard]] Result<void> present_identity(ssl_ctx_st* context, const std::string& certificate,
                                            const std::string& key, std::string passphrase);

/// The text of the newest OpenSSL error on this thread; empty if there is none.
[[nodiscard]] std::string last_tls_error();

}  // namespace net
