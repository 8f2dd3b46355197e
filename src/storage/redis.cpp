#include "storage/redis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <utility>

#include "storage/redis_connection.hpp"
#include "storage/redis_error_reply.hpp"
#include "storage/redis_tls.hpp"
#include "text/digest.hpp"

namespace storage {
namespace {

using Clock = std::chrono::steady_clock;
using Connection = std::unique_ptr<RedisConnection>;

constexpr std::size_t longest_client_name = 64;
constexpr std::size_t longest_small_reply = std::size_t{16} * 1024;

bool is_shown(char c) { return c > ' ' && c <= '~'; }

/// Client names must not contain blanks or characters beyond ASCII.
std::string client_name(std::string_view prefix) {
  std::string name;
  std::copy_if(prefix.begin(), prefix.end(), std::back_inserter(name), is_shown);
  name.resize(std::min(name.size(), longest_client_name));
  while (!name.empty() && name.back() == ':') name.pop_back();
  return name;
}

/// Whether a Sentinel's answer is a valid host name or address.
bool is_host(std::string_view text) {
  constexpr std::size_t longest = 253;
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), is_shown);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc() || stop != end) return std::nullopt;
  return number;
}

std::vector<std::string_view> command(std::string_view name, std::string_view script,
                                      std::string_view key_count,
                                      const std::vector<std::string>& keys,
                                      const std::vector<std::string>& arguments) {
  std::vector<std::string_view> words{name, script, key_count};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  return words;
}

}  // namespace

std::int64_t Reply::number() const {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? 0 : number_in(*text).value_or(0);
}

std::int64_t Reply::number(std::int64_t minimum, std::int64_t maximum) const {
  return std::clamp(number(), minimum, maximum);
}

std::string Reply::text() const { return optional_text().value_or(std::string()); }

std::optional<std::string> Reply::optional_text() const {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? std::nullopt : std::optional(*text);
}

const Reply::List& Reply::list() const {
  static const List none;
  const auto* list = std::get_if<List>(&value);
  return list == nullptr ? none : *list;
}

const Reply& Reply::at(std::size_t index) const {
  static const Reply nothing;
  return index < list().size() ? list()[index] : nothing;
}

struct Redis::State {
  class Turn;

  State(RedisOptions given, telemetry::Log given_log)
      : options(std::move(given)), log(std::move(given_log)), name(client_name(options.prefix)) {
    options.timeout = std::max(options.timeout, std::chrono::milliseconds(1));
    log.hide(options.address.password);
    if (options.address.servers.empty()) throw std::runtime_error("no Redis server is named");
    if (!options.address.tls) return;
    if (!redis_has_tls()) {
      throw std::runtime_error(
          "TLS to Redis needs hiredis 1.0 or later, which this build does not have: use the "
          "container image, or build on Debian 13");
    }
    tls.emplace(options.address);
  }

  /// A connection to the server, or to the master that the Sentinels name.
  RedisResult<Connection> connect();
  RedisResult<Connection> open(const RedisServer& server) const;
  /// A connection that is ready for steps.
  RedisResult<Connection> enter(const RedisServer& server) const;
  RedisResult<void> log_in(RedisConnection& connection) const;
  RedisResult<Connection> find_master();
  RedisResult<RedisServer> ask_sentinel(const RedisServer& sentinel) const;
  RedisResult<Connection> enter_master(const RedisServer& server) const;
  [[nodiscard]] std::string shown_server() const;

  RedisOptions options;
  telemetry::Log log;
  std::string name;
  std::optional<RedisTls> tls;

  mutable std::mutex mutex;
  // Guards all members below.
  std::vector<Connection> idle;
  /// Grows when all connections are closed: a call that began before must not change the state.
  std::uint64_t generation = 0;
  /// Why the server cannot be used; empty while it can.
  std::string left_because;
  /// Why the server rejected the last step; empty if it did not.
  std::string rejected_because;
  Clock::time_point retry_at;
  /// One call is testing whether the server can be used again.
  bool is_tried = false;
  /// The Sentinel that answered last is asked first.
  std::size_t first_sentinel = 0;
  std::optional<RedisServer> master;
};

/// One call's use of the connections.
class Redis::State::Turn final {
 public:
  explicit Turn(State& state) : state_(state) {
    const std::lock_guard lock(state.mutex);
    generation_ = state.generation;
    if (state.left_because.empty()) return;
    if (state.is_tried || Clock::now() < state.retry_at) {
      closed_because_ = state.left_because;
      return;
    }
    state.is_tried = is_trying_ = true;
  }
  ~Turn() {
    if (!is_trying_) return;
    const std::lock_guard lock(state_.mutex);
    state_.is_tried = false;
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  /// Why the server must not be used now; empty if it may be used.
  [[nodiscard]] const std::string& closed_because() const { return closed_because_; }

  /// An idle connection that still works, or a new one.
  RedisResult<Connection> connection() {
    while (auto kept = take_idle()) {
      if (kept->is_quiet()) return kept;
    }
    return state_.connect();
  }

  void done(Connection connection) { keep(std::move(connection), ""); }
  /// The server is usable, but rejected the step.
  void rejected(Connection connection, const std::string& reason) {
    keep(std::move(connection), reason);
  }
  void failed(const std::string& reason) {
    std::vector<Connection> closed;
    const auto server = state_.shown_server();
    const std::lock_guard lock(state_.mutex);
    if (generation_ != state_.generation) return;
    ++state_.generation;
    state_.idle.swap(closed);
    state_.retry_at = Clock::now() + state_.options.retry_after;
    if (state_.left_because.empty()) {
      state_.log.warning("Redis cannot be used, retrying",
                         {{"server", server}, {"reason", reason}});
    }
    state_.left_because = reason;
  }

 private:
  Connection take_idle() {
    const std::lock_guard lock(state_.mutex);
    if (generation_ != state_.generation || state_.idle.empty()) return nullptr;
    auto taken = std::move(state_.idle.back());
    state_.idle.pop_back();
    return taken;
  }

  void keep(Connection connection, const std::string& rejection) {
    const auto server = state_.shown_server();
    const std::lock_guard lock(state_.mutex);
    if (generation_ != state_.generation) return;
    if (!state_.left_because.empty()) {
      state_.log.info("Redis can be used again", {{"server", server}});
      state_.left_because.clear();
    }
    state_.rejected_because = rejection;
    state_.idle.push_back(std::move(connection));
  }

  State& state_;
  std::uint64_t generation_ = 0;
  bool is_trying_ = false;
  std::string closed_because_;
};

RedisResult<Connection> Redis::State::connect() {
  return options.address.master.empty() ? enter(options.address.servers.front()) : find_master();
}

RedisResult<Connection> Redis::State::open(const RedisServer& server) const {
  return RedisConnection::open(server, options.timeout, longest_small_reply, tls ? &*tls : nullptr);
}

RedisResult<void> Redis::State::log_in(RedisConnection& connection) const {
  const auto& address = options.address;
  if (address.password.empty()) return {};
  std::vector<std::string_view> words{"AUTH"};
  if (!address.user.empty()) words.push_back(address.user);
  words.push_back(address.password);
  const auto answer = connection.ask(words, RedisConnection::Sensitivity::secret);
  if (!answer) return tl::unexpected(answer.error());
  return {};
}

RedisResult<Connection> Redis::State::enter(const RedisServer& server) const {
  auto connection = open(server);
  if (!connection) return connection;
  if (auto logged_in = log_in(**connection); !logged_in) {
    return tl::unexpected(std::move(logged_in.error()));
  }
  if (options.address.database != 0) {
    const auto database = std::to_string(options.address.database);
    const auto selected = (*connection)->ask({"SELECT", database});
    if (!selected) return tl::unexpected(selected.error());
  }
  if (!name.empty()) {
    // The name is only for people: without the right to set it, the connection works too.
    const auto named = (*connection)->ask({"CLIENT", "SETNAME", name});
    if (!named && named.error().lost) return tl::unexpected(named.error());
  }
  return connection;
}

RedisResult<Connection> Redis::State::enter_master(const RedisServer& server) const {
  auto connection = enter(server);
  if (!connection) return connection;
  const auto role = (*connection)->ask({"ROLE"});
  if (!role) return tl::unexpected(role.error());
  if (role->at(0).text() != "master") {
    return tl::unexpected(RedisFailure{shown(server) + " is not the master"});
  }
  return connection;
}

RedisResult<RedisServer> Redis::State::ask_sentinel(const RedisServer& sentinel) const {
  auto connection = open(sentinel);
  if (!connection) return tl::unexpected(std::move(connection.error()));
  const auto ask = [&] {
    return (*connection)->ask({"SENTINEL", "get-master-addr-by-name", options.address.master});
  };
  auto answer = ask();
  if (!answer && answer.error().code == "NOAUTH" && !options.address.password.empty()) {
    if (auto logged_in = log_in(**connection); !logged_in) {
      return tl::unexpected(std::move(logged_in.error()));
    }
    answer = ask();
  }
  if (!answer) return tl::unexpected(std::move(answer.error()));
  constexpr std::int64_t highest_port = 65'535;
  const RedisServer server{answer->at(0).text(),
                           static_cast<std::uint16_t>(answer->at(1).number(0, highest_port))};
  if (!is_host(server.host) || server.port == 0) {
    return tl::unexpected(RedisFailure{"it does not know the master"});
  }
  return server;
}

RedisResult<Connection> Redis::State::find_master() {
  const auto& sentinels = options.address.servers;
  std::size_t first = 0;
  {
    const std::lock_guard lock(mutex);
    first = first_sentinel;
  }
  std::string reasons;
  for (std::size_t i = 0; i < sentinels.size(); ++i) {
    const auto at = (first + i) % sentinels.size();
    const auto named = ask_sentinel(sentinels[at]);
    auto connection = named ? enter_master(*named) : tl::unexpected(named.error());
    if (connection) {
      const std::lock_guard lock(mutex);
      first_sentinel = at;
      master = *named;
      return connection;
    }
    reasons += fmt::format("{}{}: {}", reasons.empty() ? "" : "; ", shown(sentinels[at]),
                           connection.error().message);
  }
  return tl::unexpected(RedisFailure{
      fmt::format("no Sentinel reports the master {} ({})", options.address.master, reasons)});
}

std::string Redis::State::shown_server() const {
  const auto& address = options.address;
  if (address.master.empty()) {
    return fmt::format("{}, database {}", shown(address.servers.front()), address.database);
  }
  const std::lock_guard lock(mutex);
  if (master) {
    return fmt::format("{} (master {}), database {}", printable(shown(*master)), address.master,
                       address.database);
  }
  std::string sentinels;
  for (const auto& each : address.servers) {
    sentinels += (sentinels.empty() ? "" : ", ") + shown(each);
  }
  return fmt::format("master {} of {}, database {}", address.master, sentinels, address.database);
}

Redis::Redis(RedisOptions options, telemetry::Log log)
    : state_(std::make_unique<State>(std::move(options), std::move(log))) {}
Redis::~Redis() = default;

std::string Redis::key(std::string_view name) const {
  return state_->options.prefix + std::string(name);
}

Result<Reply> Redis::run(const Script& script, const std::vector<std::string_view>& keys,
                         const std::vector<std::string>& arguments,
                         std::optional<std::size_t> expected) {
  State::Turn turn(*state_);
  if (!turn.closed_because().empty()) return tl::unexpected(Error{turn.closed_because()});

  std::vector<std::string> names;
  names.reserve(keys.size());
  for (const auto name : keys) names.push_back(key(name));
  const auto key_count = std::to_string(names.size());
  const auto digest = text::hex(text::sha1(script.text));

  auto connection = turn.connection();
  if (!connection) {
    turn.failed(connection.error().message);
    return tl::unexpected(Error{std::move(connection.error().message)});
  }
  const auto& options = state_->options;
  (*connection)
      ->limit_replies(
          expected ? std::min(options.longest_answer, std::min(options.longest_answer, *expected) +
                                                          options.more_than_expected)
                   : std::min(options.longest_answer, longest_small_reply));
  auto reply = (*connection)->ask(command("EVALSHA", digest, key_count, names, arguments));
  if (!reply && reply.error().code == "NOSCRIPT") {
    reply = (*connection)->ask(command("EVAL", script.text, key_count, names, arguments));
  }
  if (reply) {
    turn.done(std::move(*connection));
    return std::move(*reply);
  }
  auto& failure = reply.error();
  if (!failure.lost) {
    turn.rejected(std::move(*connection), failure.message);
    return tl::unexpected(Error{std::move(failure.message)});
  }
  turn.failed(failure.message);
  const bool unknown = failure.code.empty();
  return tl::unexpected(
      Error{failure.message + (unknown ? "; it is unknown whether Redis ran the command" : "")});
}

std::string Redis::problem() const {
  const std::lock_guard lock(state_->mutex);
  return state_->left_because.empty() ? state_->rejected_because : state_->left_because;
}

std::string Redis::server() const { return state_->shown_server(); }

}  // namespace storage
