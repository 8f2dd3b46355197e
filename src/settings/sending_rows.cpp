#include "settings/sending_rows.hpp"

#include <array>

#include "settings/engine.hpp"

namespace settings {
namespace {

// In the order of ValidationMode, and of QueueProtocol.
constexpr auto validation_modes = std::to_array<std::string_view>({"workbench", "draft"});
constexpr auto queue_protocols = std::to_array<std::string_view>({"amqp", "api"});

}  // namespace

std::vector<Row> sending_rows(Sending& options) {
  return {
      {
          .name = "CONNECTOR_SEND_TO_QUEUE",
          .title = "Send to the queue",
          .kind = boolean(into(options.to_queue)),
          .default_value = "true",
          .description = "Whether results are sent to the platform's workers. Works are reported "
                         "on in any case.",
      },
      {
          .name = "CONNECTOR_QUEUE_PROTOCOL",
          .title = "Queue protocol",
          .kind = choice(queue_protocols, into(options.queue_protocol)),
          .default_value = "amqp",
          .former = "QUEUE_PROTOCOL",
          .description =
              "How results are sent: published on RabbitMQ, or over the platform's API, which "
              "needs no connection to RabbitMQ. `api` cannot write to a draft: such requests fail.",
      },
      {
          .name = "CONNECTOR_VALIDATE_BEFORE_IMPORT",
          .title = "Validate before import",
          .kind = boolean(into(options.validate_before_import)),
          .default_value = "false",
          .description =
              "Whether results wait until a person validates them. Results for a draft go "
              "into the draft.",
      },
      {
          .name = "CONNECTOR_VALIDATION_MODE",
          .title = "Validation mode",
          .kind = choice(validation_modes, into(options.validation_mode)),
          .default_value = "workbench",
          .description =
              "Where a result waits until a person validates it: `workbench`, a file in the "
              "analyst workbench, or `draft`, a draft of its own (as in newer Python connectors). "
              "It does not turn validation on: results wait only with "
              "CONNECTOR_VALIDATE_BEFORE_IMPORT=true, or if a request asks for validation. `draft` "
              "needs CONNECTOR_SEND_TO_QUEUE=true and CONNECTOR_QUEUE_PROTOCOL=amqp.",
      },
  };
}

}  // namespace settings
