#include "commands/saved_answer.hpp"

#include <array>

#include "commands/observed_value.hpp"
#include "net/json.hpp"

namespace commands {
namespace {

struct Field {
  const char* section;
  const char* name;
};

constexpr auto fields = std::to_array<Field>({{"FileGeneralInfo", "Sha256"},
                                              {"FileGeneralInfo", "Sha1"},
                                              {"FileGeneralInfo", "Md5"},
                                              {"IpGeneralInfo", "Ip"},
                                              {"DomainGeneralInfo", "Domain"},
                                              {"UrlGeneralInfo", "Url"}});

std::string_view section_of(const stix::Observable& observable) {
  if (!observable.hashes.empty()) return "FileGeneralInfo";
  if (observable.type == "url") return "UrlGeneralInfo";
  return observable.type == "domain-name" ? "DomainGeneralInfo" : "IpGeneralInfo";
}

/// Of the first field that has one, in `only` where that is a section.
std::string subject(const nlohmann::json& answer, std::string_view only = {}) {
  for (const auto& [section, name] : fields) {
    if (!only.empty() && section != only) continue;
    auto value = net::text_at(net::member(answer, section), name);
    if (value.empty()) continue;
    // Kaspersky leaves the scheme out.
    return std::string_view(section) == "UrlGeneralInfo" ? "http://" + value : value;
  }
  return {};
}

/// What is the same for all spellings of a value.
std::string_view core_of(const stix::Observable& observable) {
  std::string_view text = observable.value;
  if (observable.type != "url") return text;
  constexpr std::string_view separator = "://";
  if (const auto scheme = text.find(separator); scheme != std::string_view::npos) {
    text.remove_prefix(scheme + separator.size());
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string subject_in(std::string_view answer) {
  const auto document = net::parse_json(answer);
  return document ? subject(*document) : std::string();
}

std::optional<std::string> other_subject_in(std::string_view answer,
                                            const stix::Observable& observable) {
  const auto document = net::parse_json(answer);
  if (!document) return std::nullopt;
  const auto section = section_of(observable);
  if (!net::member(*document, section).is_object()) {
    auto other = subject(*document);
    if (other.empty()) return std::nullopt;
    return other;
  }
  auto named = subject(*document, section);
  if (named.empty() || !observable.hashes.empty()) return std::nullopt;
  const auto same = observable_of(named);
  if (same && same->type == observable.type && core_of(*same) == core_of(observable)) {
    return std::nullopt;
  }
  return named;
}

}  // namespace commands
