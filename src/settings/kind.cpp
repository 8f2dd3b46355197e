#include "settings/kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "settings/text.hpp"
#include "settings/values.hpp"

namespace settings {
namespace {

constexpr std::string_view pem_start = "-----BEGIN";
constexpr std::size_t longest_pem = std::size_t{1024} * 1024;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string joined(Names names) { return fmt::format("{}", fmt::join(names, ", ")); }

tl::unexpected<std::string> refused(std::string why) { return tl::unexpected(std::move(why)); }

tl::unexpected<std::string> must_be(const Kind& kind) {
  return refused("must be " + allowed(kind));
}

std::optional<std::string_view> find(Names names, std::string_view name) {
  const auto wanted = lower_case(name);
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](auto known) { return lower_case(known) == wanted; });
  if (found == names.end()) return std::nullopt;
  return *found;
}

/// The names in a comma-separated text as `names` spells them, each once; or which are unknown.
Parsed<std::vector<std::string>> subset(Names names, std::string_view text) {
  const std::vector<std::string> all(names.begin(), names.end());
  std::vector<std::string> known;
  std::vector<std::string> unknown;
  for (const auto part : split(text, ',')) {
    const auto name = find(names, part);
    if (!name) {
      const auto meant = probably_meant(part, all);
      unknown.push_back(shown(part) + (meant.empty() ? "" : " (did you mean " + meant + "?)"));
    } else if (std::find(known.begin(), known.end(), *name) == known.end()) {
      known.emplace_back(*name);
    }
  }
  if (!unknown.empty() && may_hold_secret(text)) {
    return refused("must hold only names out of " + joined(names));
  }
  if (!unknown.empty()) {
    return refused(fmt::format("must not hold {}; known are {}", listed(unknown), joined(names)));
  }
  if (known.empty()) return refused("must hold at least one of " + joined(names));
  return known;
}

/// Stores a value that may have failed to parse.
template <class T, class Value>
Reading store(const Parsed<T>& parsed, Store<Value> into, Settings& settings) {
  if (!parsed) return refused(parsed.error());
  into(settings, *parsed);
  return Remarks{};
}

template <class T>
Reading store(const std::optional<T>& parsed, Store<T> into, Settings& settings, const Kind& kind) {
  if (!parsed) return must_be(kind);
  into(settings, *parsed);
  return Remarks{};
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

Reading read(const Text& kind, std::string_view text, const Files&, Settings& settings) {
  const std::string value(trimmed(text));
  if (!is_plain_text(value) || characters(value) < kind.shortest) return must_be(kind);
  kind.store(settings, value);
  return Remarks{};
}

Reading read(const Identity& kind, std::string_view text, const Files&, Settings& settings) {
  const std::string value(trimmed(text));
  if (!is_plain_text(value) || value.empty()) return must_be(kind);
  kind.store(settings, value);
  return Remarks{};
}

Reading read(const Token& kind, std::string_view text, const Files&, Settings& settings) {
  const std::string value(trimmed(text));
  if (!is_visible_ascii(value)) return must_be(kind);
  kind.store(settings, value);
  return Remarks{};
}

Reading read(const Password& kind, std::string_view text, const Files&, Settings& settings) {
  if (text.find('\0') != std::string_view::npos) return must_be(kind);
  kind.store(settings, std::string(text));
  return Remarks{};
}

Reading read(const Boolean& kind, std::string_view text, const Files&, Settings& settings) {
  return store(parse_boolean(text), kind.store, settings, kind);
}

Reading read(const Integer& kind, std::string_view text, const Files&, Settings& settings) {
  return store(parse_integer(text, kind.least, kind.most), kind.store, settings, kind);
}

Reading read(const Url& kind, std::string_view text, const Files&, Settings& settings) {
  return store(parse_url(text), kind.store, settings);
}

Reading read(const Host& kind, std::string_view text, const Files&, Settings& settings) {
  const std::string value(trimmed(text));
  const bool only_host = value.find('/') == std::string::npos &&
                         (value.find(':') == std::string::npos || value.ends_with(']'));
  if (!only_host || !parse_url("http://" + value)) return must_be(kind);
  kind.store(settings, value);
  return Remarks{};
}

Reading read(const Folder& kind, std::string_view text, const Files& files, Settings& settings) {
  const std::string value(trimmed(text));
  if (!files.is_folder(value)) return must_be(kind);
  kind.store(settings, value);
  return Remarks{};
}

Reading read(const PlainPath& kind, std::string_view text, const Files&, Settings& settings) {
  const std::string value(trimmed(text));
  const bool plain = std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._-/").find(c) != std::string_view::npos;
  });
  if (!plain || value.empty()) return must_be(kind);
  kind.store(settings, value);
  return Remarks{};
}

Reading read(const Verification& kind, std::string_view text, const Files& files,
             Settings& settings) {
  TlsVerification value;
  if (const auto on = parse_boolean(text)) {
    value.on = *on;
  } else {
    value.ca_path = trimmed(text);
    const auto content = files.read(value.ca_path, longest_pem);
    const bool usable =
        content ? content->find(pem_start) != std::string::npos : files.is_folder(value.ca_path);
    if (!usable) return must_be(kind);
  }
  kind.store(settings, value);
  return Remarks{};
}

Reading read(const Headers& kind, std::string_view text, const Files&, Settings& settings) {
  const auto parsed = parse_headers(text);
  if (!parsed) return refused(parsed.error());
  kind.store(settings, parsed->headers);
  if (parsed->skipped == 0) return Remarks{};
  return Remarks{fmt::format("has {} part(s) without a colon, left out", parsed->skipped)};
}

Reading read(const Pem& kind, std::string_view text, const Files& files, Settings& settings) {
  std::string given(trimmed(text));
  if (given.starts_with(pem_start)) {
    kind.store(settings, std::move(given));
    return Remarks{};
  }
  auto content = files.read(given, longest_pem);
  if (!content) {
    return refused(fmt::format("must be {}; the file {}", allowed(kind), content.error()));
  }
  if (content->find(pem_start) == std::string::npos) {
    return refused(fmt::format("must be {}; the file holds no PEM", allowed(kind)));
  }
  kind.store(settings, kind.gives == Pem::Gives::text ? std::move(*content) : std::move(given));
  return Remarks{};
}

Reading read(const Choice& kind, std::string_view text, const Files&, Settings& settings) {
  return store(find(kind.names, trimmed(text)), kind.store, settings, kind);
}

Reading read(const Subset& kind, std::string_view text, const Files&, Settings& settings) {
  return store(subset(kind.names, text), kind.store, settings);
}

Reading read(const Sections& kind, std::string_view text, const Files&, Settings& settings) {
  const auto names = subset(kaspersky::known_sections(kind.object), text);
  if (!names) return refused(names.error());
  kind.store(settings, kaspersky::with_mandatory_sections(kind.object, *names));
  return Remarks{};
}

Reading read(const TlpLevel& kind, std::string_view text, const Files&, Settings& settings) {
  return store(stix::parse_tlp(trimmed(text)), kind.store, settings, kind);
}

Reading read(const PapLevel& kind, std::string_view text, const Files&, Settings& settings) {
  return store(stix::parse_pap(trimmed(text)), kind.store, settings, kind);
}

Reading read(const ZoneTable& kind, std::string_view text, const Files&, Settings& settings) {
  return store(parse_zone_scores(text), kind.store, settings);
}

Reading read(const Durations& kind, std::string_view text, const Files&, Settings& settings) {
  return store(parse_lifetimes(text), kind.store, settings);
}

Reading read(const Proxy&, std::string_view text, const Files&, Settings& settings) {
  settings.proxies.emplace_back(text);
  return Remarks{};
}

/// What samples have where everybody needs a value of their own.
bool is_placeholder(std::string_view value) {
  return lower_case(trimmed(unquoted(value).value_or(value))) == "changeme";
}

bool holds_placeholder(const Kind& kind, std::string_view text) {
  if (is_placeholder(text)) return true;
  if (!std::holds_alternative<Headers>(kind)) return false;
  const auto headers = split(text, ';');
  return std::any_of(headers.begin(), headers.end(), [](std::string_view header) {
    return is_placeholder(header.substr(header.find(':') + 1));
  });
}

std::string_view instead_of_placeholder(const Kind& kind) {
  if (std::holds_alternative<Identity>(kind)) {
    return "must be your own, such as what uuidgen prints: two connectors with the same one take "
           "each other's messages";
  }
  return "must be your own value instead of the sample's ChangeMe";
}

}  // namespace

std::string allowed(const Kind& kind) {
  return std::visit(
      Overloaded{
          [](const Text& text) -> std::string {
            if (text.shortest <= 1) return "text that is not blank, without control characters";
            return fmt::format("text of {} characters or more, without control characters",
                               text.shortest);
          },
          [](const Identity&) -> std::string {
            return "text that is not blank, without control characters; not ChangeMe";
          },
          [](const Token&) -> std::string { return "one word of printable ASCII characters"; },
          [](const Password&) -> std::string { return "any text"; },
          [](const Boolean&) -> std::string { return "true or false (also yes/no, on/off, 1/0)"; },
          [](const Integer& number) {
            return fmt::format("a whole number from {} to {}", number.least, number.most);
          },
          [](const Url&) -> std::string {
            return "a URL with http:// or https://, without user name, query and fragment";
          },
          [](const Host&) -> std::string { return "a host name or IP address, without port"; },
          [](const Folder&) -> std::string { return "the path of a folder"; },
          [](const PlainPath&) -> std::string { return "letters, digits and . _ - /"; },
          [](const Verification&) -> std::string {
            return "true, false, or the path of a file with PEM or of a folder of CA certificates";
          },
          [](const Headers&) -> std::string { return "name:value pairs separated by semicolons"; },
          [](const Pem&) -> std::string { return "PEM text or the path of a file with PEM text"; },
          [](const Choice& choice) {
            return choice.names.size() == 1 ? std::string(choice.names.front())
                                            : "one of " + joined(choice.names);
          },
          [](const Subset& choice) { return "a comma-separated list of " + joined(choice.names); },
          [](const Sections& sections) {
            return "a comma-separated list of " +
                   joined(kaspersky::known_sections(sections.object));
          },
          [](const TlpLevel&) -> std::string {
            return "one of TLP:CLEAR (or TLP:WHITE), TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT, "
                   "TLP:RED";
          },
          [](const PapLevel&) -> std::string {
            return "one of PAP:CLEAR (or PAP:WHITE), PAP:GREEN, PAP:AMBER, PAP:RED";
          },
          [](const ZoneTable&) -> std::string {
            return "zone:score pairs separated by commas, scores from 0 to 100";
          },
          [](const Durations&) -> std::string {
            return "name:time pairs separated by commas, with the names default, not_found, red, "
                   "orange, yellow, gray and green, and times such as 30m, 12h or 7d";
          },
          [](const Proxy&) -> std::string { return "what curl accepts"; },
      },
      kind);
}

Reading read(const Kind& kind, std::string_view text, const Files& files, Settings& settings) {
  if (holds_placeholder(kind, text)) return refused(std::string(instead_of_placeholder(kind)));
  auto reading =
      std::visit([&](const auto& one) { return read(one, text, files, settings); }, kind);
  if (!unquoted(text)) return reading;
  if (!reading) {
    return refused(reading.error() +
                   "; leave out the quotes around it, which docker's --env-file keeps");
  }
  reading->emplace_back(
      "is in quotes, which are part of the value: docker's --env-file keeps them");
  return reading;
}

bool is_list(const Kind& kind) {
  return std::holds_alternative<Subset>(kind) || std::holds_alternative<Sections>(kind) ||
         std::holds_alternative<ZoneTable>(kind) || std::holds_alternative<Durations>(kind);
}

}  // namespace settings
