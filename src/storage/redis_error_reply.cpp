#include "storage/redis_error_reply.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "text/utf8.hpp"

namespace storage {
namespace {

constexpr std::size_t longest_shown = 200;
constexpr std::size_t longest_code = 30;

struct Known {
  /// The first word, or a later word after a `-`: servers before Redis 7 wrap the error of a
  /// command inside a script. If empty, `text` is searched in the answer.
  std::string_view code;
  std::string_view text;
  bool of_server;
  std::string_view message;
};

constexpr std::string_view no_cluster =
    "Redis Cluster is not supported: name one server, or Sentinels with redis+sentinel://";
constexpr std::string_view no_permission =
    "Redis does not allow the user what the connector needs: grant it +@all -@dangerous +role, and "
    "the keys with the connector's prefix (ACL SETUSER)";
constexpr std::string_view wrong_password =
    "Redis rejected the user or the password: check both in the URL";
constexpr std::string_view no_password =
    "Redis has no password set: set one on the server, or remove it from the URL";

constexpr std::array<Known, 22> known_answers{{
    {"LOADING", "", true, "Redis is still loading its data: wait until it is done"},
    {"READONLY", "", true,
     "this Redis is a replica, which rejects writes: name the master, or Sentinels with "
     "redis+sentinel://"},
    {"MASTERDOWN", "", true,
     "this Redis is a replica that has lost its master: repair the replication, or name the "
     "master"},
    {"BUSY", "", true,
     "Redis is busy with a script of another client: wait until it ends, or end it with SCRIPT "
     "KILL"},
    {"NOAUTH", "", true, "Redis requires a password: add user and password to the URL"},
    {"WRONGPASS", "", true, wrong_password},
    {"", "invalid password", true, wrong_password},
    {"", "without any password configured", true, no_password},
    {"", "no password is set", true, no_password},
    {"DENIED", "", true,
     "Redis is in protected mode, which rejects clients of other hosts: set a password on the "
     "server"},
    {"", "max number of clients reached", true,
     "Redis accepts no more connections: raise its maxclients"},
    {"NOPERM", "", false, no_permission},
    {"", "The user executing the script can't", false, no_permission},
    {"", "ACL failure in script", false, no_permission},
    {"OOM", "", false, "the memory of Redis is full: raise its maxmemory"},
    {"MISCONF", "", false,
     "Redis rejects writes because it cannot save its data: check the disk of the server"},
    {"NOREPLICAS", "", false,
     "Redis rejects writes because too few replicas are connected: check them, or lower "
     "min-replicas-to-write"},
    {"MOVED", "", false, no_cluster},
    {"ASK", "", false, no_cluster},
    {"CROSSSLOT", "", false, no_cluster},
    {"CLUSTERDOWN", "", false, no_cluster},
    {"", "cluster mode", false, no_cluster},
}};

bool holds(std::string_view answer, std::string_view text) {
  return answer.find(text) != std::string_view::npos;
}

bool matches(const Known& known, std::string_view code, std::string_view answer) {
  if (known.code.empty()) return holds(answer, known.text);
  return code == known.code || (code == "ERR" && holds(answer, fmt::format(" -{} ", known.code)));
}

}  // namespace

RedisErrorReply read_redis_error_reply(std::string_view answer) {
  const auto code = answer.substr(0, answer.find(' '));
  RedisErrorReply error{.code = printable(code.substr(0, longest_code))};
  const auto* const known =
      std::find_if(known_answers.begin(), known_answers.end(),
                   [&](const Known& each) { return matches(each, code, answer); });
  error.known = known != known_answers.end();
  if (error.known) {
    error.message = known->message;
    error.of_server = known->of_server;
  } else {
    error.message = "Redis answered: " + printable(answer);
  }
  return error;
}

std::string printable(std::string_view text) {
  auto shown = text::shortened(text.substr(0, longest_shown + 1), longest_shown);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return shown;
}

}  // namespace storage
