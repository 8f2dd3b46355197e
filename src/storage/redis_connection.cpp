#include "storage/redis_connection.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#ifdef HIREDIS_TLS
#include <hiredis/hiredis_ssl.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#endif

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <new>
#include <numeric>
#include <utility>

#include "os/resolver.hpp"
#include "storage/redis_error_reply.hpp"

namespace storage {
namespace {

using Clock = std::chrono::steady_clock;

/// More time for a long answer: one megabyte per second is slow, but not stuck.
constexpr std::chrono::microseconds time_per_byte(1);
constexpr int deepest_list = 8;
/// An element needs 40 bytes of memory, and three bytes of a reply.
constexpr std::size_t bytes_per_element = 16;
/// The reader keeps its buffer for the next reply.
constexpr std::size_t kept_buffer = std::size_t{16} * 1024;

/// Limits that are left for an answer, and its state while it is read.
struct Reading {
  std::size_t elements_left = 0;
  bool too_large = false;
  bool is_error = false;
};

/// The place for the next value from hiredis' reader: a new reply, or an element of the current
/// list. The reader passes the returned pointer as `obj` of the task and to free_reply().
Reply* place_for(const redisReadTask* task) {
  if (task->parent == nullptr) return new Reply;
  auto& list = std::get<Reply::List>(static_cast<Reply*>(task->parent->obj)->value);
  return &list.at(static_cast<std::size_t>(task->idx));
}

/// @returns null after an exception: the reader then reports that memory is lacking
template <class Value>
void* put(const redisReadTask* task, Value&& value) {
  try {
    auto* const reply = place_for(task);
    reply->value = std::forward<Value>(value);
    return reply;
  } catch (const std::exception&) {
    return nullptr;
  }
}

void* put_string(const redisReadTask* task, char* text, std::size_t size) {
  if (task->type != REDIS_REPLY_STRING && task->type != REDIS_REPLY_STATUS &&
      task->type != REDIS_REPLY_ERROR) {
    return nullptr;
  }
  if (task->parent == nullptr && task->type == REDIS_REPLY_ERROR) {
    static_cast<Reading*>(task->privdata)->is_error = true;
  }
  try {
    return put(task, std::string(text, size));
  } catch (const std::exception&) {
    return nullptr;
  }
}

int depth_of(const redisReadTask* task) {
  int depth = 1;
  for (; task->parent != nullptr; task = task->parent) ++depth;
  return depth;
}

/// The number is an int before hiredis 1.0.
template <class Size>
void* put_list(const redisReadTask* task, Size size) {
  auto& reading = *static_cast<Reading*>(task->privdata);
  const auto elements = static_cast<std::size_t>(size);
  if (task->type != REDIS_REPLY_ARRAY || elements > reading.elements_left ||
      depth_of(task) > deepest_list) {
    reading.too_large = true;
    return nullptr;
  }
  reading.elements_left -= elements;
  try {
    return put(task, Reply::List(elements));
  } catch (const std::exception&) {
    return nullptr;
  }
}

void* put_number(const redisReadTask* task, long long number) {
  return put(task, std::int64_t{number});
}

void* put_nothing(const redisReadTask* task) { return put(task, std::monostate{}); }

void free_reply(void* reply) { delete static_cast<Reply*>(reply); }

redisReplyObjectFunctions* functions() {
  static redisReplyObjectFunctions all = [] {
    redisReplyObjectFunctions made{};
    made.createString = &put_string;
    made.createArray = &put_list;
    made.createInteger = &put_number;
    made.createNil = &put_nothing;
#if HIREDIS_MAJOR >= 1
    // For a later protocol, which is never requested.
    made.createDouble = [](const redisReadTask*, double, char*, std::size_t) -> void* {
      return nullptr;
    };
    made.createBool = [](const redisReadTask*, int) -> void* { return nullptr; };
#endif
    made.freeObject = &free_reply;
    return made;
  }();
  return &all;
}

/// Prevents SIGPIPE from ending the process when the other side closes the connection: hiredis and
/// OpenSSL write without MSG_NOSIGNAL.
class BrokenPipeIgnored final {
 public:
  BrokenPipeIgnored() {
    sigemptyset(&signal_);
    sigaddset(&signal_, SIGPIPE);
    sigset_t pending;
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &signal_, &before_);
  }
  ~BrokenPipeIgnored() {
    const auto kept = errno;
    constexpr timespec at_once{};
    if (!was_pending_) {
      while (sigtimedwait(&signal_, nullptr, &at_once) == -1 && errno == EINTR) {
      }
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    errno = kept;
  }
  BrokenPipeIgnored(const BrokenPipeIgnored&) = delete;
  BrokenPipeIgnored& operator=(const BrokenPipeIgnored&) = delete;

 private:
  sigset_t signal_{};
  sigset_t before_{};
  bool was_pending_ = false;
};

struct FreeContext {
  void operator()(redisContext* context) const { redisFree(context); }
};
using Context = std::unique_ptr<redisContext, FreeContext>;

timeval as_timeval(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return {.tv_sec = seconds.count(), .tv_usec = std::chrono::microseconds(time - seconds).count()};
}

tl::unexpected<RedisFailure> unreachable(const RedisServer& server, std::string_view reason) {
  return tl::unexpected(RedisFailure{
      fmt::format("Redis at {} cannot be reached ({}): check that it runs and can be reached",
                  shown(server), printable(reason))});
}

#ifdef HIREDIS_TLS
RedisResult<void> begin_tls(redisContext& context, const RedisServer& server, const RedisTls& tls) {
  auto session = tls.session(server.host);
  if (!session) return unreachable(server, "OpenSSL cannot be used");
  const BrokenPipeIgnored ignored;
  if (redisInitiateSSL(&context, session.get()) != REDIS_OK) {
    const auto verified = SSL_get_verify_result(session.get());
    return tl::unexpected(RedisFailure{fmt::format(
        "the TLS handshake with Redis at {} failed ({}): check its certificate, the TLS settings, "
        "and that the port is for TLS",
        shown(server),
        verified == X509_V_OK ? printable(context.errstr)
                              : X509_verify_cert_error_string(verified))});
  }
  static_cast<void>(session.release());
  return {};
}
#else
RedisResult<void> begin_tls(redisContext&, const RedisServer& server, const RedisTls&) {
  return unreachable(server, "without TLS");
}
#endif

}  // namespace

struct RedisConnection::Handle {
  std::chrono::milliseconds timeout;
  std::size_t longest_answer;
  Reading reading;
  Context context;

  [[nodiscard]] tl::unexpected<RedisFailure> silent() const {
    return tl::unexpected(RedisFailure{fmt::format(
        "Redis did not answer within {} ms: check its load, and the network", timeout.count())});
  }

  /// Why the last use of the context failed.
  [[nodiscard]] tl::unexpected<RedisFailure> failure() const {
    const int error = context->err == REDIS_ERR_IO ? errno : -1;
    if (error == EAGAIN || error == EWOULDBLOCK) return silent();
    // OpenSSL does not set errno if the other side closes without a TLS close_notify.
    if (context->err == REDIS_ERR_EOF || error == ECONNRESET || error == EPIPE || error == 0) {
      return tl::unexpected(RedisFailure{
          "Redis closed the connection: check that it runs, and whether its port is for TLS"});
    }
    return tl::unexpected(RedisFailure{
        fmt::format("the connection to Redis failed ({})", printable(context->errstr))});
  }

  /// Why the reader failed.
  [[nodiscard]] tl::unexpected<RedisFailure> unreadable() const {
    if (reading.too_large) {
      return tl::unexpected(RedisFailure{
          fmt::format("Redis answered with more than {} elements or {} levels: check that nothing "
                      "else writes the connector's keys",
                      longest_answer / bytes_per_element, deepest_list)});
    }
    return tl::unexpected(
        RedisFailure{fmt::format("what answers is not Redis ({}): check host and port",
                                 printable(context->reader->errstr))});
  }

  RedisResult<void> send(const std::vector<std::string_view>& words) {
    std::vector<const char*> starts;
    std::vector<std::size_t> sizes;
    for (const auto word : words) {
      starts.push_back(word.data() == nullptr ? "" : word.data());
      sizes.push_back(word.size());
    }
    const BrokenPipeIgnored ignored;
    if (redisAppendCommandArgv(context.get(), static_cast<int>(words.size()), starts.data(),
                               sizes.data()) != REDIS_OK) {
      return failure();
    }
    constexpr std::size_t bytes_per_second = 1'000'000;
    const auto bytes = std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
    const auto deadline = Clock::now() + timeout + std::chrono::seconds(bytes / bytes_per_second);
    for (int done = 0; done == 0;) {
      if (redisBufferWrite(context.get(), &done) != REDIS_OK) return failure();
      if (done == 0 && Clock::now() > deadline) {
        return tl::unexpected(RedisFailure{"Redis does not read in time: check the network"});
      }
    }
    return {};
  }

  [[nodiscard]] bool has_input() const {
    pollfd waiting{.fd = context->fd, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, 0) > 0;
  }

  /// Replaces the reader, and so frees its buffer.
  void renew_reader() {
    auto* const fresh = redisReaderCreateWithFunctions(functions());
    if (fresh == nullptr) throw std::bad_alloc();
    redisReaderFree(context->reader);
    context->reader = fresh;
    context->reader->privdata = &reading;
  }

  RedisResult<std::unique_ptr<Reply>> receive() {
    auto& reader = *context->reader;
    const auto deadline = Clock::now() + timeout;
    reading = {.elements_left = longest_answer / bytes_per_element};
    std::size_t received = 0;
    bool late = false;
    while (true) {
      void* read = nullptr;
      if (redisReaderGetReply(&reader, &read) != REDIS_OK) return unreadable();
      if (read != nullptr) {
        std::unique_ptr<Reply> reply(static_cast<Reply*>(read));
        if (reader.pos == reader.len) {
          if (received > kept_buffer) renew_reader();
          return reply;
        }
        return tl::unexpected(
            RedisFailure{"what answers is not Redis (it sends more than one answer): check host "
                         "and port"});
      }
      if (received > longest_answer) {
        return tl::unexpected(RedisFailure{
            fmt::format("Redis answered with more than {} bytes: check that nothing else writes "
                        "the connector's keys",
                        longest_answer)});
      }
      if (Clock::now() >= deadline + received * time_per_byte) {
        // If the process was paused, the answer may have come in time: read once more.
        if (std::exchange(late, true) || !has_input()) return silent();
      }
      const auto before = reader.len;
      const BrokenPipeIgnored ignored;
      if (redisBufferRead(context.get()) != REDIS_OK) {
        return reader.err == 0 ? failure() : unreadable();
      }
      received += reader.len - before;
    }
  }
};

RedisConnection::RedisConnection(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
RedisConnection::~RedisConnection() = default;

RedisResult<std::unique_ptr<RedisConnection>> RedisConnection::open(
    const RedisServer& server, std::chrono::milliseconds timeout, std::size_t longest_answer,
    const RedisTls* tls) {
  // hiredis would wait for the name server without a limit.
  const auto name = os::resolve(server.host, timeout);
  if (name.addresses.empty()) return unreachable(server, name.error);
  Context context;
  for (const auto& address : name.addresses) {
    context.reset(redisConnectWithTimeout(address.c_str(), server.port, as_timeval(timeout)));
    if (context && context->err == 0) break;
  }
  if (!context) return unreachable(server, "out of memory");
  if (context->err != 0) return unreachable(server, context->errstr);
  fcntl(context->fd, F_SETFD, FD_CLOEXEC);
  if (redisSetTimeout(context.get(), as_timeval(timeout)) != REDIS_OK ||
      redisEnableKeepAlive(context.get()) != REDIS_OK) {
    return unreachable(server, context->errstr);
  }
  if (tls != nullptr) {
    if (auto begun = begin_tls(*context, server, *tls); !begun) {
      return tl::unexpected(std::move(begun.error()));
    }
  }
  auto handle =
      std::make_unique<Handle>(Handle{timeout, longest_answer, Reading{}, std::move(context)});
  handle->renew_reader();
  return std::unique_ptr<RedisConnection>(new RedisConnection(std::move(handle)));
}

void RedisConnection::limit_replies(std::size_t longest_answer) {
  handle_->longest_answer = longest_answer;
}

RedisResult<Reply> RedisConnection::ask(const std::vector<std::string_view>& words,
                                        Sensitivity kind) {
  if (auto sent = handle_->send(words); !sent) return tl::unexpected(std::move(sent.error()));
  auto answer = handle_->receive();
  if (!answer) return tl::unexpected(std::move(answer.error()));
  if (!handle_->reading.is_error) return std::move(**answer);
  auto error = read_redis_error_reply((*answer)->text());
  if (kind == Sensitivity::secret && !error.known) {
    error.message =
        fmt::format("Redis rejected {}: check user and password in the URL", words.front());
  }
  return tl::unexpected(
      RedisFailure{std::move(error.message), std::move(error.code), error.of_server});
}

bool RedisConnection::is_quiet() const {
  pollfd watched{handle_->context->fd, POLLIN, 0};
  return ::poll(&watched, 1, 0) == 0;
}

bool redis_has_tls() {
#ifdef HIREDIS_TLS
  return true;
#else
  return false;
#endif
}

std::string redis_library() {
  return fmt::format("hiredis {}.{}.{}", HIREDIS_MAJOR, HIREDIS_MINOR, HIREDIS_PATCH);
}

}  // namespace storage
