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
          .description = "CA certificates that are trusted for HTTPS besides the others. With it, "
                         "the platform's certificate is verified whatever OPENCTI_SSL_VERIFY says.",
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
          .description =
              "Proxy for addresses without a proxy of their own, in lower or upper case.",
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
