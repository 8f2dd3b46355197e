// The types of objects that OpenCTI accepts.
#pragma once

#include <string_view>

namespace stix {

/// Whether OpenCTI 7 can store, or refer to, an object with this id. Ids without a type prefix are
/// the platform's internal ids, and always known.
[[nodiscard]] bool has_known_type(std::string_view id);

}  // namespace stix
