// The names of settings; and which given names are not settings: misspelled names, names of other
// programs, and limits that would have no effect.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "configuration/config_file.hpp"
#include "configuration/given.hpp"
#include "configuration/table.hpp"

namespace configuration {

struct UnknownNames {
  /// Unknown names that look like a limit on data that may be sent. Ignoring one could send data
  /// that it was meant to protect.
  std::vector<std::string> problems;
  /// One line per variable with the program's prefix, and per key of config.yml, that is not a
  /// setting, with the most similar setting; also per variable that is very similar to a required
  /// setting. Variables that Kubernetes sets for services, and variables of other programs that the
  /// naming knows, are ignored.
  std::vector<std::string> warnings;
};

class KnownNames final {
 public:
  /// @param table must outlive this object
  explicit KnownNames(const Table& table);

  /// Whether this program has this section (`mq`) or key (`mq.host`) in config.yml.
  [[nodiscard]] bool is_path(std::string_view path) const;

  [[nodiscard]] UnknownNames others_in(const Environment& environment,
                                       const ConfigFile& config) const;

 private:
  void add(std::string_view name, const Row& row);
  [[nodiscard]] bool is_lost_limit(std::string_view name, bool ours,
                                   const std::vector<std::string>& known) const;
  [[nodiscard]] std::string lost_limit(std::string_view name) const;
  void check_variable(std::string_view name, std::string_view value, UnknownNames& out) const;
  void check_path(const std::string& path, int line, UnknownNames& out) const;

  const Table& table_;
  std::vector<std::string> variables_;
  /// Names of required settings.
  std::vector<std::string> required_;
  /// Sections and keys of config.yml.
  std::vector<std::string> paths_;
};

}  // namespace configuration
