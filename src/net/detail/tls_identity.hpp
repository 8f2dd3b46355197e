// Certificates and keys as settings give them, read and presented. OpenSSL appears in the .cpp
// only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/error.hpp"

struct ssl_ctx_st;
struct x509_st;

namespace net {

/// Frees a certificate of OpenSSL.
struct CertificateDeleter {
  void operator()(x509_st* certificate) const;
};
using Certificate = std::unique_ptr<x509_st, CertificateDeleter>;

/// `invalid`, with the setting that is at fault and nothing of its value: it could be the key.
[[nodiscard]] tl::unexpected<Error> tls_fault(std::string_view setting, std::string_view reason);

/// All certificates of a PEM text, or of the file that `value` names; at least one.
[[nodiscard]] Result<std::vector<Certificate>> read_certificates(std::string_view setting,
                                                                 const std::string& value);

/// Makes the context show this certificate, with those behind it, to the other side.
///
/// @param certificate, key a file path or PEM text each
/// @returns `invalid` for what cannot be read, or does not belong together
[[nodiscard]] Result<void> present_identity(ssl_ctx_st* context, const std::string& certificate,
                                            const std::string& key, std::string passphrase);

/// The newest error of OpenSSL on this thread in words; empty when there is none.
[[nodiscard]] std::string last_tls_error();

}  // namespace net
