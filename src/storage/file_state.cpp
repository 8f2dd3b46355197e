#include "storage/file_state.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace storage {
namespace {

// sqlite.org/fileformat2.html: how a file begins, and which of its bytes stand for locks.
constexpr std::string_view magic("SQLite format 3\0", 16);
constexpr off_t first_lock_byte = 0x40000000;
constexpr off_t lock_bytes = 512;

bool is_locked(int file) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = first_lock_byte;
  lock.l_len = lock_bytes;
  return fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

FileState state_of(int file) {
  struct stat about {};
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return FileState::inaccessible;
  if (is_locked(file)) return FileState::in_use;
  std::array<char, magic.size()> begin{};
  const auto size = pread(file, begin.data(), begin.size(), 0);
  if (size < 0) return FileState::inaccessible;
  // An empty file becomes a database.
  const std::string_view read(begin.data(), static_cast<std::size_t>(size));
  return read.empty() || read == magic ? FileState::usable : FileState::damaged;
}

}  // namespace

FileState look_at_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return errno == ENOENT ? FileState::missing : FileState::inaccessible;
  const auto state = state_of(file);
  ::close(file);
  return state;
}

}  // namespace storage
