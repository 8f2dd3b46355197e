// How long ago something was, for people.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace commands {

/// `3 days ago` or `in 2 years` for a time as shown in answers: `2024-05-01 10:20 UTC`, or
/// `2024-05-01` unless that is within two days. Empty for other texts.
[[nodiscard]] std::string relative_time(std::string_view text,
                                        std::chrono::system_clock::time_point now);

}  // namespace commands
