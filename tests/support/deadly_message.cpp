// Preloaded into the program by a system test, to simulate a message whose parsing takes memory
// without end. Once the store records that the message with the digest in DEADLY_MESSAGE_FILE is
// being parsed, the process takes memory until the kernel kills it at the test's limit. It takes
// none if the message is only searched for its ids.
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view reading = "the process ended while it read this message";
constexpr std::string_view searching =
    "the process ended while it searched this message for its ids";

thread_local bool about_it = false;
thread_local bool armed = false;
std::atomic<bool> harmless = false;

std::string deadly_digest() {
  const char* path = std::getenv("DEADLY_MESSAGE_FILE");
  std::string digest;
  if (path != nullptr) std::ifstream(path) >> digest;
  return digest;
}

void look_at(std::string_view text) {
  constexpr std::size_t digits = 64;
  if (text.size() == digits) about_it = text == deadly_digest();
  if (!about_it) return;
  if (text == searching) harmless = true;
  armed = text == reading && !harmless;
}

// Without a limit on its memory the process is killed before it harms the machine.
[[noreturn]] void take_memory_until_killed() {
  constexpr std::size_t most = std::size_t{1} << 30;
  constexpr std::size_t block = std::size_t{4} << 20;
  for (std::size_t taken = 0; taken < most; taken += block) {
    void* memory = std::malloc(block);
    if (memory == nullptr) break;
    std::memset(memory, 1, block);
  }
  ::kill(::getpid(), SIGKILL);
  std::abort();
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

using Bind = int (*)(void*, int, const char*, std::uint64_t, void (*)(void*), unsigned char);
using Step = int (*)(void*);

}  // namespace

// The functions of SQLite that these replace.
extern "C" int sqlite3_bind_text64(void* statement, int at, const char* text, std::uint64_t size,
                                   void (*free)(void*), unsigned char encoding) {
  static const auto real = next<Bind>("sqlite3_bind_text64");
  look_at({text, size});
  return real(statement, at, text, size, free, encoding);
}

extern "C" int sqlite3_step(void* statement) {
  static const auto real = next<Step>("sqlite3_step");
  const int result = real(statement);
  if (armed) take_memory_until_killed();
  return result;
}
