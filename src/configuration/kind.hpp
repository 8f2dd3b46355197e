// A Kind defines which values a setting accepts, and where the value is stored: it describes the
// allowed values, parses text, and stores the value in the bound variable. A room or program adds
// its own kinds by filling in a Kind.
//
// ```cpp
// configuration::Kind minutes(configuration::Put<int> put) {
//   constexpr std::string_view wanted = "must be minutes from 1 to 60, such as 10m";
//   return {
//       .allowed = "minutes from 1 to 60, such as 10m",
//       .read = [=](std::string_view text, const configuration::Files&) -> configuration::Reading {
//         const auto digits = text.substr(0, text.find('m'));
//         const auto count = configuration::parse_integer(digits, 1, 60);
//         if (!count || text.size() != digits.size() + 1) {
//           return tl::unexpected(std::string(wanted));
//         }
//         put(*count);
//         return {};
//       },
//       .schema = [] { return configuration::text_like("^[0-9]+m$"); }};
// }
// ```
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include "configuration/files.hpp"
#include "configuration/values.hpp"
#include "export.hpp"

namespace configuration OPENCTI_CONNECTOR_PUBLIC {

/// Remarks about an accepted value; usually none. Predicates whose subject is the setting.
using Remarks = std::vector<std::string>;

/// A rejection says what the value must be, as a predicate whose subject is the setting. Of the
/// value it quotes only unknown names.
using Reading = tl::expected<Remarks, std::string>;

/// The strictness of a limit: the lower rank is stricter.
struct Strictness {
  int rank = 0;
  /// The value as the documents spell it.
  std::string name = {};
};

struct Kind {
  /// "a whole number from 1 to 64", for documents; empty: omitted there.
  std::string allowed = {};
  /// Parses the text into the bound variable, which a rejection does not change.
  std::function<Reading(std::string_view text, const Files& files)> read = {};
  /// The setting's property in the JSON schema.
  std::function<nlohmann::json()> schema = {};
  /// Whether config.yml may have it as a YAML list.
  bool list = false;
  /// Whether YAML reads it as a number or boolean, so that samples write it without quotes.
  bool bare = false;
  /// Whether it is a URL, whose query may contain a key and is not shown.
  bool address = false;
  /// Whether a library reads the variable itself, in lower or upper case, and from nowhere else.
  /// This room reads each given variable too.
  bool of_a_library = false;
  /// For limits: the strictness of a value; nothing if it is invalid.
  std::function<std::optional<Strictness>(std::string_view text)> strictness = {};
  /// For secret settings: the parts of an accepted value that the log must hide. Empty: the whole
  /// value.
  std::function<std::vector<std::string>(std::string_view text)> secrets = {};
  /// Short parts are usual, and usually no secrets: nothing warns that the log shows them.
  bool short_secrets = false;
  /// The problem if the value is the samples' `ChangeMe`.
  std::string_view instead_of_placeholder =
      "must be your own value instead of the sample's ChangeMe";
};

/// kind.read() with checks for all kinds: the samples' `ChangeMe` is rejected; a value in quotes,
/// as in some files with variables, is rejected with that hint, or gets a remark.
[[nodiscard]] Reading read(const Kind& kind, std::string_view text, const Files& files);

/// Whether this is the samples' `ChangeMe`.
[[nodiscard]] bool is_placeholder(std::string_view value);

/// Stores a value.
template <class T>
using Put = std::function<void(T)>;

/// Stores the value in each member, converted to its type. The members must outlive the table.
template <class... Members>
[[nodiscard]] auto into(Members&... members) {
  return [&members...](const auto& value) { ((members = static_cast<Members>(value)), ...); };
}

using Names = std::span<const std::string_view>;

/// Any text without control characters, trimmed.
[[nodiscard]] Kind plain_text(std::size_t shortest, Put<std::string> put);

/// Text that identifies this program to other systems.
[[nodiscard]] Kind identity(Put<std::string> put);

/// One word that can be put into an HTTP header.
[[nodiscard]] Kind token(Put<std::string> put);

/// Any text, unchanged.
[[nodiscard]] Kind password(Put<std::string> put);

[[nodiscard]] Kind boolean(Put<bool> put);

[[nodiscard]] Kind integer(int minimum, int maximum, Put<int> put);

[[nodiscard]] Kind url(Put<std::string> put);

/// A name or an IP address, without a port.
[[nodiscard]] Kind host(Put<std::string> put);

/// An existing folder.
[[nodiscard]] Kind folder(Put<std::string> put);

/// Only letters, digits and . _ - /, which need no encoding in the path of a URL. Only the whole
/// text can be `.`, and no part between slashes is `.` or `..`.
[[nodiscard]] Kind plain_path(Put<std::string> put);

/// How a server's TLS certificate is checked.
struct TlsVerification {
  bool on = true;
  /// File or folder of trusted certificates instead of the system's; empty: the system's.
  std::string ca_path = {};
};

/// A boolean, or the path of trusted certificates.
[[nodiscard]] Kind verification(Put<TlsVerification> put);

/// HTTP headers.
[[nodiscard]] Kind headers(Put<HeaderFields> put);

/// PEM text, or the path of a file with it. Stores the given text or path.
[[nodiscard]] Kind pem(Put<std::string> put);
/// The same, but always stores the PEM text.
[[nodiscard]] Kind pem_text(Put<std::string> put);

/// One of the names, in any letter case. Stores its index.
[[nodiscard]] Kind choice(Names names, Put<std::size_t> put);

/// Some of the names, separated by commas, in any letter case. Stores them without duplicates,
/// spelled as in `names`.
[[nodiscard]] Kind subset(Names names, Put<std::vector<std::string>> put);

/// A variable about proxies, which libcurl reads itself. Any text is accepted.
[[nodiscard]] Kind proxy();

/// A property of the JSON schema whose text has this form.
[[nodiscard]] nlohmann::json text_like(std::string_view pattern);

}  // namespace configuration OPENCTI_CONNECTOR_PUBLIC
