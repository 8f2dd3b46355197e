#include "app/sending.hpp"

#include <vector>

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
    out_ = &queue_.emplace(*publisher_, mode, sent);
  } else if (wanted.to_queue) {
    out_ = &push_.emplace(graphql, identity.id, mode, sent);
  }

  std::vector<opencti::BundleStore*> stores;
  const auto prefix = opencti::file_prefix(identity.name);
  if (wanted.to_directory) {
    stores.push_back(
        &directory_.emplace(opencti::DirectoryOptions{.folder = wanted.directory_path,
                                                      .prefix = prefix,
                                                      .retention = wanted.directory_retention},
                            log));
  }
  if (wanted.to_s3) {
    stores.push_back(&s3_.emplace(opencti::S3Options{.where = storage_choice(settings),
                                                     .folder = wanted.s3_folder,
                                                     .prefix = prefix,
                                                     .retention = wanted.s3_retention,
                                                     .http = std::move(http)},
                                  log));
  }
  // Also without any store: what does not go to the queue has to be packed by somebody.
  if (!stores.empty() || out_ == nullptr) {
    out_ = &copying_.emplace(identity, std::move(stores), out_);
  }
  opencti::Output* validation = nullptr;
  if (wanted.validation_mode == settings::ValidationMode::draft) {
    validation = &draft_.emplace(identity.name, graphql, *out_);
  } else {
    validation = &workbench_.emplace(graphql);
  }
  out_ = &validating_.emplace(*validation, *out_, wanted.validate_before_import);
}

void Sending::use(const opencti::Registration& registration,
                  const net::AmqpConnectionOptions& publisher) {
  if (publisher_) publisher_->reconfigure(publisher);
  if (queue_) queue_->use(registration);
  if (copying_) copying_->use(registration);
  if (s3_) s3_->use(registration.storage);
}

}  // namespace app
