#include "app/sending.hpp"

#include "opencti/out/combined_outputs.hpp"
#include "opencti/out/draft_output.hpp"
#include "opencti/out/push_output.hpp"
#include "opencti/out/queue_output.hpp"
#include "opencti/out/workbench_output.hpp"

namespace app {

bool needs_storage(const settings::Settings& settings) {
  const auto& s3 = std::get<opencti::S3Options>(settings.sending.copies);
  return s3.wanted && !s3.where.is_complete();
}

bool reaches_drafts(const settings::Sending& settings) {
  return settings.to_queue && settings.queue_protocol == settings::QueueProtocol::amqp;
}

Sending::Sending(const settings::Settings& settings, const opencti::Identity& identity,
                 const opencti::GraphqlClient& graphql, net::HttpClientOptions http,
                 const telemetry::Log& log, const opencti::SentMetrics& sent,
                 std::function<void()> register_again) {
  const auto& wanted = settings.sending;
  const auto mode = settings.connector.bundle_mode;
  if (reaches_drafts(wanted)) {
    publisher_.emplace(net::AmqpConnectionOptions{}, log, std::move(register_again));
    to_workers_ = add<opencti::QueueOutput>(*publisher_, mode, sent);
  } else if (wanted.to_queue) {
    to_workers_ = add<opencti::PushOutput>(graphql, identity.id, mode, sent);
  }

  std::vector<opencti::Output*> copies;
  for (auto& copy : opencti::make_wanted(wanted.copies, {identity, log, std::move(http)})) {
    copies.push_back(outputs_.emplace_back(std::move(copy)).get());
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
