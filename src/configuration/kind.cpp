#include "configuration/kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include <nlohmann/json.hpp>

#include "configuration/text.hpp"

namespace configuration {
namespace {

using Property = nlohmann::json;

constexpr std::string_view pem_start = "-----BEGIN";
constexpr std::size_t longest_pem = std::size_t{1024} * 1024;
constexpr int longest_url = 2083;

// The host that parse_url() accepts, and the rest of the URL.
constexpr std::string_view url_pattern =
    R"(^[hH][tT][tT][pP][sS]?://([!$%&'()*+,.;=_~0-9A-Za-z-]+|\[[0-9a-fA-F:.]+\]))"
    R"((:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?)"
    R"((/[!$%&'()*+,.:;=@_~/0-9A-Za-z-]*)?$)";
constexpr std::string_view host_pattern = R"(([!$%&'()*+,.;=_~0-9A-Za-z-]+|\[[0-9a-fA-F:.]+\])$)";
// The samples' ChangeMe.
constexpr std::string_view placeholder = R"(\s*["']?[cC][hH][aA][nN][gG][eE][mM][eE]["']?\s*)";

std::string joined(Names names) { return fmt::format("{}", fmt::join(names, ", ")); }

tl::unexpected<std::string> rejected(std::string why) { return tl::unexpected(std::move(why)); }

std::optional<std::size_t> find(Names names, std::string_view name) {
  const auto wanted = lower_case(name);
  const auto found = std::find_if(names.begin(), names.end(),
                                  [&](auto known) { return lower_case(known) == wanted; });
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

/// The names in a comma-separated text, spelled as in `names`, without duplicates; or the unknown
/// names.
Parsed<std::vector<std::string>> subset_of(Names names, std::string_view text) {
  const std::vector<std::string> all(names.begin(), names.end());
  std::vector<std::string> known;
  std::vector<std::string> unknown;
  for (const auto part : split(text, ',')) {
    const auto at = find(names, part);
    if (!at) {
      const auto meant = probably_meant(part, all);
      unknown.push_back(shown(part) + (meant.empty() ? "" : " (did you mean " + meant + "?)"));
    } else if (std::find(known.begin(), known.end(), all[*at]) == known.end()) {
      known.push_back(all[*at]);
    }
  }
  if (!unknown.empty() && may_hold_secret(text)) {
    return rejected("must contain only names of this list: " + joined(names));
  }
  if (!unknown.empty()) {
    return rejected(
        fmt::format("must not contain {}; allowed are {}", listed(unknown), joined(names)));
  }
  if (known.empty()) return rejected("must hold at least one of " + joined(names));
  return known;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

bool is_plain(std::string_view path) {
  const auto segments = fmt::format("/{}/", path);
  // libcurl resolves them: an object would get another name than the one that is listed later.
  const bool has_dots = segments.find("/../") != std::string::npos ||
                        (path != "." && segments.find("/./") != std::string::npos);
  return !path.empty() && !has_dots && std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("._-/").find(c) != std::string_view::npos;
  });
}

bool is_host(const std::string& text) {
  const bool only_host = text.find('/') == std::string::npos &&
                         (text.find(':') == std::string::npos || text.ends_with(']'));
  return only_host && parse_url("http://" + text);
}

Property any_text() { return {{"type", "string"}, {"minLength", 1}}; }

/// @param rest the pattern after `^`
Property own_text_like(std::string_view rest) {
  return text_like(fmt::format("^(?!{}$){}", placeholder, rest));
}

/// A kind that accepts certain texts, trimmed.
template <class Accepted>
Kind some_text(const std::string& allowed, Put<std::string> put, Accepted accepted) {
  auto problem = "must be " + allowed;
  return {
      .allowed = allowed,
      .read = [put = std::move(put), accepted = std::move(accepted), problem = std::move(problem)](
                  std::string_view text, const Files& files) -> Reading {
        std::string value(trimmed(text));
        if (!accepted(value, files)) return rejected(problem);
        put(std::move(value));
        return Remarks{};
      }};
}

/// A kind whose values come from `parse`, which returns nothing for an invalid text.
template <class T, class Parse>
Kind parsed(const std::string& allowed, Put<T> put, Parse parse) {
  auto problem = "must be " + allowed;
  return {.allowed = allowed,
          .read = [put = std::move(put), parse = std::move(parse), problem = std::move(problem)](
                      std::string_view text, const Files& /*unused*/) -> Reading {
            const auto value = parse(text);
            if (!value) return rejected(problem);
            put(*value);
            return Remarks{};
          }};
}

Kind some_pem(Put<std::string> put, bool gives_text) {
  Kind kind{.allowed = "PEM text or the path of a file with PEM text",
            .schema = any_text,
            .secrets = [](std::string_view text) -> std::vector<std::string> {
              const auto given = trimmed(text);
              if (!given.starts_with(pem_start)) return {};
              return {std::string(given)};
            }};
  kind.read = [put = std::move(put), gives_text, allowed = kind.allowed](
                  std::string_view text, const Files& files) -> Reading {
    std::string given(trimmed(text));
    if (given.starts_with(pem_start)) {
      put(std::move(given));
      return Remarks{};
    }
    auto content = files.read(given, longest_pem);
    if (!content) {
      return rejected(fmt::format("must be {}; the file {}", allowed, content.error()));
    }
    if (content->find(pem_start) == std::string::npos) {
      return rejected(fmt::format("must be {}; the file holds no PEM", allowed));
    }
    put(gives_text ? std::move(*content) : std::move(given));
    return Remarks{};
  };
  return kind;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const auto* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// The credentials before the @ of a proxy URL: the password, encoded and decoded; without a
/// password the user name, because some proxies use a token there.
std::vector<std::string> credentials_of(std::string_view proxy) {
  const auto scheme = proxy.find("://");
  if (scheme != std::string_view::npos) proxy.remove_prefix(scheme + 3);
  const auto at = proxy.rfind('@');
  if (at == std::string_view::npos) return {};
  const auto user_and_password = proxy.substr(0, at);
  const auto colon = user_and_password.find(':');
  const auto secret =
      colon == std::string_view::npos ? user_and_password : user_and_password.substr(colon + 1);
  return {std::string(user_and_password), std::string(secret), percent_decoded(secret)};
}

std::vector<std::string> secrets_of_headers(std::string_view text) {
  std::vector<std::string> found;
  for (const auto& [name, value] : parse_headers(text).value_or(CustomHeaders()).headers) {
    found.push_back(value);
    // `Bearer <token>`: the token alone is a secret too.
    const auto space = value.find(' ');
    if (space != std::string::npos) found.push_back(value.substr(space + 1));
  }
  return found;
}

}  // namespace

nlohmann::json text_like(std::string_view pattern) {
  return {{"type", "string"}, {"minLength", 1}, {"pattern", pattern}};
}

bool is_placeholder(std::string_view value) {
  return lower_case(trimmed(unquoted(value).value_or(value))) == "changeme";
}

Reading read(const Kind& kind, std::string_view text, const Files& files) {
  if (is_placeholder(text)) return rejected(std::string(kind.instead_of_placeholder));
  auto reading = kind.read(text, files);
  if (!unquoted(text)) return reading;
  if (!reading) {
    return rejected(reading.error() +
                    "; leave out the quotes around it, which docker's --env-file keeps");
  }
  reading->emplace_back(
      "is in quotes, which are part of the value: docker's --env-file keeps them");
  return reading;
}

Kind plain_text(std::size_t shortest, Put<std::string> put) {
  auto kind = some_text(
      shortest <= 1
          ? std::string("text that is not blank, without control characters")
          : fmt::format("text of {} characters or more, without control characters", shortest),
      std::move(put), [shortest](const std::string& value, const Files& /*unused*/) {
        return is_plain_text(value) && characters(value) >= shortest;
      });
  kind.schema = [shortest] {
    // Spaces at both ends are ignored.
    const auto inner =
        shortest > 1 ? fmt::format(R"(\S.{{{},}}\S)", shortest - 2) : std::string(R"(\S)");
    auto made = own_text_like(fmt::format(R"((?=.*{})[^\x00-\x1f\x7f]*$)", inner));
    made["minLength"] = shortest;
    return made;
  };
  return kind;
}

Kind identity(Put<std::string> put) {
  auto kind = some_text("text that is not blank, without control characters; not ChangeMe",
                        std::move(put), [](const std::string& value, const Files& /*unused*/) {
                          return is_plain_text(value) && !value.empty();
                        });
  kind.schema = any_text;
  kind.instead_of_placeholder =
      "must be your own UUID, for example the output of uuidgen: two connectors with the same id "
      "take each other's messages";
  return kind;
}

Kind token(Put<std::string> put) {
  auto kind = some_text(
      "one word of printable ASCII characters", std::move(put),
      [](const std::string& value, const Files& /*unused*/) { return is_visible_ascii(value); });
  kind.schema = [] { return own_text_like("[\\x21-\\x7e]+$"); };
  return kind;
}

Kind password(Put<std::string> put) {
  auto kind =
      parsed("any text", std::move(put), [](std::string_view text) -> std::optional<std::string> {
        if (text.find('\0') != std::string_view::npos) return std::nullopt;
        return std::string(text);
      });
  kind.schema = [] { return own_text_like(""); };
  return kind;
}

Kind boolean(Put<bool> put) {
  auto kind = parsed("true or false (also yes/no, on/off, 1/0)", std::move(put), parse_boolean);
  kind.schema = [] { return Property{{"type", "boolean"}}; };
  kind.bare = true;
  return kind;
}

Kind integer(int minimum, int maximum, Put<int> put) {
  auto kind = parsed(
      fmt::format("a whole number from {} to {}", minimum, maximum), std::move(put),
      [minimum, maximum](std::string_view text) { return parse_integer(text, minimum, maximum); });
  kind.schema = [minimum, maximum] {
    return Property{{"type", "integer"}, {"minimum", minimum}, {"maximum", maximum}};
  };
  kind.bare = true;
  return kind;
}

Kind url(Put<std::string> put) {
  return {
      .allowed = "a URL with http:// or https://, without user name, query and fragment",
      .read = [put = std::move(put)](std::string_view text, const Files& /*unused*/) -> Reading {
        auto value = parse_url(text);
        if (!value) return rejected(value.error());
        put(std::move(*value));
        return Remarks{};
      },
      .schema =
          [] {
            auto made = text_like(url_pattern);
            made["format"] = "uri";
            made["maxLength"] = longest_url;
            return made;
          },
      .address = true};
}

Kind host(Put<std::string> put) {
  auto kind =
      some_text("a host name or IP address, without port", std::move(put),
                [](const std::string& value, const Files& /*unused*/) { return is_host(value); });
  kind.schema = [] { return own_text_like(host_pattern); };
  return kind;
}

Kind folder(Put<std::string> put) {
  auto kind = some_text(
      "the path of a folder", std::move(put),
      [](const std::string& value, const Files& files) { return files.is_folder(value); });
  kind.schema = any_text;
  return kind;
}

Kind plain_path(Put<std::string> put) {
  auto kind =
      some_text("letters, digits and . _ - /, without /./ and /../", std::move(put),
                [](const std::string& value, const Files& /*unused*/) { return is_plain(value); });
  kind.schema = [] {
    return own_text_like(R"((?!(.*/)?\.\.(/|$)|\./|.*/\.(/|$))[A-Za-z0-9._/-]+$)");
  };
  return kind;
}

Kind verification(Put<TlsVerification> put) {
  Kind kind{
      .allowed = "true, false, or the path of a file with PEM or of a folder of CA certificates",
      .schema = any_text,
      .bare = true};
  kind.read = [put = std::move(put), problem = "must be " + kind.allowed](
                  std::string_view text, const Files& files) -> Reading {
    TlsVerification value;
    if (const auto on = parse_boolean(text)) {
      value.on = *on;
    } else {
      value.ca_path = trimmed(text);
      const auto content = files.read(value.ca_path, longest_pem);
      const bool usable =
          content ? content->find(pem_start) != std::string::npos : files.is_folder(value.ca_path);
      if (!usable) return rejected(problem);
    }
    put(std::move(value));
    return Remarks{};
  };
  return kind;
}

Kind headers(Put<HeaderFields> put) {
  return {
      .allowed = "name:value pairs separated by semicolons",
      .read = [put = std::move(put)](std::string_view text, const Files& /*unused*/) -> Reading {
        auto parsed = parse_headers(text);
        if (!parsed) return rejected(parsed.error());
        const auto& fields = parsed->headers;
        if (std::any_of(fields.begin(), fields.end(),
                        [](const auto& field) { return is_placeholder(field.second); })) {
          return rejected(std::string(Kind().instead_of_placeholder));
        }
        put(std::move(parsed->headers));
        if (parsed->skipped == 0) return Remarks{};
        return Remarks{
            fmt::format("has parts without a colon, which are ignored ({})", parsed->skipped)};
      },
      // The platform checks an encrypted secret, in base64, against this pattern: so the pattern
      // must not require a form that base64 does not have.
      .schema = [] { return text_like(fmt::format("^(?!(.*[:;])?{}(;|$))", placeholder)); },
      .secrets = secrets_of_headers,
      .short_secrets = true};
}

Kind pem(Put<std::string> put) { return some_pem(std::move(put), /*gives_text=*/false); }

Kind pem_text(Put<std::string> put) { return some_pem(std::move(put), /*gives_text=*/true); }

Kind choice(Names names, Put<std::size_t> put) {
  auto kind =
      parsed(names.size() == 1 ? std::string(names.front()) : "one of " + joined(names),
             std::move(put), [names](std::string_view text) { return find(names, trimmed(text)); });
  kind.schema = [names]() -> Property {
    if (names.size() == 1) return {{"type", "string"}, {"const", names.front()}};
    return {{"type", "string"}, {"enum", names}};
  };
  return kind;
}

Kind subset(Names names, Put<std::vector<std::string>> put) {
  return {.allowed = "a comma-separated list of " + joined(names),
          .read = [names, put = std::move(put)](std::string_view text,
                                                const Files& /*unused*/) -> Reading {
            auto chosen = subset_of(names, text);
            if (!chosen) return rejected(chosen.error());
            put(std::move(*chosen));
            return Remarks{};
          },
          .schema =
              [names] {
                return Property{{"type", "array"},
                                {"minItems", 1},
                                {"items", {{"type", "string"}, {"enum", names}}}};
              },
          .list = true};
}

Kind proxy() {
  return {.read = [](std::string_view /*unused*/, const Files& /*unused*/) -> Reading {
            return Remarks{};
          },
          .schema = any_text,
          .of_a_library = true,
          .secrets = credentials_of};
}

}  // namespace configuration
