// Rows of the cache file as another program could have written them.
#pragma once

#include <string_view>

namespace fuzz {

/// Reads a cached answer: it is used, or removed and looked up again.
void read_remembered_answer(std::string_view bytes);

/// Reads one row of each of the other tables, and updates it.
void read_other_rows(std::string_view bytes);

}  // namespace fuzz
