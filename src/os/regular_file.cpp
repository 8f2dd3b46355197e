#include "os/regular_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "os/file_descriptor.hpp"

namespace os {
namespace {

tl::unexpected<std::string> failure(std::string why) { return tl::unexpected(std::move(why)); }

tl::unexpected<std::string> cannot_read(int error) {
  return failure(fmt::format("cannot be read ({})",
                             std::error_code(error, std::generic_category()).message()));
}

}  // namespace

tl::expected<std::string, std::string> read_regular_file(const std::string& path,
                                                         std::size_t limit) {
  // O_NONBLOCK: opening a pipe would wait for its other end.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.get() < 0) return cannot_read(errno);
  struct stat about {};
  if (fstat(file.get(), &about) != 0) return cannot_read(errno);
  if (S_ISDIR(about.st_mode)) return failure("is a folder");
  if (!S_ISREG(about.st_mode)) return failure("is not a regular file");

  std::string text(limit + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(errno);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > limit) return failure(fmt::format("is longer than {} bytes", limit));
  text.resize(size);
  return text;
}

}  // namespace os
