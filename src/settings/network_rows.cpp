#include "settings/network_rows.hpp"

#include "settings/engine.hpp"

namespace settings {

std::vector<Row> network_rows(Settings& options) {
  return {
      {
          .name = "HTTPS_CA_CERTIFICATES",
          .title = "More CA certificates",
          .kind = pem_text(into(options.https_ca_certificates)),
          .environment_only = true,
          .sample = "/etc/ssl/company-ca.pem",
          .description = "Additional CA certificates to trust for HTTPS. If set, the platform's "
                         "certificate is always verified, also with OPENCTI_SSL_VERIFY=false.",
      },
      {
          .name = "HTTPS_PROXY",
          .title = "Proxy for https://",
          .kind = proxy(),
          .secret = true,
          .environment_only = true,
          .sample = "http://proxy:3128",
          .description = "Proxy for https:// addresses, in lower or upper case.",
      },
      {
          .name = "HTTP_PROXY",
          .title = "Proxy for http://",
          .kind = proxy(),
          .secret = true,
          .environment_only = true,
          .sample = "http://proxy:3128",
          .description = "Proxy for http:// addresses, in lower or upper case.",
      },
      {
          .name = "ALL_PROXY",
          .title = "Proxy for the rest",
          .kind = proxy(),
          .secret = true,
          .environment_only = true,
          .sample = "http://proxy:3128",
          .description = "Proxy for all other addresses, in lower or upper case.",
      },
      {
          .name = "NO_PROXY",
          .title = "No proxy for",
          .kind = proxy(),
          .environment_only = true,
          .sample = "localhost,opencti",
          .description =
              "Hosts that are reached directly, separated by commas, in lower or upper case.",
      },
  };
}

}  // namespace settings
