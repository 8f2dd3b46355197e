// Finds out how to answer a message that is not valid JSON.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "opencti/in/message.hpp"

namespace opencti {

/// Searches the ids of a work or of a playbook's step, and the bundle, in text that could not be
/// parsed: each at the first occurrence of its name. Takes linear time.
/// @param body the result's `bundle` is a part of it
/// @returns a message without `work_id` and `playbook` if there are none
[[nodiscard]] Message salvage(std::string_view body);

/// Replaces read_message() for a body that must not be parsed.
/// @param with_bundle whether to scan the bundle to its end; otherwise only ids are searched
/// @returns a message with this defect; `malformed` if it cannot be answered
[[nodiscard]] Result<Message> salvage_message(std::shared_ptr<const std::string> body,
                                              std::string defect, bool with_bundle);

}  // namespace opencti
