#include "tip/saved_answer.hpp"

#include <array>

#include "enrichment/question.hpp"
#include "text/json.hpp"
#include "tip/summary.hpp"
#include "tip/tip_source.hpp"

namespace tip {
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

/// The subject in the first field that has one; only in the section `only` if that is not empty.
std::string subject(const nlohmann::json& answer, std::string_view only = {}) {
  for (const auto& [section, name] : fields) {
    if (!only.empty() && section != only) continue;
    auto value = text::text_at(text::member(answer, section), name);
    if (value.empty()) continue;
    // Kaspersky omits the scheme.
    return std::string_view(section) == "UrlGeneralInfo" ? "http://" + value : value;
  }
  return {};
}

/// A form that is the same for all spellings of a value.
std::string core_of(const stix::Observable& observable) {
  constexpr bool reserved_too = true;
  const auto question = enrichment::question_about(observable, reserved_too);
  auto value = question ? question->value : observable.value;
  if (observable.type != "url") return value;
  constexpr std::string_view separator = "://";
  if (const auto scheme = value.find(separator); scheme != std::string::npos) {
    value.erase(0, scheme + separator.size());
  }
  if (value.ends_with('/')) value.pop_back();
  return value;
}

}  // namespace

std::string subject_in(std::string_view answer) {
  const auto document = text::parse_json(answer);
  return document ? subject(*document) : std::string();
}

std::optional<std::string> other_subject_in(std::string_view answer,
                                            const stix::Observable& observable) {
  const auto document = text::parse_json(answer);
  if (!document) return std::nullopt;
  const auto section = section_of(observable);
  if (!text::member(*document, section).is_object()) {
    auto other = subject(*document);
    if (other.empty()) return std::nullopt;
    return other;
  }
  auto named = subject(*document, section);
  if (named.empty() || !observable.hashes.empty()) return std::nullopt;
  stix::Observable of_answer;
  of_answer.type = observable.type;
  of_answer.value = named;
  if (core_of(of_answer) == core_of(observable)) return std::nullopt;
  return named;
}

source::SavedAnswers saved_answers(const enrichment::Options& options) {
  return {.subject = subject_in,
          .other_subject = other_subject_in,
          .judge =
              [&options](std::string_view answer, const source::Request& request) {
                return judge_saved_answer(answer, request, options);
              },
          .summarize = summarize,
          .sample = "samples/file/malicious/answer.json"};
}

}  // namespace tip
