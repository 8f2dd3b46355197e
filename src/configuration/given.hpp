// What each setting was given as, and where: the environment stands above config.yml, and that
// above the default.
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

enum class Source { environment, config_file, standard };

/// Which settings somebody needs; empty: all of them. The others keep their defaults, whatever was
/// given for them.
using Wanted = std::function<bool(const Row&)>;

struct Given {
  const Row* row = nullptr;
  std::string text;
  Source source = Source::standard;
  /// For messages: `CONNECTOR_MAX_TLP`, `CONNECTOR_MAX_TLP (config.yml, line 7:
  /// connector.max_tlp)`, `OPENCTI_TOKEN_FILE`.
  std::string where;
  /// A YAML list.
  bool list = false;
  /// The variable that gave it: its own, NAME_FILE, or a former one.
  std::string name = {};
  /// Of config.yml, where that gave it.
  int line = 0;
};

struct Gathered {
  /// In the order of the table; a setting that is neither given nor has a default is missing.
  std::vector<Given> settings;
  /// Required, and given nowhere.
  std::vector<const Row*> missing;
  std::vector<std::string> problems;
  /// Works, but should be known.
  std::vector<std::string> remarks;
};

/// Reads the files of NAME_FILE too (64 KiB at most; one line break at the end is left out). Empty
/// text counts as not given. Variables of a library come in either letter case, and the program's
/// own in the long form as well, which stands above the short one.
/// @returns pointers into the table
[[nodiscard]] Gathered gather(const Table& table, const Environment& environment,
                              const ConfigFile& config, const Files& files,
                              const Wanted& wanted = {});

}  // namespace configuration
