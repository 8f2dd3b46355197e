#include "settings/sending_rows.hpp"

#include <fmt/format.h>

#include <array>

#include "settings/engine.hpp"

namespace settings {
namespace {

// In the order of ValidationMode, and of QueueProtocol.
constexpr auto validation_modes = std::to_array<std::string_view>({"workbench", "draft"});
constexpr auto queue_protocols = std::to_array<std::string_view>({"amqp", "api"});
constexpr int longest_retention_days = 36'500;

/// A name, often an ordinary word, which must not vanish from the log.
Kind access_key(Put<std::string> put) {
  auto kind = plain_text(1, std::move(put));
  kind.secrets = [](std::string_view /*unused*/) { return std::vector<std::string>(); };
  return kind;
}

}  // namespace

std::vector<Row> sending_rows(const source::Product& product, Sending& options) {
  return {
      {
          .name = "CONNECTOR_SEND_TO_QUEUE",
          .title = "Send to the queue",
          .kind = boolean(into(options.to_queue)),
          .standard = "true",
          .description = "Whether results are sent to the platform's workers. Works are reported "
                         "on in any case.",
      },
      {
          .name = "CONNECTOR_QUEUE_PROTOCOL",
          .title = "Queue protocol",
          .kind = choice(queue_protocols, into(options.queue_protocol)),
          .standard = "amqp",
          .former = "QUEUE_PROTOCOL",
          .description =
              "How results are sent: published on RabbitMQ, or over the platform's API, which "
              "needs no connection to RabbitMQ. `api` cannot write to a draft: such requests fail.",
      },
      {
          .name = "CONNECTOR_VALIDATE_BEFORE_IMPORT",
          .title = "Validate before import",
          .kind = boolean(into(options.validate_before_import)),
          .standard = "false",
          .description = "Whether results only wait for a person's validation. Results for a draft "
                         "go into the draft.",
      },
      {
          .name = "CONNECTOR_VALIDATION_MODE",
          .title = "Validation mode",
          .kind = choice(validation_modes, into(options.validation_mode)),
          .standard = "workbench",
          .description =
              "Where results wait with CONNECTOR_VALIDATE_BEFORE_IMPORT=true, without which it has "
              "no effect except for requests that ask for validation: in a workbench, or each in "
              "its own draft, like newer Python connectors. A draft needs "
              "CONNECTOR_SEND_TO_QUEUE=true and CONNECTOR_QUEUE_PROTOCOL=amqp.",
      },
      {
          .name = "CONNECTOR_SEND_TO_DIRECTORY",
          .title = "Send to a folder",
          .kind = boolean(into(options.to_directory)),
          .standard = "false",
          .description = "Whether each result is also written to a file. Results for a draft are "
                         "not.",
      },
      {
          .name = "CONNECTOR_SEND_TO_DIRECTORY_PATH",
          .title = "Folder",
          .kind = folder(into(options.directory_path)),
          .sample = fmt::format("/var/lib/{}/results", product.program),
          .description = "Folder for these files.",
      },
      {
          .name = "CONNECTOR_SEND_TO_DIRECTORY_RETENTION",
          .title = "Retention in the folder",
          .kind = integer(
              0, longest_retention_days,
              [&options](int count) { options.directory_retention = std::chrono::days(count); }),
          .standard = "7",
          .description = "Days after which the connector's files are deleted; 0 keeps them.",
      },
      {
          .name = "CONNECTOR_SEND_TO_S3",
          .title = "Send to S3",
          .kind = boolean(into(options.to_s3)),
          .standard = "false",
          .description = "Whether each result is also put into an S3 bucket. Results for a draft "
                         "are not.",
      },
      {
          .name = "CONNECTOR_SEND_TO_S3_BUCKET",
          .title = "S3 bucket",
          .kind = plain_path(into(options.s3_bucket)),
          .sample = "opencti-bucket",
          .description = "Name of the bucket; by default the platform's.",
      },
      {
          .name = "CONNECTOR_SEND_TO_S3_FOLDER",
          .title = "S3 folder",
          .kind = plain_path(into(options.s3_folder)),
          .standard = "connectors",
          .description = "Prefix of the name of each object; `/` or `.` for none.",
      },
      {
          .name = "CONNECTOR_SEND_TO_S3_RETENTION",
          .title = "Retention in S3",
          .kind =
              integer(0, longest_retention_days,
                      [&options](int count) { options.s3_retention = std::chrono::days(count); }),
          .standard = "7",
          .description = "Days after which the connector's objects are deleted; 0 keeps them.",
      },
  };
}

std::vector<Row> storage_rows(Storage& options) {
  return {
      {
          .name = "S3_ENDPOINT",
          .title = "S3 host",
          .kind = host(into(options.endpoint)),
          .sample = "minio",
          .description = "Name or address of the S3 service.",
      },
      {
          .name = "S3_PORT",
          .title = "S3 port",
          .kind = integer(1, 65535, into(options.port)),
          .sample = "9000",
          .description = "Port of the S3 service.",
      },
      {
          .name = "S3_USE_SSL",
          .title = "S3 over TLS",
          .kind = boolean(into(options.use_ssl)),
          .sample = "true",
          .description = "Whether the S3 service is reached over https.",
      },
      {
          .name = "S3_ACCESS_KEY",
          .title = "S3 access key",
          .kind = access_key(into(options.access_key)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Access key for the bucket.",
      },
      {
          .name = "S3_SECRET_KEY",
          .title = "S3 secret key",
          .kind = password(into(options.secret_key)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Secret key for the bucket.",
      },
      {
          .name = "S3_BUCKET_REGION",
          .title = "S3 region",
          .kind = plain_path(into(options.bucket_region)),
          .sample = "us-east-1",
          .description = "Region of the bucket.",
      },
  };
}

}  // namespace settings
