#include <fmt/format.h>

#include <algorithm>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/version.hpp>
#include <nlohmann/json.hpp>

#include "commands/commands.hpp"
#include "net/amqp/broker.hpp"
#include "net/http/client.hpp"
#include "storage/database.hpp"
#include "storage/redis.hpp"

namespace commands {
namespace {

std::string compiler() {
#ifdef __clang__
  return "clang++ " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

/// Header-only libraries, whose code is in the program.
std::string built_with() {
  std::string boost = BOOST_LIB_VERSION;
  std::replace(boost.begin(), boost.end(), '_', '.');
  return fmt::format("Boost {}, CLI11 {}, nlohmann-json {}.{}.{}", boost, CLI11_VERSION,
                     NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                     NLOHMANN_JSON_VERSION_PATCH);
}

/// Without the patch version, which the installed library does not report.
std::string fmt_library() {
  constexpr int major = 10'000;
  constexpr int minor = 100;
  return fmt::format("fmt {}.{}", FMT_VERSION / major, FMT_VERSION / minor % minor);
}

}  // namespace

Command add_version(CLI::App& program, const SharedArguments& shared) {
  auto* parser =
      program.add_subcommand("version", "Print the version and the components of the program");
  parser->footer(examples(shared.product, {"{program} version", "{program} --version"}));
  return {parser, [&shared](Interruption& /*unused*/) {
            fmt::print(
                "{} {}\n\n"
                "compiler    {}, {}\n"
                "built with  {}\n"
                "runs with   {}, {}, {}, {}, {}\n",
                shared.product.program, shared.product.version, compiler(), BUILD_TYPE,
                built_with(), fmt_library(), net::http_library(), net::amqp_library(),
                storage::library(), storage::redis_library());
            return app::ExitCode::ok;
          }};
}

}  // namespace commands
