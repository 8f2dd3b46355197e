#include "monitoring/page.hpp"

#include <fmt/format.h>

#include <string_view>

#include "monitoring/page_parts.hpp"
#include "text/digest.hpp"

namespace monitoring {
namespace {

/// As a policy names a script or a style: `'sha256-…'`.
std::string source_of(std::string_view text) {
  return fmt::format("'sha256-{}'", text::base64(text::sha256(text)));
}

void put(std::string& document, std::string_view mark, std::string_view text) {
  document.replace(document.find(mark), mark.size(), text);
}

}  // namespace

Page status_page() {
  Page page{.html = std::string(page_parts::document)};
  put(page.html, "/* page.css */", page_parts::style);
  put(page.html, "/* page.js */", page_parts::script);
  page.policy = fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'",
      source_of(page_parts::script), source_of(page_parts::style));
  return page;
}

}  // namespace monitoring
