#include "app/sending.hpp"

#include "opencti/out/combined_outputs.hpp"
#include "opencti/out/directory_output.hpp"
#include "opencti/out/draft_output.hpp"
#include "opencti/out/push_output.hpp"
#include "opencti/out/queue_output.hpp"
#include "opencti/out/s3_output.hpp"
#include "opencti/out/workbench_output.hpp"

namespace app {
namespace {

opencti::BundleMode bundle_mode(settings::BundleMode mode) {
  switch (mode) {
    case settings::BundleMode::whole:
      return opencti::BundleMode::whole;
    case settings::BundleMode::split:
      return opencti::BundleMode::split;
    case settings::BundleMode::automatic:
      break;
  }
  return opencti::BundleMode::automatic;
}

opencti::StorageChoice storage_choice(const settings::Settings& settings) {
  return {.endpoint = settings.s3.endpoint,
          .port = settings.s3.port,
          .use_tls = settings.s3.use_ssl,
          .bucket = settings.sending.s3_bucket,
          .region = settings.s3.bucket_region,
          .access_key = settings.s3.access_key,
          .secret_key = settings.s3.secret_key};
}

opencti::DirectoryOptions directory_options(const settings::Sending& settings) {
  return {.folder = settings.directory_path, .retention = settings.directory_retention};
}

opencti::S3Options s3_options(const settings::Settings& settings, net::HttpClientOptions http) {
  return {.where = storage_choice(settings),
          .folder = settings.sending.s3_folder,
          .retention = settings.sending.s3_retention,
          .http = std::move(http)};
}

}  // namespace

bool needs_storage(const settings::Settings& settings) {
  return settings.sending.to_s3 && !storage_choice(settings).whole();
}

bool reaches_drafts(const settings::Sending& settings) {
  return settings.to_queue && settings.queue_protocol == settings::QueueProtocol::amqp;
}

Sending::Sending(const settings::Settings& settings, const opencti::Identity& identity,
                 const opencti::GraphqlClient& graphql, net::HttpClientOptions http,
                 const telemetry::Log& log, const opencti::SentMetrics& sent,
                 std::function<void()> register_again) {
  const auto& wanted = settings.sending;
  const auto mode = bundle_mode(settings.connector.bundle_mode);
  if (reaches_drafts(wanted)) {
    publisher_.emplace(net::AmqpConnectionOptions{}, log, std::move(register_again));
    to_workers_ = add<opencti::QueueOutput>(*publisher_, mode, sent);
  } else if (wanted.to_queue) {
    to_workers_ = add<opencti::PushOutput>(graphql, identity.id, mode, sent);
  }

  std::vector<opencti::Output*> copies;
  if (wanted.to_directory) {
    copies.push_back(add<opencti::DirectoryOutput>(directory_options(wanted), identity, log));
  }
  if (wanted.to_s3) {
    copies.push_back(add<opencti::S3Output>(s3_options(settings, std::move(http)), identity, log));
  }

  auto* usual = add<opencti::CopyingOutput>(std::move(copies), to_workers_);
  auto* validation = wanted.validation_mode == settings::ValidationMode::draft
                         ? add<opencti::DraftOutput>(identity.name, graphql, *usual)
                         : add<opencti::WorkbenchOutput>(graphql);
  out_ = add<opencti::ValidatingOutput>(*validation, *usual, wanted.validate_before_import);
}

void Sending::use(const opencti::Registration& registration,
                  const net::AmqpConnectionOptions& publisher) {
  if (publisher_) publisher_->reconfigure(publisher);
  for (const auto& output : outputs_) output->use(registration);
}

}  // namespace app
