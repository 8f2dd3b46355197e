// Text of others inside Markdown, where it must stay text.
//
// ```cpp
// std::string table(const std::vector<std::pair<std::string, std::string>>& rows) {
//   auto out = text::markdown_head({"Name", "Value"});
//   for (const auto& [name, value] : rows) {
//     out += text::markdown_row({text::escape_markdown(name), text::escape_markdown(value)});
//   }
//   return out;
// }
// ```
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "export.hpp"

namespace text OPENCTI_CONNECTOR_PUBLIC {

/// One line of text that shows what it says, at most 300 bytes of it: no markup, no HTML, no link,
/// no end of the cell it stands in.
[[nodiscard]] std::string escape_markdown(std::string_view text);

/// A value outside of tables, as code, so that it can be copied as it is: at most 8,000 bytes of
/// it, which is more than is ever asked about; without control characters and marks of direction.
[[nodiscard]] std::string markdown_value(std::string_view text);

/// A link, if the address is https and made of harmless characters; else the text alone.
[[nodiscard]] std::string markdown_link(std::string_view text, std::string_view url);

/// One row of a table. The cells are Markdown already.
[[nodiscard]] std::string markdown_row(const std::vector<std::string>& cells);

/// The head of a table, with its line of dashes.
[[nodiscard]] std::string markdown_head(const std::vector<std::string>& cells);

}  // namespace text OPENCTI_CONNECTOR_PUBLIC
