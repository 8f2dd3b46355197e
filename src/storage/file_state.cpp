#include "storage/file_state.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string_view>

#include "os/file_descriptor.hpp"
#include "storage/database_file.hpp"
#include "storage/migrations.hpp"

namespace storage {
namespace {

// sqlite.org/fileformat2.html: the header of a file, and its bytes that are used for locks.
constexpr std::string_view magic("SQLite format 3\0", 16);
constexpr std::size_t header_size = 100;
constexpr std::size_t version_at = 60;
constexpr std::size_t mark_at = 68;
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

using Header = std::array<char, header_size>;

/// Most significant byte first.
std::int64_t number_at(const Header& header, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = offset; i < offset + sizeof number; ++i) {
    number = (number << 8U) | static_cast<unsigned char>(header.at(i));
  }
  return static_cast<std::int32_t>(number);
}

FileState state_of(const Header& header) {
  const auto mark = number_at(header, mark_at);
  const auto version = number_at(header, version_at);
  // A file without application id is checked further when it is opened.
  if (mark != application_id && (mark != 0 || version != 0)) return FileState::foreign;
  if (version > static_cast<std::int64_t>(migrations().size())) return FileState::newer;
  return FileState::usable;
}

FileState state_of(int file) {
  struct stat about {};
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) return FileState::inaccessible;
  if (about.st_uid != geteuid()) return FileState::of_another_user;
  if (is_locked(file)) return FileState::in_use;
  Header header{};
  const auto size = pread(file, header.data(), header.size(), 0);
  if (size < 0) return FileState::inaccessible;
  // An empty file becomes a database.
  if (size == 0) return FileState::usable;
  const std::string_view read(header.data(), static_cast<std::size_t>(size));
  return read.starts_with(magic) ? state_of(header) : FileState::damaged;
}

}  // namespace

FileState inspect_file(const std::string& path) {
  if (is_for_sqlite(path)) return FileState::not_a_path;
  const os::FileDescriptor file(
      ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (file.get() >= 0) return state_of(file.get());
  if (errno == ELOOP) return FileState::symbolic_link;
  return errno == ENOENT ? FileState::missing : FileState::inaccessible;
}

}  // namespace storage
