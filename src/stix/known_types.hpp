// The types of objects that OpenCTI takes in.
#pragma once

#include <string_view>

namespace stix {

/// Whether OpenCTI 7 can hold, or refer to, an object of this id. Ids without a type in front are
/// the platform's own and always known.
[[nodiscard]] bool has_known_type(std::string_view id);

}  // namespace stix
