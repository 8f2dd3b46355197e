// What can be told of a message that is not JSON: whom to answer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "opencti/in/message.hpp"

namespace opencti {

/// Looks for the ids of a work or of a playbook's step, and for the bundle, in text that could not
/// be parsed: each is taken where its name first stands. In time proportional to the text's length.
/// @param body of which `bundle` is a part afterwards
/// @returns a message with neither `work_id` nor `playbook` where there are none
[[nodiscard]] Message salvage(std::string_view body);

/// In place of read_message(), for a body that is not to be parsed.
/// @param with_bundle the bundle is scanned to its end; without it only ids are looked for
/// @returns a message with this defect; `malformed` when there is nobody to answer
[[nodiscard]] Result<Message> salvage_message(std::shared_ptr<const std::string> body,
                                              std::string defect, bool with_bundle);

}  // namespace opencti
