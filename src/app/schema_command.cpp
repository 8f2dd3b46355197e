#include "app/schema_command.hpp"

#include <cstdio>
#include <string>

#include "settings/catalogue.hpp"

namespace app {

ExitCode print_schema() {
  const auto text = settings::config_schema_json();
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? ExitCode::ok : ExitCode::unfinished;
}

}  // namespace app
