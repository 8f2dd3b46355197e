// The program's command line: selects the command and its arguments. A connector's main() needs
// nothing else.
//
// ```cpp
// int main(int argc, char** argv) {
//   struct Options {
//     std::string key;
//   } options;
//   class Weather final : public source::Source {
//    public:
//     explicit Weather(std::string key) : key_(std::move(key)) {}
//     [[nodiscard]] std::string_view name() const override { return "Weather"; }
//     [[nodiscard]] source::Verdict enrich(const source::Request&, const net::Deadline&) override {
//       return source::skipped(name(), "nobody asked with the key " + key_);
//     }
//
//    private:
//     std::string key_;
//   };
//   static constexpr std::array<std::string_view, 2> scopes{"IPv4-Addr", "Domain-Name"};
//   return commands::run_command_line(
//       {.program = "weather",
//        .version = "1.0.0",
//        .source = "Weather",
//        .about = "What the weather service knows about addresses.",
//        .prefix = "WEATHER_",
//        .connector_id = "weather--2f2e0d4c-7f5a-4c0e-9d5b-6f6b8c2a1e90",
//        .connector_name = "Weather",
//        .scopes = scopes,
//        .scope = "IPv4-Addr",
//        .settings = {{.name = "WEATHER_API_KEY",
//                      .title = "API key",
//                      .kind = configuration::token(configuration::into(options.key)),
//                      .required = true,
//                      .secret = true}},
//        .make =
//            [&options](const source::Services&) {
//              return std::make_unique<Weather>(options.key);
//            }},
//       argc, argv);
// }
// ```
#pragma once

#include "export.hpp"
#include "source/product.hpp"

namespace commands OPENCTI_CONNECTOR_PUBLIC {

/// Parses the arguments, runs the command, and returns the process's exit code (exit_code.hpp).
[[nodiscard]] int run_command_line(const source::Product& product, int argc,
                                   const char* const* argv);

}  // namespace commands OPENCTI_CONNECTOR_PUBLIC
