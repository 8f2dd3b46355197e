// Preloaded into the program by a system test, to simulate a disk that hangs. While the file that
// HANGING_DISK_FILE names exists, every wait for the disk hangs, and is recorded in that file.
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

void hang_if_told() {
  const char* file = getenv("HANGING_DISK_FILE");
  const int descriptor = file == nullptr ? -1 : open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) return;
  static_cast<void>(!write(descriptor, "hangs", 5));
  while (true) pause();
}

}  // namespace

extern "C" int fsync(int descriptor) {
  hang_if_told();
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}

extern "C" int fdatasync(int descriptor) {
  hang_if_told();
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}
