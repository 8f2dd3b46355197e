#include "enrichment/file.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

#include "enrichment/text.hpp"
#include "stix/normalization.hpp"
#include "stix/stored_form.hpp"
#include "text/ascii.hpp"

namespace enrichment {
namespace {

// GraphQL's Int: with a larger size the platform refuses the whole file.
constexpr std::int64_t largest_size = std::numeric_limits<std::int32_t>::max();

struct NamedHash {
  const char* algorithm;
  const std::string& value;
};

std::array<NamedHash, 3> hashes_of(const kaspersky::FileGeneralInfo& file) {
  return {{{"MD5", file.md5}, {"SHA-1", file.sha1}, {"SHA-256", file.sha256}}};
}

}  // namespace

std::optional<std::string> about_another_file(const kaspersky::FileGeneralInfo& file,
                                              const Question& question) {
  const auto asked = text::lower_case(question.value);
  for (const auto& [algorithm, value] : hashes_of(file)) {
    if (value.size() == asked.size() && value != asked) {
      return fmt::format("the answer is about another file: its {} differs from the one asked for",
                         algorithm);
    }
  }
  return std::nullopt;
}

void add_file(const kaspersky::FileGeneralInfo& file, const stix::Observable& observable,
              Enrichment& out) {
  for (const auto& [algorithm, value] : hashes_of(file)) {
    if (value.empty()) continue;
    const auto own = observable.hashes.find(algorithm);
    if (own == observable.hashes.end() || text::lower_case(own->second) == value) {
      out.update.hashes.emplace(algorithm, value);
    } else {
      out.warnings.push_back(
          fmt::format("{} left out: it differs from the observable's own", algorithm));
    }
  }
  // The platform stores no size of an artifact.
  if (observable.type != "file") return;
  if (file.size && *file.size <= largest_size) {
    out.update.size = file.size;
  } else if (file.size) {
    out.warnings.push_back(
        fmt::format("size {} left out: the platform takes at most {}", *file.size, largest_size));
  }
}

void add_names(const std::vector<std::string>& names, const stix::Observable& observable,
               std::size_t most, Enrichment& out) {
  std::size_t odd = 0;
  for (const auto& name : stix::stored_form(names)) {
    if (name == stix::trimmed(observable.name)) continue;
    if (!is_file_name(name) || out.update.additional_names.size() == most) {
      ++odd;
      continue;
    }
    out.update.additional_names.push_back(name);
  }
  if (odd > 0) {
    out.warnings.push_back(
        fmt::format("FileNames: {} left out (over 255 characters, with control characters, or more "
                    "than {} names)",
                    odd, most));
  }
}

}  // namespace enrichment
