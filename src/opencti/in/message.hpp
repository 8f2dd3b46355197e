// A message from the platform: which object to enrich, who asked, and how to hand back the result.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "opencti/client/error.hpp"
#include "opencti/ids.hpp"

namespace opencti {

/// Who asked: a person, the platform by itself (on creation or update), or a playbook.
enum class Mode { manual, automatic, playbook };

/// `manual`, `automatic`, `playbook`.
[[nodiscard]] std::string_view name_of(Mode mode);

/// Where a playbook waits for the answer. All fields go back as they came.
struct PlaybookStep {
  std::string event_id;
  std::string execution_id;
  std::string playbook_id;
  std::string data_instance_id;
  std::string step_id;
  /// Empty for the first step of a playbook.
  std::string previous_step_id;
};

struct Message {
  Mode mode = Mode::automatic;
  /// Empty in a playbook.
  WorkId work_id;
  /// Empty when the platform leaves it to the connector's own user.
  std::string applicant_id;
  /// Empty outside drafts.
  DraftId draft_id;
  /// STIX id of the object to enrich.
  EntityId entity_id;
  /// OpenCTI's name of its type, `StixFile`; empty where the message does not tell.
  std::string entity_type;
  std::optional<PlaybookStep> playbook;
  /// Playbook only: the text of what is there of the bundle so far, to be handed back with what is
  /// new. Lies in `body`.
  std::string_view bundle;
  /// Elsewhere: the text of a JSON string whose content is the text of the object. Lies in `body`.
  std::string_view carried;
  /// The message as it came.
  std::shared_ptr<const std::string> body;
  /// The result is to wait for a person's consent, whatever the settings say.
  bool force_validation = false;
  /// Why the message cannot be acted on, though it can be answered. Empty when all is well.
  std::string defect;
  /// The object as the message carries it, in the platform's or in pycti's form; null when absent.
  /// Set by read_object().
  nlohmann::json stix_entity;
};

/// Reads whom a message is from and what it is about (opencti-graphql: stixCoreObject.js,
/// enrichment.js, playbook-components.ts). Optional fields of a wrong type count as absent. What
/// the message carries along is not read, so that this takes next to no memory. Of a body that is
/// not JSON, what names its work or its step is looked for nonetheless, so that it can be answered.
/// @returns `malformed` when there is nobody to answer: no JSON object, or one that names neither a
/// work nor a playbook nor an object.
[[nodiscard]] Result<Message> read_message(std::string body);

/// Reads the object that the message carries along, and of it the type where the message does not
/// tell.
void read_object(Message& message);

}  // namespace opencti
