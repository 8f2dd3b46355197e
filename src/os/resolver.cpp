#include "os/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <condition_variable>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "os/thread.hpp"

namespace os {
namespace {

constexpr std::size_t max_lookups = 16;

/// One name that a thread resolves, shared by that thread and all who wait for it.
struct Lookup {
  bool done = false;
  Resolution result;
};

/// The running lookups. The threads own it too.
struct Lookups {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::map<std::string, std::shared_ptr<Lookup>> running;
};

struct AddressesDeleter {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

Resolution ask_system(const std::string& host, int flags) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0) {
    return {.addresses = {}, .error = gai_strerror(code)};
  }
  const std::unique_ptr<addrinfo, AddressesDeleter> list(found);
  Resolution out;
  for (const addrinfo* each = list.get(); each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                    NI_NUMERICHOST) == 0) {
      out.addresses.emplace_back(text.data());
    }
  }
  if (out.addresses.empty()) out.error = "the name has no address";
  return out;
}

void look_up(const std::shared_ptr<Lookups>& lookups, const std::shared_ptr<Lookup>& lookup,
             const std::string& host) {
  Resolution result;
  try {
    result = ask_system(host, 0);
  } catch (const std::exception&) {
    result.addresses.clear();
  }
  if (result.addresses.empty() && result.error.empty()) result.error = "out of memory";
  const std::lock_guard lock(lookups->mutex);
  lookup->result = std::move(result);
  lookup->done = true;
  lookups->running.erase(host);
  lookups->changed.notify_all();
}

}  // namespace

Resolution resolve(const std::string& host, std::chrono::milliseconds limit,
                   const std::stop_token& stop) {
  if (auto numeric = ask_system(host, AI_NUMERICHOST); numeric.error.empty()) return numeric;

  static const auto lookups = std::make_shared<Lookups>();
  std::unique_lock lock(lookups->mutex);
  std::shared_ptr<Lookup> lookup;
  if (const auto running = lookups->running.find(host); running != lookups->running.end()) {
    lookup = running->second;
  } else if (lookups->running.size() >= max_lookups) {
    return {.addresses = {}, .error = "too many names are being resolved"};
  } else {
    lookup = std::make_shared<Lookup>();
    const auto entry = lookups->running.emplace(host, lookup).first;
    try {
      Thread({.name = "resolver", .failed = {}}, [all = lookups, lookup,
                                                  host](const std::stop_token&) {
        look_up(all, lookup, host);
      }).leave();
    } catch (const std::exception& failed) {
      lookups->running.erase(entry);
      return {.addresses = {}, .error = failed.what()};
    }
  }
  if (!lookups->changed.wait_for(lock, stop, limit, [&] { return lookup->done; })) {
    return {
        .addresses = {}, .error = "the name server did not answer in time", .ended_early = true};
  }
  return lookup->result;
}

}  // namespace os
