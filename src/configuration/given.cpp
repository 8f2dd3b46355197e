#include "configuration/given.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "configuration/text.hpp"

namespace configuration {
namespace {

constexpr std::size_t longest_secret_file = std::size_t{64} * 1024;

/// A possible value of a setting: the value itself, or a file with it.
struct Candidate {
  std::string text;
  std::string where;
  bool list = false;
  std::string name = {};
  int line = 0;
};

std::optional<Candidate> in_environment(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return Candidate{.text = found->second, .where = name, .name = name};
}

std::optional<Candidate> in_config(const Table& table, const ConfigFile& config,
                                   const std::string& name) {
  const auto path = table.config_path(name);
  const auto found = config.find(path);
  if (found == config.end() || found->second.text.empty()) return std::nullopt;
  const auto& value = found->second;
  return Candidate{.text = value.text,
                   .where = fmt::format("{} (config.yml, line {}: {})", name, value.line, path),
                   .list = value.list,
                   .name = name,
                   .line = value.line};
}

bool strip_line_break(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return !text.empty();
}

class Gatherer {
 public:
  Gatherer(const Table& table, const Environment& environment, const ConfigFile& config,
           const Files& files)
      : table_(table), environment_(environment), config_(config), files_(files) {}

  Gathered all(const Wanted& wanted) {
    for (const auto& row : table_.rows()) {
      if (wanted && !wanted(row)) {
        take_standard(row);
      } else if (row.kind.of_a_library) {
        take_of_a_library(row);
      } else {
        take(row);
      }
    }
    return std::move(out_);
  }

 private:
  /// The long form wins: the short form may be set in the image, where users cannot unset it. Of a
  /// limit, the stricter form wins, or the one that is invalid.
  std::optional<Candidate> in_either_form(const std::string& name, const Row& row) {
    auto found = in_environment(environment_, name);
    auto longer = in_environment(environment_, table_.long_form(name));
    if (!found || !longer || found->text == longer->text) {
      return longer ? std::move(longer) : std::move(found);
    }
    const bool shorter_wins = row.kind.strictness && is_stricter(row, found->text, longer->text);
    if (shorter_wins) std::swap(found, longer);
    out_.remarks.push_back(fmt::format("{} is used, {} is not", longer->name, found->name));
    return longer;
  }

  static bool is_stricter(const Row& row, const std::string& text, const std::string& other) {
    const auto mine = row.kind.strictness(text);
    const auto its = row.kind.strictness(other);
    return !mine || (its && mine->rank < its->rank);
  }

  void take(const Row& row) {
    const std::string name(row.name);
    const auto file_name = file_form(row);
    const auto from = [&](Source source, const auto& look_up) {
      return take_from(row, source, look_up(name),
                       file_name.empty() ? std::nullopt : look_up(file_name));
    };
    const bool given =
        from(Source::environment, [&](const auto& n) { return in_either_form(n, row); }) ||
        (!row.environment_only &&
         from(Source::config_file, [&](const auto& n) { return in_config(table_, config_, n); }));
    if (take_former(row, given) || given) return;
    if (!take_standard(row) && row.required) out_.missing.push_back(&row);
  }

  /// Uses the default. @returns whether there is one
  bool take_standard(const Row& row) {
    if (!row.default_value) return false;
    const std::string name(row.name);
    out_.settings.push_back({.row = &row,
                             .text = std::string(*row.default_value),
                             .source = Source::default_value,
                             .where = name,
                             .name = name});
    return true;
  }

  /// Uses a value under the former name. @returns whether there is one
  /// @param given whether the setting is given under its current name too
  bool take_former(const Row& row, bool given) {
    const std::string name(row.former);
    auto source = Source::environment;
    auto found = in_either_form(name, row);
    if (!found && !table_.former_path(row).empty()) {
      source = Source::config_file;
      found = in_config(table_, config_, name);
    }
    if (!found) return false;
    if (given) {
      choose(row, source, std::move(*found));
    } else {
      out_.remarks.push_back(fmt::format("{} is called {} now", found->name, row.name));
      put(row, source, std::move(*found));
    }
    return true;
  }

  /// Chooses between the current value of this row and the value under its former name.
  void choose(const Row& row, Source source, Candidate former) {
    auto& current = out_.settings.back();
    if (!row.kind.strictness) {
      if (current.text != former.text) {
        out_.remarks.push_back(fmt::format("{} is used, {} is not", current.where, former.where));
      }
      return;
    }
    const auto now = row.kind.strictness(current.text);
    const auto before = row.kind.strictness(former.text);
    // An invalid value is a problem under either name.
    if (!before) return put(row, source, std::move(former));
    if (!now) return;
    out_.remarks.push_back(
        fmt::format("{} is called {} now, and both are set: the stricter applies, {}", former.name,
                    row.name, before->rank < now->rank ? before->name : now->name));
    if (before->rank >= now->rank) return;
    out_.settings.pop_back();
    put(row, source, std::move(former));
  }

  /// Takes the setting from this source. @returns whether it was given there, valid or not
  bool take_from(const Row& row, Source source, std::optional<Candidate> value,
                 std::optional<Candidate> file) {
    if (value && file) {
      out_.problems.push_back(
          fmt::format("{} must not be given together with {}", file->where, row.name));
    }
    if (!value && file) value = content_of(std::move(*file));
    if (!value) return file.has_value();
    put(row, source, std::move(*value));
    return true;
  }

  void put(const Row& row, Source source, Candidate value) {
    out_.settings.push_back({.row = &row,
                             .text = std::move(value.text),
                             .source = source,
                             .where = std::move(value.where),
                             .list = value.list,
                             .name = std::move(value.name),
                             .line = value.line});
  }

  /// Reads the file. Problems do not show the path: it could be a token, given by mistake.
  std::optional<Candidate> content_of(Candidate file) {
    auto content = files_.read(file.text, longest_secret_file);
    if (!content) {
      out_.problems.push_back(fmt::format("{}: the file {}", file.where, content.error()));
      return std::nullopt;
    }
    if (!strip_line_break(*content)) {
      out_.problems.push_back(fmt::format("{}: the file is empty", file.where));
      return std::nullopt;
    }
    file.text = std::move(*content);
    return file;
  }

  void take_of_a_library(const Row& row) {
    for (const auto& name : {upper_case(row.name), lower_case(row.name)}) {
      if (auto found = in_environment(environment_, name)) {
        put(row, Source::environment, std::move(*found));
      }
    }
  }

  const Table& table_;
  const Environment& environment_;
  const ConfigFile& config_;
  const Files& files_;
  Gathered out_;
};

}  // namespace

Gathered gather(const Table& table, const Environment& environment, const ConfigFile& config,
                const Files& files, const Wanted& wanted) {
  return Gatherer(table, environment, config, files).all(wanted);
}

}  // namespace configuration
