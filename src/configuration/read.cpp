#include "configuration/read.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "configuration/known_names.hpp"
#include "configuration/text.hpp"
#include "text/secrecy.hpp"

namespace configuration {
namespace {

constexpr std::size_t longest_config = std::size_t{1024} * 1024;

/// The value as shown in a problem: empty if it is secret or may contain a secret.
std::string shown_value(const Given& given) {
  if (given.row->secret || may_hold_secret(given.text)) return {};
  // The query of a URL may contain a key.
  const bool is_url = given.row->kind.address;
  return fmt::format(
      " is {}; it",
      shown(is_url ? given.text.substr(0, given.text.find_first_of("?#")) : given.text));
}

void append(std::vector<std::string>& lines, std::vector<std::string> more) {
  std::move(more.begin(), more.end(), std::back_inserter(lines));
}

class Reader {
 public:
  Reader(const Table& table, const Files& files, const Wanted& wanted)
      : table_(table), files_(files), wanted_(wanted) {}

  tl::expected<Read, Problems> read(const Environment& environment,
                                    const std::optional<std::string>& config_yml) {
    const KnownNames known(table_);
    ConfigFile config;
    if (config_yml) {
      auto parsed = parse_config_file(*config_yml,
                                      [&](std::string_view path) { return known.is_path(path); });
      if (parsed) {
        config = std::move(*parsed);
      } else {
        append(problems_, std::move(parsed.error()));
      }
    }
    const bool config_is_whole = problems_.empty();

    auto gathered = gather(table_, environment, config, files_, wanted_);
    append(problems_, std::move(gathered.problems));
    // A missing setting may be in a file that could not be parsed.
    if (config_is_whole) report(gathered.missing);

    if (!wanted_) {
      auto unknown = known.others_in(environment, config);
      append(problems_, std::move(unknown.problems));
      out_.warnings = std::move(unknown.warnings);
    }
    append(out_.warnings, std::move(gathered.remarks));
    for (const auto& given : gathered.settings) take(given);
    if (problems_.empty()) return std::move(out_);
    // A misspelled name may be the reason of a missing setting.
    problems_.warnings = std::move(out_.warnings);
    return tl::unexpected(std::move(problems_));
  }

 private:
  void report(const std::vector<const Row*>& missing) {
    for (const auto* row : missing) {
      const auto file = file_form(*row);
      problems_.push_back(
          fmt::format("{} is not set; set it to {}{}", row->name, row->kind.allowed,
                      file.empty() ? "" : fmt::format(", or {} to a file with it", file)));
    }
  }

  void take(const Given& given) {
    const auto& kind = given.row->kind;
    if (given.list && !kind.list) {
      problems_.push_back(given.where + " must be a single value, not a list");
      return;
    }
    auto reading = configuration::read(kind, given.text, files_);
    if (!reading) {
      problems_.push_back(given.where + shown_value(given) + " " + reading.error());
      return;
    }
    for (const auto& remark : *reading) out_.warnings.push_back(given.where + " " + remark);
    if (given.row->secret) keep_secret(given);
  }

  void keep_secret(const Given& given) {
    if (const auto& parts = given.row->kind.secrets) {
      auto secrets = parts(given.text);
      std::erase(secrets, "");
      const bool hidden = std::all_of(secrets.begin(), secrets.end(), [](const auto& secret) {
        return secret.size() >= text::shortest_hidden;
      });
      if (!wanted_ && !hidden && !given.row->kind.short_secrets) {
        out_.warnings.push_back(
            fmt::format("{} has a part of fewer than {} characters that the log does not hide",
                        given.where, text::shortest_hidden));
      }
      out_.secrets.insert(std::make_move_iterator(secrets.begin()),
                          std::make_move_iterator(secrets.end()));
    } else {
      std::string secret(trimmed(given.text));
      if (!wanted_ && !secret.empty() && secret.size() < text::shortest_hidden) {
        out_.warnings.push_back(fmt::format(
            "{} has fewer than {} characters: it is easy to guess, and the log does not hide it",
            given.where, text::shortest_hidden));
      }
      out_.secrets.insert(std::move(secret));
    }
    out_.secrets.erase("");
  }

  const Table& table_;
  const Files& files_;
  const Wanted& wanted_;
  Problems problems_;
  Read out_;
};

}  // namespace

tl::expected<Read, Problems> read(const Table& table, const Environment& environment,
                                  const std::optional<std::string>& config_yml, const Files& files,
                                  const Wanted& wanted) {
  return Reader(table, files, wanted).read(environment, config_yml);
}

tl::expected<Sources, Problems> sources_of_process(const std::optional<std::string>& config_path) {
  Sources sources;
  for (const auto* const* entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    sources.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }

  const DiskFiles files;
  const auto path = config_path.value_or("config.yml");
  if (!config_path && !files.exists(path)) return sources;
  auto text = files.read(path, longest_config);
  if (!text) {
    return tl::unexpected(Problems{fmt::format("{}: the file {}", shown(path), text.error())});
  }
  sources.config_yml = std::move(*text);
  return sources;
}

}  // namespace configuration
