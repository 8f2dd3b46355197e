#include "commands/used_ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <system_error>

#include "net/http/client.hpp"
#include "net/try_port.hpp"
#include "settings/listening_rows.hpp"
#include "text/json.hpp"

namespace commands {
namespace {

using source::CheckResult;
using State = CheckResult::State;

constexpr std::chrono::seconds longest_wait{3};
constexpr std::size_t longest_answer = std::size_t{4} * 1024 * 1024;

/// Who has the status port.
enum class Owner { connector, other, unknown };

/// The token is not sent: it is not known yet which program listens there.
Owner owner_of_status_port(const source::Product& product, const settings::Settings& settings,
                           const UsedPort& port, const net::Deadline& deadline) {
  const net::HttpClient client(
      {.user_agent = source::user_agent(product), .direct = true, .connect_timeout = longest_wait});
  const auto answer =
      client.send({.url = fmt::format("http://{}/status", reachable_at(port.address, port.port)),
                   .max_response = longest_answer},
                  deadline.within(longest_wait));
  if (!answer) return Owner::other;
  if (answer->status == 401 && !settings.monitoring.token.empty()) return Owner::unknown;
  const auto status = text::parse_json(answer->body, {.size = longest_answer});
  const bool ours =
      status && text::text_at(text::member(*status, "connector"), "id") == settings.connector.id;
  return ours ? Owner::connector : Owner::other;
}

bool same_address(const UsedPort& a, const UsedPort& b) {
  const auto any = [](const std::string& address) {
    return address == "0.0.0.0" || address == "::";
  };
  return a.port == b.port && (a.address == b.address || any(a.address) || any(b.address));
}

}  // namespace

std::string reachable_at(const std::string& address, std::uint16_t port) {
  if (address == "0.0.0.0") return fmt::format("127.0.0.1:{}", port);
  if (address == "::") return fmt::format("[::1]:{}", port);
  const bool v6 = address.find(':') != std::string::npos;
  return v6 ? fmt::format("[{}]:{}", address, port) : fmt::format("{}:{}", address, port);
}

std::vector<UsedPort> used_ports(const settings::Settings& settings) {
  using Purpose = UsedPort::Purpose;
  const auto& monitoring = settings.monitoring;
  const auto& listening = settings.listening;
  std::vector<UsedPort> ports;
  if (monitoring.port != 0) {
    ports.push_back({Purpose::status, "CONNECTOR_HTTP_PORT", monitoring.address, monitoring.port});
  }
  if (monitoring.expose_metrics && monitoring.metrics_port != 0) {
    ports.push_back({Purpose::metrics, "CONNECTOR_METRICS_PORT", monitoring.metrics_address,
                     monitoring.metrics_port});
  }
  if (listening.protocol == settings::ListenProtocol::api && listening.port != 0) {
    ports.push_back({Purpose::messages, "CONNECTOR_LISTEN_PROTOCOL_API_PORT",
                     settings::listening_address(listening), listening.port});
  }
  return ports;
}

std::vector<CheckResult> check_ports(const source::Product& product,
                                     const settings::Settings& settings,
                                     const net::Deadline& deadline) {
  std::vector<CheckResult> results;
  // Only the status port shows the connector's id.
  auto owner = Owner::unknown;
  const auto ports = used_ports(settings);
  for (auto port = ports.begin(); port != ports.end(); ++port) {
    const auto name = fmt::format("{} on {} ({})", port->port, port->address, port->setting);
    const auto same = std::find_if(ports.begin(), port,
                                   [&](const auto& other) { return same_address(other, *port); });
    if (same != port) {
      results.push_back({State::failed, fmt::format("{} is also the port of {}; name another one",
                                                    name, same->setting)});
      continue;
    }
    const auto error = net::try_port(port->address, port->port);
    if (!error) {
      results.push_back({State::ok, name + " is free"});
      continue;
    }
    if (error != std::errc::address_in_use) {
      results.push_back(
          {State::failed,
           fmt::format("{} cannot be opened: {}; name an address of this machine and a port that "
                       "this user may open",
                       name, error.message())});
      continue;
    }
    if (port->purpose == UsedPort::Purpose::status) {
      owner = owner_of_status_port(product, settings, *port, deadline);
    }
    if (owner == Owner::connector) {
      results.push_back({State::ok, name + " is in use by the running connector"});
    } else if (owner == Owner::unknown) {
      results.push_back(
          {State::warning, name + " is in use, perhaps by the running connector; if by another "
                                  "program, `run` would end"});
    } else {
      results.push_back(
          {State::failed, name + " is in use by another program, or by a connector with other "
                                 "settings; `run` would end: choose another port, or end the other "
                                 "program"});
    }
  }
  return results;
}

}  // namespace commands
