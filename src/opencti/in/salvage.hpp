// What can be told of a message that is not JSON: whom to answer.
#pragma once

#include <string_view>

#include "opencti/in/message.hpp"

namespace opencti {

/// Looks for the ids of a work or of a playbook's step, and for the bundle, in text that could not
/// be parsed: each is taken where its name first stands. In time proportional to the text's length.
/// @param body of which `bundle` is a part afterwards
/// @returns a message with neither `work_id` nor `playbook` where there are none
[[nodiscard]] Message salvage(std::string_view body);

}  // namespace opencti
