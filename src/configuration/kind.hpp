// What a setting accepts, and where its value goes: a Kind says in words what it allows, reads text
// and puts the value into what it is bound to. A room or program adds kinds of its own by filling
// one in.
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

/// What there is to say about an accepted value; mostly nothing. Worded to follow the name.
using Remarks = std::vector<std::string>;

/// A refusal tells what the value must be, worded to follow the name. Of the value it repeats at
/// most names that are not known.
using Reading = tl::expected<Remarks, std::string>;

/// How much a value of a limit lets pass: of two the lower rank is the stricter.
struct Strictness {
  int rank = 0;
  /// The value as the documents spell it.
  std::string name = {};
};

struct Kind {
  /// "a whole number from 1 to 64"; empty: the documents do not say.
  std::string allowed = {};
  /// Reads the text into what the setting is bound to; on a refusal that stays as it was.
  std::function<Reading(std::string_view text, const Files& files)> read = {};
  /// Its property in the JSON schema.
  std::function<nlohmann::json()> schema = {};
  /// config.yml may give it as a YAML list.
  bool list = false;
  /// YAML reads it as a number or boolean, so config.yml has it without quotes.
  bool bare = false;
  /// An address: its query may hold a key, and is not shown.
  bool address = false;
  /// A library reads the variable itself, in lower or upper case, and from nowhere else. Each that
  /// is given is read here as well.
  bool of_a_library = false;
  /// Of a limit: how strict this value is; nothing where it cannot be read.
  std::function<std::optional<Strictness>(std::string_view text)> strictness = {};
  /// What of an accepted value the log must hide, where the setting is secret. Empty: the whole
  /// value.
  std::function<std::vector<std::string>(std::string_view text)> secrets = {};
  /// What is said of the samples' `ChangeMe`.
  std::string_view instead_of_placeholder =
      "must be your own value instead of the sample's ChangeMe";
};

/// kind.read(), but for what holds for all kinds: the samples' `ChangeMe` is no value, and what is
/// wholly in quotes, as a file with variables may have it, is refused with that hint, or remarked
/// on.
[[nodiscard]] Reading read(const Kind& kind, std::string_view text, const Files& files);

/// Whether this is the samples' `ChangeMe`.
[[nodiscard]] bool is_placeholder(std::string_view value);

/// Puts a value in its place.
template <class T>
using Put = std::function<void(T)>;

/// Puts it into each of these, converted to its type. They must outlive the table.
template <class... Members>
[[nodiscard]] auto into(Members&... members) {
  return [&members...](const auto& value) { ((members = static_cast<Members>(value)), ...); };
}

using Names = std::span<const std::string_view>;

/// Any text without control characters, trimmed.
[[nodiscard]] Kind plain_text(std::size_t shortest, Put<std::string> put);

/// Text by which others tell this program from all others.
[[nodiscard]] Kind identity(Put<std::string> put);

/// What goes into an HTTP header as it is: one word.
[[nodiscard]] Kind token(Put<std::string> put);

/// Any text, kept as it is.
[[nodiscard]] Kind password(Put<std::string> put);

[[nodiscard]] Kind boolean(Put<bool> put);

[[nodiscard]] Kind integer(int least, int most, Put<int> put);

[[nodiscard]] Kind url(Put<std::string> put);

/// A name or an IP address, without a port.
[[nodiscard]] Kind host(Put<std::string> put);

/// A folder that is there.
[[nodiscard]] Kind folder(Put<std::string> put);

/// Letters, digits and the signs . _ - / alone: what need not be encoded in the path of a URL.
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

/// PEM text, or the path of a file with it. Gives what was given.
[[nodiscard]] Kind pem(Put<std::string> put);
/// The same, but gives the text in either case.
[[nodiscard]] Kind pem_text(Put<std::string> put);

/// One of some names, in any letter case. Gives its position among them.
[[nodiscard]] Kind choice(Names names, Put<std::size_t> put);

/// Some of a set of names, separated by commas, in any letter case. Gives each once, as it is
/// spelled in `names`.
[[nodiscard]] Kind subset(Names names, Put<std::vector<std::string>> put);

/// The name of a proxy or the like, which libcurl reads itself. Any text is taken.
[[nodiscard]] Kind proxy();

/// A property of the JSON schema whose text has this form.
[[nodiscard]] nlohmann::json text_like(std::string_view pattern);

}  // namespace configuration OPENCTI_CONNECTOR_PUBLIC
