#include <fmt/format.h>

#include <algorithm>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/version.hpp>
#include <nlohmann/json.hpp>

#include "app/version.hpp"
#include "commands/commands.hpp"
#include "net/amqp.hpp"
#include "net/http_client.hpp"
#include "storage/database.hpp"

namespace commands {
namespace {

std::string compiler() {
#ifdef __clang__
  return "clang++ " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

/// Libraries of which the program holds the code.
std::string built_with() {
  std::string boost = BOOST_LIB_VERSION;
  std::replace(boost.begin(), boost.end(), '_', '.');
  constexpr int major = 10'000;
  constexpr int minor = 100;
  return fmt::format("Boost {}, CLI11 {}, fmt {}.{}.{}, nlohmann-json {}.{}.{}", boost,
                     CLI11_VERSION, FMT_VERSION / major, FMT_VERSION / minor % minor,
                     FMT_VERSION % minor, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                     NLOHMANN_JSON_VERSION_PATCH);
}

}  // namespace

Command add_version(CLI::App& program, const SharedArguments& /*shared*/) {
  auto* parser =
      program.add_subcommand("version", "Print the version, and what the program is made of");
  parser->footer(examples({"kaspersky-enrichment version", "kaspersky-enrichment --version"}));
  return {parser, [] {
            fmt::print(
                "kaspersky-enrichment {}\n\n"
                "compiler    {}, {}\n"
                "built with  {}\n"
                "runs with   {}, {}, {}\n",
                app::version, compiler(), app::build_type, built_with(), net::http_library(),
                net::amqp_library(), storage::library());
            return app::ExitCode::ok;
          }};
}

}  // namespace commands
