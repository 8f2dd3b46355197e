// A message from the platform: which object to enrich, the mode, and how to return the result.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "opencti/client/error.hpp"
#include "opencti/ids.hpp"

namespace opencti {

/// The origin of a request: a person, the platform automatically (on creation or update), or a
/// playbook.
enum class Mode { manual, automatic, playbook };

/// `manual`, `automatic`, `playbook`.
[[nodiscard]] std::string_view name_of(Mode mode);

/// The playbook step that waits for the answer. All fields are returned unchanged.
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
  /// Empty: the connector's own user.
  std::string applicant_id;
  /// Empty outside drafts.
  DraftId draft_id;
  /// STIX id of the object to enrich.
  EntityId entity_id;
  /// OpenCTI's name of its type, `StixFile`; empty if the message does not have it.
  std::string entity_type;
  std::optional<PlaybookStep> playbook;
  /// Playbook only: the text of the bundle so far, which is returned with the changes. A part of
  /// `body`.
  std::string_view bundle;
  /// Other modes: the text of a JSON string whose content is the text of the object. A part of
  /// `body`.
  std::string_view carried;
  /// The unchanged message.
  std::shared_ptr<const std::string> body;
  /// The result must be validated by a person, independent of the settings.
  bool force_validation = false;
  /// Why the message cannot be processed, although it can be answered. Empty if it is valid.
  std::string defect;
  /// The object in the message, in the platform's or in pycti's form; null if absent. Set by
  /// read_object().
  nlohmann::json stix_entity;
};

/// Reads the header fields of a message (opencti-graphql: stixCoreObject.js, enrichment.js,
/// playbook-components.ts). Optional fields of a wrong type count as absent. The object or bundle
/// in the message is not parsed, so that this needs almost no memory. In a body that is not JSON,
/// the id of its work or its step is searched, so that it can be answered.
/// @returns `malformed` if it cannot be answered: not a JSON object, or one that names neither a
/// work nor a playbook nor an object
[[nodiscard]] Result<Message> read_message(std::string body);

/// Parses the object in the message, and takes the type from it if the message does not have it.
void read_object(Message& message);

}  // namespace opencti
