// Rows of the cache file as somebody else could have written them.
#pragma once

#include <string_view>

namespace fuzz {

/// A remembered answer: it is used, or forgotten and asked for once more.
void read_remembered_answer(std::string_view bytes);

/// One row of each of the other tables: they are read, and counted on with.
void read_other_rows(std::string_view bytes);

}  // namespace fuzz
