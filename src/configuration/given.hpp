// The text and the origin of each setting: the environment overrides config.yml, which overrides
// the default.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "configuration/config_file.hpp"
#include "configuration/files.hpp"
#include "configuration/table.hpp"

namespace configuration {

/// Environment variables by name.
using Environment = std::map<std::string, std::string, std::less<>>;

enum class Source { environment, config_file, default_value };

/// Which settings the caller needs; empty: all. Other settings keep their defaults, even if they
/// are given.
using Wanted = std::function<bool(const Row&)>;

struct Given {
  const Row* row = nullptr;
  std::string text;
  Source source = Source::default_value;
  /// For messages: `CONNECTOR_MAX_TLP`, `CONNECTOR_MAX_TLP (config.yml, line 7:
  /// connector.max_tlp)`, `OPENCTI_TOKEN_FILE`.
  std::string where;
  /// A YAML list.
  bool list = false;
  /// The variable with the value: NAME, NAME_FILE, or a former name.
  std::string name = {};
  /// The line in config.yml, if the value is from there.
  int line = 0;
};

struct Gathered {
  /// In the order of the table, without settings that are neither given nor have a default.
  std::vector<Given> settings;
  /// Required settings that are not given.
  std::vector<const Row*> missing;
  std::vector<std::string> problems;
  /// Remarks about settings that work.
  std::vector<std::string> remarks;
};

/// Also reads the files of NAME_FILE (maximum 64 KiB; one line break at the end is removed). An
/// empty text counts as not given. Variables of a library are read in upper and lower case. The
/// program's own variables are read in the long form too, which overrides the short form.
/// @returns pointers into the table
[[nodiscard]] Gathered gather(const Table& table, const Environment& environment,
                              const ConfigFile& config, const Files& files,
                              const Wanted& wanted = {});

}  // namespace configuration
