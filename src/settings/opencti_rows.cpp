#include "settings/opencti_rows.hpp"

#include "settings/engine.hpp"

namespace settings {

std::vector<Row> opencti_rows(OpenCti& options) {
  return {
      {
          .name = "OPENCTI_URL",
          .title = "OpenCTI URL",
          .kind = url(into(options.url)),
          .required = true,
          .sample = "http://localhost",
          .description = "Address of the OpenCTI platform. It may have a path.",
      },
      {
          .name = "OPENCTI_TOKEN",
          .title = "OpenCTI token",
          .kind = token(into(options.token)),
          .required = true,
          .secret = true,
          .sample = "ChangeMe",
          .description = "API token of the user that the connector acts as.",
      },
      {
          .name = "OPENCTI_SSL_VERIFY",
          .title = "Verify TLS",
          .kind = verification(into(options.ssl_verify)),
          .default_value = "true",
          .description = "Whether the platform's certificate is verified. A path names the CA "
                         "certificates to trust instead of the system's.",
      },
      {
          .name = "OPENCTI_CUSTOM_HEADERS",
          .title = "Custom headers",
          .kind = headers(into(options.custom_headers)),
          .secret = true,
          .sample = "X-Gateway-Key:ChangeMe;X-Tenant:ChangeMe",
          .description = "HTTP headers added to each request to the platform. They replace the "
                         "connector's own headers of the same name.",
      },
      {
          .name = "OPENCTI_JSON_LOGGING",
          .title = "JSON log",
          .kind = boolean(into(options.json_logging)),
          .default_value = "true",
          .description = "Whether log lines are JSON objects; otherwise they are plain text.",
      },
  };
}

}  // namespace settings
