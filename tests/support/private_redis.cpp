#include "support/private_redis.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "os/file_descriptor.hpp"
#include "support/files.hpp"
#include "support/http_server.hpp"

namespace support {
namespace {

constexpr std::chrono::seconds longest_start(20);

/// @param output the file descriptor of its standard output
pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const auto parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("a process cannot be started");
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  dup2(output, STDOUT_FILENO);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvp(words.front(), words.data());
  _exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

PrivateRedis::PrivateRedis(PrivateRedisOptions options) : options_(std::move(options)) {
  constexpr int attempts = 5;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    choose_ports();
    if (run()) return;
  }
  throw std::runtime_error("redis-server does not start (Debian: redis-server): " +
                           text_of(folder_.path() / "log"));
}

PrivateRedis::~PrivateRedis() { stop(); }

void PrivateRedis::choose_ports() {
  port_ = unused_port();
  if (options_.identity) tls_port_ = unused_port();
}

storage::RedisAddress PrivateRedis::address() const {
  storage::RedisAddress address;
  address.servers = {{"127.0.0.1", port_}};
  address.password = options_.password;
  return address;
}

void PrivateRedis::write_configuration() const {
  std::string text = fmt::format("bind 127.0.0.1\nport {}\ndir {}\nprotected-mode no\n", port_,
                                 folder_.path().string());
  if (!options_.sentinel) text += "save \"\"\nappendonly no\nrepl-diskless-sync-delay 0\n";
  if (!options_.password.empty()) text += fmt::format("requirepass {}\n", options_.password);
  if (options_.identity) {
    text += fmt::format("tls-port {}\ntls-auth-clients optional\n", tls_port_);
    text += "tls-cert-file " + folder_.write("tls.pem", options_.identity->certificate) + "\n";
    text += "tls-key-file " + folder_.write("tls.key", options_.identity->key) + "\n";
    text += "tls-ca-cert-file " + folder_.write("ca.pem", options_.identity->certificate) + "\n";
  }
  for (const auto& line : options_.settings) text += line + "\n";
  static_cast<void>(folder_.write("redis.conf", text));
}

bool PrivateRedis::run() {
  write_configuration();
  std::vector<std::string> command{"redis-server", folder_.path() / "redis.conf"};
  if (options_.sentinel) command.emplace_back("--sentinel");
  const os::FileDescriptor log(
      ::open((folder_.path() / "log").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  pid_ = spawn(command, log.get());
  const auto end = std::chrono::steady_clock::now() + longest_start;
  while (std::chrono::steady_clock::now() < end) {
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = 0;
      return false;
    }
    if (answers()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  stop();
  return false;
}

bool PrivateRedis::answers() const {
  const os::FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return false;
  }
  // Another process may have taken the port, and not answer.
  constexpr timeval patience{.tv_usec = 500'000};
  setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  constexpr std::string_view ping = "PING\r\n";
  if (::send(socket.get(), ping.data(), ping.size(), MSG_NOSIGNAL) < 0) return false;
  std::array<char, 64> buffer{};
  const auto got = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
  const std::string_view answer(buffer.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  return answer.starts_with("+PONG") || answer.starts_with("-NOAUTH");
}

void PrivateRedis::stop() {
  if (pid_ == 0) return;
  kill(pid_, SIGKILL);
  wait_for(std::exchange(pid_, 0));
}

void PrivateRedis::start() {
  constexpr int attempts = 5;
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (run()) return;
  }
  throw std::runtime_error("redis-server does not start again: " + text_of(folder_.path() / "log"));
}

void PrivateRedis::pause() const {
  kill(pid_, SIGSTOP);
  // Waits until the setting is in force.
  int status = 0;
  waitpid(pid_, &status, WUNTRACED);
}

void PrivateRedis::resume() const { kill(pid_, SIGCONT); }

std::string PrivateRedis::ask(const std::vector<std::string>& command) const {
  std::vector<std::string> words{"redis-cli", "-p", std::to_string(port_), "--no-auth-warning"};
  if (!options_.password.empty()) words.insert(words.end(), {"-a", options_.password});
  words.insert(words.end(), command.begin(), command.end());
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const os::FileDescriptor out(ends[0]);
  os::FileDescriptor in(ends[1]);
  const auto pid = spawn(words, in.get());
  in.reset();
  std::string answer;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(out.get(), buffer.data(), buffer.size())) > 0;) {
    answer.append(buffer.data(), static_cast<std::size_t>(got));
  }
  if (wait_for(pid) != 0) throw std::runtime_error("redis-cli failed: " + answer);
  while (answer.ends_with('\n')) answer.pop_back();
  return answer;
}

PrivateSentinel::PrivateSentinel(const PrivateRedis& master, PrivateSentinelOptions options)
    : options_(std::move(options)), process_([&] {
        const auto& name = options_.master;
        PrivateRedisOptions made{.sentinel = true};
        made.settings = {fmt::format("sentinel monitor {} 127.0.0.1 {} 1", name, master.port()),
                         fmt::format("sentinel down-after-milliseconds {} 500", name),
                         fmt::format("sentinel failover-timeout {} 3000", name)};
        if (!options_.password.empty()) {
          made.settings.push_back(fmt::format("sentinel auth-pass {} {}", name, options_.password));
        }
        if (options_.asks_for_password) made.password = options_.password;
        return made;
      }()) {}

storage::RedisAddress PrivateSentinel::address() const {
  auto address = process_.address();
  address.master = options_.master;
  address.password = options_.password;
  return address;
}

std::string PrivateSentinel::ask(std::vector<std::string> words) const {
  words.insert(words.begin(), "SENTINEL");
  return process_.ask(words);
}

std::uint16_t PrivateSentinel::master_port() const {
  const auto answer = ask({"get-master-addr-by-name", options_.master});
  return static_cast<std::uint16_t>(std::stoi(answer.substr(answer.find('\n') + 1)));
}

}  // namespace support
