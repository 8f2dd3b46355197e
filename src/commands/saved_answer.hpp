// Of what a saved answer speaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stix/observable.hpp"

namespace commands {

/// What an answer says that it is about: a hash, address, domain or URL; empty where it does not.
[[nodiscard]] std::string subject_in(std::string_view answer);

/// @returns what the answer is about, if it says so and that is something else than the observable:
/// another address, domain or URL (whatever its scheme), or something of another kind. Whether it
/// is another file, look_up_in() sees from its hashes.
[[nodiscard]] std::optional<std::string> other_subject_in(std::string_view answer,
                                                          const stix::Observable& observable);

}  // namespace commands
