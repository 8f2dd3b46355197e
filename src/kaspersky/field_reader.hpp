// Reads the fields of an answer one by one, so that an invalid field does not affect the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "kaspersky/zone.hpp"

namespace kaspersky {

/// Collects one line per field that could not be used: the first twenty different lines, and the
/// number of further ones.
class Oddities final {
 public:
  void add(std::string_view field, std::string_view what);
  [[nodiscard]] std::vector<std::string> lines() const;

 private:
  std::vector<std::string> lines_;
  std::size_t left_out_ = 0;
};

/// The fields of one JSON object. A field that is missing, null, an empty list or an empty text
/// counts as absent. A field that cannot be used counts as absent too, and is added to the
/// oddities.
///
/// Holds references to the document and the oddities: both must outlive it.
class FieldReader final {
 public:
  /// @param path of the object in the answer, for the oddities; empty for the answer itself
  FieldReader(const nlohmann::json& object, std::string path, Oddities& oddities);

  [[nodiscard]] std::optional<FieldReader> object(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  [[nodiscard]] bool has_text(std::string_view name) const;
  /// The first 20,000 objects of a list. A row that is null or of a wrong type is skipped.
  [[nodiscard]] std::vector<FieldReader> rows(std::string_view name) const;
  /// A text; empty if absent.
  [[nodiscard]] std::string text(std::string_view name) const;
  /// The first 20,000 texts of a list, in their order, without duplicates. An invalid row is
  /// skipped.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  /// A text, or a whole number in digits; empty if absent.
  [[nodiscard]] std::string word(std::string_view name) const;
  /// A text, or the texts of a list joined by commas; empty if absent.
  [[nodiscard]] std::string joined(std::string_view name) const;
  /// A whole number, zero or more. `1e6` is valid: in JSON it equals 1000000.
  [[nodiscard]] std::optional<std::int64_t> count(std::string_view name) const;
  /// A count, or the number in a text such as `AS64500` or `64500`.
  [[nodiscard]] std::optional<std::int64_t> system_number(std::string_view name) const;
  /// Lower-case hexadecimal of exactly `length` digits; empty if absent.
  [[nodiscard]] std::string hash(std::string_view name, std::size_t length) const;
  [[nodiscard]] std::optional<Zone> zone(std::string_view name) const;
  /// In the form of parse_date(); empty if absent.
  [[nodiscard]] std::string date(std::string_view name) const;
  /// False if absent.
  [[nodiscard]] bool flag(std::string_view name) const;

 private:
  [[nodiscard]] const nlohmann::json* find(std::string_view name) const;
  /// The number of rows of a list to read; more rows add an oddity.
  [[nodiscard]] std::size_t rows_read(std::string_view name, const nlohmann::json& list) const;
  void odd(std::string_view name, std::string_view what) const;
  void expected(std::string_view name, std::string_view what, const nlohmann::json& got) const;
  [[nodiscard]] std::string path_to(std::string_view name) const;

  const nlohmann::json* object_;
  std::string path_;
  Oddities* oddities_;
};

}  // namespace kaspersky
