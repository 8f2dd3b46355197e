#include "monitoring/page.hpp"

#include <fmt/format.h>

#include <string_view>

#include <nlohmann/json.hpp>

#include "monitoring/page_parts.hpp"
#include "source/outcome.hpp"
#include "text/ascii.hpp"
#include "text/digest.hpp"

namespace monitoring {
namespace {

/// A script or a style as named in a policy: `'sha256-…'`.
std::string source_of(std::string_view text) {
  return fmt::format("'sha256-{}'", text::base64(text::sha256(text)));
}

void put(std::string& document, std::string_view mark, std::string_view text) {
  for (auto at = document.find(mark); at != std::string::npos;
       at = document.find(mark, at + text.size())) {
    document.replace(at, mark.size(), text);
  }
}

/// Escaped as the text of an element.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string capitalised(std::string_view text) {
  std::string out(text);
  if (!out.empty()) out.front() = text::upper_case(out.front());
  return out;
}

std::string_view title_of(const source::Product& product) {
  return product.title.empty() ? product.connector_name : product.title;
}

std::string_view service_of(const source::Product& product) {
  return product.service.empty() ? product.source : product.service;
}

/// The product as an expression of the script.
std::string expression(const source::Product& product) {
  using nlohmann::json;
  json ratings = json::array();
  for (const auto& rating : product.ratings.all) {
    ratings.push_back({{"word", rating.word}, {"tone", name_of(rating.tone)}});
  }
  json outcomes = json::object();
  for (const auto outcome : source::all_outcomes()) {
    const auto& row = source::row_of(outcome);
    outcomes[row.name] = row.meaning;
  }
  auto out = json{{"program", product.program},
                  {"title", title_of(product)},
                  {"source",
                   {{"name", word_of_source(product)},
                    {"label", product.source},
                    {"service", service_of(product)},
                    {"meaning", product.service_meaning}}},
                  {"rating_word", product.ratings.word},
                  {"ratings", std::move(ratings)},
                  {"outcomes", std::move(outcomes)}}
                 .dump();
  // Otherwise a text could end the script.
  put(out, "<", "\\u003c");
  return out;
}

}  // namespace

Page status_page(const source::Product& product) {
  std::string script(page_parts::script);
  put(script, "/* words */ {}", expression(product));
  Page page{.html = std::string(page_parts::document)};
  put(page.html, "{{title}}", escaped(title_of(product)));
  put(page.html, "{{source}}", escaped(product.source));
  put(page.html, "{{Rating}}", escaped(capitalised(product.ratings.word)));
  put(page.html, "/* page.css */", page_parts::style);
  put(page.html, "/* page.js */", script);
  page.policy = fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'",
      source_of(script), source_of(page_parts::style));
  return page;
}

}  // namespace monitoring
