#include "enrichment/file.hpp"

#include <fmt/format.h>

#include <array>

#include "stix/normalization.hpp"
#include "stix/stored_form.hpp"
#include "text/ascii.hpp"

namespace enrichment {
namespace {

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

void add_file(const kaspersky::FileGeneralInfo& file, source::Builder& builder) {
  for (const auto& [algorithm, value] : hashes_of(file)) {
    if (!value.empty()) builder.add_hash(algorithm, value);
  }
  if (file.size) builder.set_size(*file.size);
}

void add_names(const std::vector<std::string>& names, const stix::Observable& observable,
               std::size_t max_names, source::Builder& builder) {
  std::size_t odd = 0;
  std::size_t taken = 0;
  for (const auto& name : stix::stored_form(names)) {
    if (name == stix::trimmed(observable.name)) continue;
    if (taken == max_names || !builder.add_name(name)) {
      ++odd;
    } else {
      ++taken;
    }
  }
  if (odd > 0) {
    builder.warn(
        fmt::format("FileNames: {} omitted (over 255 characters, with control characters, or more "
                    "than {} names)",
                    odd, max_names));
  }
}

}  // namespace enrichment
