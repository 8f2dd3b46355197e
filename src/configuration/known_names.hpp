// The names that settings can be given by; and, of what was given, those that are no setting:
// slips, settings of others, and limits that would not be kept.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "configuration/config_file.hpp"
#include "configuration/given.hpp"
#include "configuration/table.hpp"

namespace configuration {

struct UnknownNames {
  /// Names that look like a limit on what may leave. To ignore one would let data out that somebody
  /// meant to keep.
  std::vector<std::string> problems;
  /// One for each other variable that begins like the program's, and each key of config.yml, that
  /// is not a setting, with the setting that is near; and for whatever is very near a required one.
  /// Nothing is said about variables that Kubernetes sets for services, and those of others that
  /// the naming knows.
  std::vector<std::string> warnings;
};

class KnownNames final {
 public:
  /// @param table must outlive this
  explicit KnownNames(const Table& table);

  /// Whether config.yml may hold this section (`mq`) or key (`mq.host`) of ours.
  [[nodiscard]] bool is_path(std::string_view path) const;

  [[nodiscard]] UnknownNames others_in(const Environment& environment,
                                       const ConfigFile& config) const;

 private:
  void add(std::string_view name, const Row& row);
  [[nodiscard]] bool is_lost_limit(std::string_view name, bool ours,
                                   const std::vector<std::string>& known) const;
  [[nodiscard]] std::string lost_limit(std::string_view name) const;
  void look_at_variable(std::string_view name, std::string_view value, UnknownNames& out) const;
  void look_at_path(const std::string& path, int line, UnknownNames& out) const;

  const Table& table_;
  std::vector<std::string> variables_;
  /// Those of required settings.
  std::vector<std::string> required_;
  /// Sections and keys of config.yml.
  std::vector<std::string> paths_;
};

}  // namespace configuration
