// What a setting accepts: one small type per kind. Each says what it allows, in words for the
// messages and the documentation, and reads text into its place in Settings.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <tl/expected.hpp>

#include "kaspersky/sections.hpp"
#include "settings/files.hpp"
#include "settings/settings.hpp"

namespace settings {

/// What there is to say about an accepted value; mostly nothing. Worded to follow the name.
using Remarks = std::vector<std::string>;

/// A refusal tells what the value must be, worded to follow the name. Of the value it repeats at
/// most names that are not known.
using Reading = tl::expected<Remarks, std::string>;

/// Puts a value in its place.
template <class T>
using Store = void (*)(Settings&, T);

using Names = std::span<const std::string_view>;

/// Any text without control characters, trimmed.
struct Text {
  std::size_t shortest;
  Store<std::string> store;
};

/// Text without control characters, trimmed, by which the platform tells this connector from all
/// others.
struct Identity {
  Store<std::string> store;
};

/// What goes into an HTTP header as it is: one word.
struct Token {
  Store<std::string> store;
};

/// Any text, kept as it is.
struct Password {
  Store<std::string> store;
};

struct Boolean {
  Store<bool> store;
};

struct Integer {
  int least;
  int most;
  Store<int> store;
};

struct Url {
  Store<std::string> store;
};

/// A name or an IP address, without a port.
struct Host {
  Store<std::string> store;
};

/// A folder that is there.
struct Folder {
  Store<std::string> store;
};

/// Letters, digits, `.`, `_`, `-` and `/`: what need not be encoded in the path of a URL.
struct PlainPath {
  Store<std::string> store;
};

/// A boolean, or the path of trusted certificates.
struct Verification {
  Store<TlsVerification> store;
};

struct Headers {
  Store<std::vector<std::pair<std::string, std::string>>> store;
};

/// PEM text, or the path of a file with it.
struct Pem {
  enum class Gives { what_was_given, text };
  Gives gives;
  Store<std::string> store;
};

/// One of some names, in any letter case.
struct Choice {
  Names names;
  /// Receives the name as it is spelled in `names`.
  Store<std::string_view> store;
};

/// Some of a set of names, separated by commas, in any letter case.
struct Subset {
  Names names;
  /// Receives each name once, as it is spelled in `names`.
  Store<std::vector<std::string>> store;
};

/// Sections of one kind of lookup, like a Subset; the mandatory ones are added.
struct Sections {
  kaspersky::ObjectKind object;
  Store<std::vector<std::string>> store;
};

struct TlpLevel {
  Store<stix::Tlp> store;
};

struct PapLevel {
  Store<stix::Pap> store;
};

struct ZoneTable {
  Store<ZoneScores> store;
};

/// How long answers are used again, by zone.
struct Durations {
  Store<kaspersky::Lifetimes> store;
};

/// A variable that libcurl reads itself, in either letter case. Any text is taken.
struct Proxy {};

using Kind = std::variant<Text, Identity, Token, Password, Boolean, Integer, Url, Host, Folder,
                          PlainPath, Verification, Headers, Pem, Choice, Subset, Sections, TlpLevel,
                          PapLevel, ZoneTable, Durations, Proxy>;

/// "a whole number from 1 to 64"
[[nodiscard]] std::string allowed(const Kind& kind);

/// Reads the text into the settings; on a refusal they stay as they were. The samples' `ChangeMe`
/// is no value of any kind. What is wholly in quotes, as a file with variables may have it, is
/// refused with that hint, or remarked on.
[[nodiscard]] Reading read(const Kind& kind, std::string_view text, const Files& files,
                           Settings& settings);

/// Whether config.yml may give this kind as a YAML list.
[[nodiscard]] bool is_list(const Kind& kind);

}  // namespace settings
