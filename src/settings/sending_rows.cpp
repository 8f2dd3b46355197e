#include "settings/sending_rows.hpp"

#include <algorithm>
#include <array>

namespace settings {
namespace {

constexpr auto resolutions = std::to_array<std::string_view>({"none", "stix_bundle"});
constexpr auto validation_modes = std::to_array<std::string_view>({"workbench", "draft"});
// In the order of QueueProtocol.
constexpr auto queue_protocols = std::to_array<std::string_view>({"amqp", "api"});
constexpr int longest_retention_days = 36'500;

QueueProtocol queue_protocol(std::string_view name) {
  const auto* const found = std::find(queue_protocols.begin(), queue_protocols.end(), name);
  return static_cast<QueueProtocol>(found - queue_protocols.begin());
}

std::chrono::hours days(int count) { return std::chrono::days(count); }

constexpr auto about_itself = std::to_array<Row>({
    {
        .name = "CONNECTOR_AUTO_UPDATE",
        .group = Group::connector,
        .title = "Enrich on update",
        .kind = Boolean{[](Settings& s, bool v) { s.connector.auto_update = v; }},
        .standard = "false",
        .description = "Whether an observable in scope is enriched again whenever it changes. "
                       "What this connector itself sends is such a change too.",
    },
    {
        .name = "CONNECTOR_ENRICHMENT_RESOLUTION",
        .group = Group::connector,
        .title = "Enrichment resolution",
        .kind =
            Choice{resolutions,
                   [](Settings& s, std::string_view v) { s.connector.enrichment_resolution = v; }},
        .standard = "none",
        .description = "What the platform puts into its requests besides the object. This "
                       "connector needs nothing of it.",
    },
    {
        .name = "CONNECTOR_ONLY_CONTEXTUAL",
        .group = Group::connector,
        .title = "Only contextual",
        .kind = Boolean{[](Settings& s, bool v) { s.connector.only_contextual = v; }},
        .standard = "false",
        .description = "Told to the platform as it is.",
    },
});

constexpr auto where_to = std::to_array<Row>({
    {
        .name = "CONNECTOR_SEND_TO_QUEUE",
        .group = Group::sending,
        .title = "Send to the queue",
        .kind = Boolean{[](Settings& s, bool v) { s.sending.to_queue = v; }},
        .standard = "true",
        .description = "Whether results go to the platform's workers. Works are reported on in "
                       "either case.",
    },
    {
        .name = "CONNECTOR_QUEUE_PROTOCOL",
        .group = Group::sending,
        .title = "Queue protocol",
        .kind = Choice{queue_protocols,
                       [](Settings& s, std::string_view v) {
                         s.sending.queue_protocol = queue_protocol(v);
                       }},
        .standard = "amqp",
        .former = "QUEUE_PROTOCOL",
        .description = "How results get there: published on RabbitMQ, or handed to the platform's "
                       "API, which needs no connection to RabbitMQ. With `api` the platform cannot "
                       "put a result into a draft: such requests are answered with an error.",
    },
    {
        .name = "CONNECTOR_VALIDATE_BEFORE_IMPORT",
        .group = Group::sending,
        .title = "Validate before import",
        .kind = Boolean{[](Settings& s, bool v) { s.sending.validate_before_import = v; }},
        .standard = "false",
        .description = "Whether results wait for a person, and go nowhere else. Results for a "
                       "draft go into the draft.",
    },
    {
        .name = "CONNECTOR_VALIDATION_MODE",
        .group = Group::sending,
        .title = "Validation mode",
        .kind = Choice{validation_modes,
                       [](Settings& s, std::string_view v) {
                         s.sending.validation_mode =
                             v == "draft" ? ValidationMode::draft : ValidationMode::workbench;
                       }},
        .standard = "workbench",
        .description =
            "Where results wait with CONNECTOR_VALIDATE_BEFORE_IMPORT=true, without which "
            "it has no effect, but for requests that ask for validation themselves: in a "
            "workbench, or each in a draft of its own, as newer connectors in Python have "
            "it. A draft needs CONNECTOR_SEND_TO_QUEUE=true and "
            "CONNECTOR_QUEUE_PROTOCOL=amqp.",
    },
    {
        .name = "CONNECTOR_SEND_TO_DIRECTORY",
        .group = Group::sending,
        .title = "Send to a folder",
        .kind = Boolean{[](Settings& s, bool v) { s.sending.to_directory = v; }},
        .standard = "false",
        .description = "Whether each result is also written to a file. Results for a draft are "
                       "not.",
    },
    {
        .name = "CONNECTOR_SEND_TO_DIRECTORY_PATH",
        .group = Group::sending,
        .title = "Folder",
        .kind = Folder{[](Settings& s, std::string v) { s.sending.directory_path = std::move(v); }},
        .sample = "/var/lib/kaspersky-enrichment/results",
        .description = "Where these files go.",
    },
    {
        .name = "CONNECTOR_SEND_TO_DIRECTORY_RETENTION",
        .group = Group::sending,
        .title = "Retention in the folder",
        .kind = Integer{0, longest_retention_days,
                        [](Settings& s, int v) { s.sending.directory_retention = days(v); }},
        .standard = "7",
        .description = "Days after which a file that the connector wrote is deleted; 0 keeps it.",
    },
    {
        .name = "CONNECTOR_SEND_TO_S3",
        .group = Group::sending,
        .title = "Send to S3",
        .kind = Boolean{[](Settings& s, bool v) { s.sending.to_s3 = v; }},
        .standard = "false",
        .description = "Whether each result is also put into an S3 bucket. Results for a draft "
                       "are not.",
    },
    {
        .name = "CONNECTOR_SEND_TO_S3_BUCKET",
        .group = Group::sending,
        .title = "S3 bucket",
        .kind = PlainPath{[](Settings& s, std::string v) { s.sending.s3_bucket = std::move(v); }},
        .sample = "opencti-bucket",
        .description = "Name of the bucket; the platform's own unless set.",
    },
    {
        .name = "CONNECTOR_SEND_TO_S3_FOLDER",
        .group = Group::sending,
        .title = "S3 folder",
        .kind = PlainPath{[](Settings& s, std::string v) { s.sending.s3_folder = std::move(v); }},
        .standard = "connectors",
        .description = "What stands before the name of each object; `/` or `.` for nothing.",
    },
    {
        .name = "CONNECTOR_SEND_TO_S3_RETENTION",
        .group = Group::sending,
        .title = "Retention in S3",
        .kind = Integer{0, longest_retention_days,
                        [](Settings& s, int v) { s.sending.s3_retention = days(v); }},
        .standard = "7",
        .description = "Days after which an object that the connector wrote is deleted; 0 keeps "
                       "it.",
    },
    {
        .name = "S3_ENDPOINT",
        .group = Group::sending,
        .title = "S3 host",
        .kind = Host{[](Settings& s, std::string v) { s.s3.endpoint = std::move(v); }},
        .sample = "minio",
        .description = "Name or address of the S3 service.",
    },
    {
        .name = "S3_PORT",
        .group = Group::sending,
        .title = "S3 port",
        .kind = Integer{1, 65535,
                        [](Settings& s, int v) { s.s3.port = static_cast<std::uint16_t>(v); }},
        .sample = "9000",
        .description = "Port of the S3 service.",
    },
    {
        .name = "S3_USE_SSL",
        .group = Group::sending,
        .title = "S3 over TLS",
        .kind = Boolean{[](Settings& s, bool v) { s.s3.use_ssl = v; }},
        .sample = "true",
        .description = "Whether the S3 service is spoken to over https.",
    },
    {
        .name = "S3_ACCESS_KEY",
        .group = Group::sending,
        .title = "S3 access key",
        .kind = Text{1, [](Settings& s, std::string v) { s.s3.access_key = std::move(v); }},
        .secret = true,
        .sample = "ChangeMe",
        .description = "Access key for the bucket.",
    },
    {
        .name = "S3_SECRET_KEY",
        .group = Group::sending,
        .title = "S3 secret key",
        .kind = Password{[](Settings& s, std::string v) { s.s3.secret_key = std::move(v); }},
        .secret = true,
        .sample = "ChangeMe",
        .description = "Secret key for the bucket.",
    },
    {
        .name = "S3_BUCKET_REGION",
        .group = Group::sending,
        .title = "S3 region",
        .kind = PlainPath{[](Settings& s, std::string v) { s.s3.bucket_region = std::move(v); }},
        .sample = "us-east-1",
        .description = "Region of the bucket.",
    },
});

}  // namespace

std::span<const Row> registration_rows() { return about_itself; }

std::span<const Row> sending_rows() { return where_to; }

}  // namespace settings
