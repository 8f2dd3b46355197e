// Puts untrusted text into Markdown, so that it stays plain text.
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

/// The text on one line, maximum 300 bytes, without effect in Markdown: no markup, no HTML, no
/// link, no end of the table cell.
[[nodiscard]] std::string escape_markdown(std::string_view text);

/// A value outside of tables, as code, so that it can be copied unchanged. Maximum 8,000 bytes,
/// which is more than the longest observable that is looked up. Without control characters and
/// marks of direction.
[[nodiscard]] std::string markdown_value(std::string_view text);

/// A link if the URL is https and has only harmless characters; otherwise the text alone.
[[nodiscard]] std::string markdown_link(std::string_view text, std::string_view url);

/// One row of a table. The cells are Markdown already.
[[nodiscard]] std::string markdown_row(const std::vector<std::string>& cells);

/// The head of a table, with its line of dashes.
[[nodiscard]] std::string markdown_head(const std::vector<std::string>& cells);

}  // namespace text OPENCTI_CONNECTOR_PUBLIC
