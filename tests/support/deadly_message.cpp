// Preloaded into the program by a system test: a message whose parsing kills the process. Once the
// store records that the message with the digest in DEADLY_MESSAGE_FILE is being parsed, the
// process is killed; not if only its ids are searched.
#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
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

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

using Bind = int (*)(void*, int, const char*, std::uint64_t, void (*)(void*), unsigned char);
using Step = int (*)(void*);

}  // namespace

// SQLite's functions that these replace.
extern "C" int sqlite3_bind_text64(void* statement, int at, const char* text, std::uint64_t size,
                                   void (*free)(void*), unsigned char encoding) {
  static const auto real = next<Bind>("sqlite3_bind_text64");
  look_at({text, size});
  return real(statement, at, text, size, free, encoding);
}

extern "C" int sqlite3_step(void* statement) {
  static const auto real = next<Step>("sqlite3_step");
  const int result = real(statement);
  if (armed) ::kill(::getpid(), SIGKILL);
  return result;
}
