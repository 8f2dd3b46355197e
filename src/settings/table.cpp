#include "settings/table.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "settings/broker_rows.hpp"
#include "settings/connector_rows.hpp"
#include "settings/engine.hpp"
#include "settings/listening_rows.hpp"
#include "settings/monitoring_rows.hpp"
#include "settings/naming.hpp"
#include "settings/network_rows.hpp"
#include "settings/opencti_rows.hpp"
#include "settings/policy_rows.hpp"
#include "settings/sending_rows.hpp"
#include "settings/shared_rows.hpp"

namespace settings {
namespace {

std::vector<Section> sections_of(const source::Product& product, Settings& settings) {
  Section connector{.title = "Connector", .rows = connector_rows(product, settings.connector)};
  connector.add(listening_rows(product, settings.listening));
  Section sending{.title = "Sending",
                  .text =
                      "Where results go. The platform reports its S3 storage; `S3_…` overrides it. "
                      "Answers to playbook steps go only to the platform.",
                  .rows = sending_rows(settings.sending)};
  sending.add(opencti::rows(settings.sending.copies, product.program));
  Section own{.title = std::string(product.source), .rows = product.settings};
  own.add(policy_rows(product, settings.policies));
  if (!product.long_prefix.empty()) {
    own.text = fmt::format(
        "Each variable `{}…` is also known as `{}…`; if both are set, the longer one applies.",
        product.prefix, product.long_prefix);
  }

  std::vector<Section> sections;
  sections.push_back({.title = "OpenCTI", .rows = opencti_rows(settings.opencti)});
  sections.push_back(std::move(connector));
  sections.push_back({.title = "Replicas",
                      .text = "Several instances with one CONNECTOR_ID share their work, cache and "
                              "request count: docs/replicas.md.",
                      .rows = shared_rows(product, settings.shared)});
  sections.push_back({.title = "Monitoring", .rows = monitoring_rows(settings.monitoring)});
  sections.push_back(std::move(sending));
  sections.push_back({.title = "Broker",
                      .text = "The platform reports where RabbitMQ is. These settings override it; "
                              "usually none is needed.",
                      .rows = broker_rows(settings.mq)});
  sections.push_back(std::move(own));
  sections.push_back({.title = "Network",
                      .text = "These are read from the environment only.",
                      .rows = network_rows(settings)});
  return sections;
}

}  // namespace

Table table(const source::Product& product, Settings& settings) {
  return {naming(product), sections_of(product, settings)};
}

}  // namespace settings
