// Short texts from other systems, each read by its reader, which the first byte chooses. A text
// that can be read has one spelling; otherwise, one line says why it cannot be read. A text that is
// shown is what it shows. Each reader needs memory in proportion to the text.
#include <array>
#include <chrono>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "commands/observed_value.hpp"
#include "commands/one_line.hpp"
#include "commands/terminal.hpp"
#include "commands/values_in.hpp"
#include "enrichment/question.hpp"
#include "fuzz/heap.hpp"
#include "fuzz/require.hpp"
#include "fuzz/rows.hpp"
#include "kaspersky/date.hpp"
#include "net/http/client.hpp"
#include "opencti/client/version.hpp"
#include "opencti/out/s3_listing.hpp"
#include "source/indicator.hpp"
#include "stix/canonical_json.hpp"
#include "stix/domain_name.hpp"
#include "stix/ip_address.hpp"
#include "stix/normalization.hpp"
#include "stix/stored_form.hpp"
#include "stix/web_address.hpp"
#include "telemetry/log.hpp"
#include "text/hidden.hpp"
#include "text/json.hpp"
#include "text/json_scanner.hpp"
#include "text/markdown.hpp"
#include "tip/product.hpp"
#include "tip/saved_answer.hpp"

namespace {

using fuzz::require;
using nlohmann::json;

bool is_utf8(std::string_view text) { return text::valid_utf8(text) == text; }

bool shows_all(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text::hidden_first(text.substr(at))) return false;
  }
  return is_utf8(text);
}

void read_listing(const std::string& text) {
  const auto listing = opencti::read_listing(text);
  require(text.find(listing.next) != std::string::npos);
  for (const auto& [key, modified] : listing.objects) {
    require(!key.empty() && key.find('&') == std::string::npos);
    require(text.find(key) != std::string::npos && text.find(modified) != std::string::npos);
  }
  require(opencti::error_code(text).size() <= 64);
}

void read_domain(const std::string& text) {
  const auto domain = stix::canonical_domain(text);
  if (!domain) return;
  require(!domain->empty() && domain->size() <= 253 && fuzz::is_line(*domain));
  require(stix::canonical_domain(*domain) == domain);
  require(!stix::parse_ip(*domain));
  static_cast<void>(stix::is_single_label(*domain));
}

void read_url(const std::string& text) {
  const auto url = stix::canonical_url(text);
  if (!url) return;
  require(fuzz::is_line(url->text) && is_utf8(url->text));
  require(stix::canonical_url(url->text) == url);
  require(stix::parse_ip(url->host) || stix::canonical_domain(url->host) == url->host);
}

void read_address(const std::string& text) {
  const auto ip = stix::parse_ip(text);
  if (!ip) return;
  const auto spelled = stix::to_string(*ip);
  require(stix::parse_ip(spelled) == ip && spelled.size() <= 45);
  static_cast<void>(stix::special_use(*ip));
}

constexpr std::array types{"file",        "artifact", "ipv4-addr", "ipv6-addr",
                           "domain-name", "hostname", "url",       "other"};

/// Reads the value again from an indicator's pattern, by the rules of the pattern language (STIX
/// 2.1 §9.2).
std::string value_in(std::string_view pattern) {
  std::string out;
  const auto begin = pattern.find('\'');
  const auto end = pattern.rfind('\'');
  for (auto at = begin + 1; at < end; ++at) {
    require(pattern[at] != '\'');
    if (pattern[at] == '\\') ++at;
    out += pattern[at];
  }
  return out;
}

void ask(const std::string& text) {
  if (text.empty()) return;
  stix::Observable observable;
  observable.type = types[static_cast<unsigned char>(text[0]) % types.size()];
  const auto value = text.substr(1);
  observable.value = value;
  const bool by_hash = observable.type == "file" || observable.type == "artifact";
  if (by_hash) observable.hashes = {{"sha256", value}, {"MD5", value}};
  const auto question = enrichment::question_about(observable, true);
  require(question ? fuzz::is_line(question->value) : !question.error().empty());
  if (question) {
    require(net::percent_encode(question->value).find_first_of("/?# ") == std::string::npos);
    // A canonical value is looked up unchanged.
    observable.value = question->value;
    const auto again = enrichment::question_about(observable, true);
    require(again && again->value == question->value && again->kind == question->kind);
  }
  if (by_hash) return;
  observable.value = value;
  const auto indicator = source::indicator_for(
      observable, {},
      {.name_of_file = {}, .score = 80, .description = "text", .today = "2026-11-24T00:00:00.000Z"},
      {});
  if (indicator) require(value_in(text::text_at(*indicator, "pattern")) == value);
}

tl::expected<stix::Observable, std::string> observable_of(std::string_view text) {
  static tip::Options options;
  static const auto product = tip::product(options);
  return commands::observable_of(text, product);
}

void detect(const std::string& text) {
  const auto observable = observable_of(text);
  if (!observable) {
    require(fuzz::is_line(observable.error()));
    return;
  }
  require(!observable->id.empty());
  if (!observable->hashes.empty()) {
    require(enrichment::question_about(*observable, true).has_value());
    return;
  }
  require(fuzz::is_line(observable->value));
  // A bracket that is left could be taken for one of a defanged value.
  if (observable->value.find_first_of("[({") != std::string::npos) return;
  const auto again = observable_of(observable->value);
  require(again && again->type == observable->type && again->value == observable->value);
}

void read_values(const std::string& text) {
  std::istringstream input(text);
  const auto in = commands::values_in({"-"}, input, {.longest = 100, .max_values = 10});
  require(in.values.size() <= 10);
  for (const auto& value : in.values) {
    require(value.text.size() <= 100 && value.text.empty() != value.problem.empty());
  }
}

void read_retry_after(const std::string& text) {
  // Up to a zero byte, where curl would end the header.
  const auto wait = net::read_retry_after(text.substr(0, text.find('\0')), 1'800'000'000);
  require(!wait || (wait->count() >= 0 && wait->count() <= 86'400));
}

void read_small(const std::string& text) {
  if (const auto date = kaspersky::parse_date(text)) require(kaspersky::parse_date(*date) == date);
  static_cast<void>(opencti::parse_version(text));
  static_cast<void>(opencti::imports_whole_bundles(text));
  require(stix::trimmed(stix::trimmed(text)) == stix::trimmed(text));
  require(stix::normalized(stix::normalized(text)) == stix::normalized(text));
}

void print(const std::string& text) {
  const auto shown = commands::printable(text);
  require(shows_all(shown) && commands::printable(shown) == shown);
  const auto few = commands::printable(text, 10);
  require(shows_all(few) && commands::width_of(few) <= 10);
  if (const auto document = text::parse_json(text)) {
    const auto line = commands::on_one_line(text);
    require(line.find('\n') == std::string::npos && text::parse_json(line).value() == *document);
    if (is_utf8(text)) require(shows_all(line));
  }
}

void log(const std::string& text) {
  for (const bool as_json : {false, true}) {
    std::string line;
    telemetry::Log log({.level = telemetry::Level::debug,
                        .name = "fuzz",
                        .json = as_json,
                        .write = [&](std::string_view written) { line += written; }});
    log.hide("a-secret");
    log.info(text, {{"value", text}, {text.substr(0, 20), text.size()}});
    require(line.find('\n') == line.size() - 1);
    line.pop_back();
    require(!as_json || text::parse_json(line).has_value());
    require(shows_all(line) && line.find("a-secret") == std::string::npos);
  }
}

void read_saved_answer(const std::string& text) {
  static_cast<void>(tip::subject_in(text));
  const auto observable = observable_of("malware.example.com");
  const auto other = tip::other_subject_in(text, *observable);
  require(!other || !other->empty());
}

void bring_into_form(const std::string& text) {
  const auto document = text::parse_json(text, {.values = 10'000});
  if (!document) return;
  const auto canonical = stix::canonical_json(*document);
  const auto parsed = text::parse_json(canonical);
  require(parsed && stix::canonical_json(*parsed) == canonical);
  const auto stored = stix::stored_form(*document);
  require(stix::stored_form(stored) == stored);
}

/// Whether a reader of Markdown could follow the text as a command, or show it as another text.
bool misleads(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto hidden = text::hidden_first(text.substr(at));
    if (!hidden) continue;
    const auto code = hidden->code;
    if (code < 0xA0 || (code >= 0x200B && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F)) {
      return true;
    }
  }
  return false;
}

void mark_down(const std::string& text) {
  // The value as it comes from an answer.
  const auto value = text::valid_utf8(text);
  for (const auto& shown : {text::escape_markdown(value), text::markdown_value(value),
                            text::markdown_link("a", value)}) {
    require(!misleads(shown) && is_utf8(shown));
  }
}

// Seeds depend on this order.
constexpr void (*readers[])(const std::string& text) = {
    read_listing,
    read_domain,
    read_url,
    read_address,
    ask,
    detect,
    read_values,
    read_retry_after,
    read_small,
    print,
    log,
    read_saved_answer,
    bring_into_form,
    mark_down,
    [](const std::string& text) { fuzz::read_remembered_answer(text); },
    [](const std::string& text) { fuzz::read_other_rows(text); },
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  // A JSON value needs the most memory per byte. The rest is memory that readers keep permanently,
  // and databases.
  constexpr std::size_t for_each_byte = 512;
  constexpr std::size_t in_any_case = std::size_t{4} * 1024 * 1024;
  const fuzz::HeapPeak peak;
  readers[data[0] % std::size(readers)](
      std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  require(peak.bytes() <= for_each_byte * size + in_any_case);
  return 0;
}
