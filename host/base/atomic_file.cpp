// SPDX-License-Identifier: Apache-2.0
// Temporary file, fsync, rename.
#include "host/base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "host/base/error.h"

namespace photic::host {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const char* action, int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  throw IoError(path.string(), std::string(action) + ": " + std::strerror(error),
                full ? "free some space and try again; the previous file is intact"
                     : "check the folder exists and may be written to");
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// 0, or errno of the call that failed.
int write_all(int fd, const std::vector<std::span<const uint8_t>>& parts) {
  for (std::span<const uint8_t> part : parts) {
    while (!part.empty()) {
      const ssize_t written = ::write(fd, part.data(), part.size());
      if (written < 0) {
        if (errno == EINTR) {
          continue;
        }
        return errno;
      }
      part = part.subspan(static_cast<size_t>(written));
    }
  }
  return ::fsync(fd) == 0 ? 0 : errno;
}

}  // namespace

void write_atomically(const std::filesystem::path& path, const std::vector<std::span<const uint8_t>>& parts) {
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const std::filesystem::path temporary =
      folder / (path.filename().string() + ".part" + std::to_string(::getpid()));
  int error = 0;
  {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (file.get() < 0) {
      fail(path, "cannot create a file beside it", errno);
    }
    error = write_all(file.get(), parts);
  }
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) {
    error = errno;
  }
  if (error != 0) {
    ::unlink(temporary.c_str());
    fail(path, "cannot be written", error);
  }
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) {
    fail(path, "its folder cannot be synchronised", errno);
  }
}

void write_atomically(const std::filesystem::path& path, std::string_view text) {
  write_atomically(path, {{reinterpret_cast<const uint8_t*>(text.data()), text.size()}});
}

}  // namespace photic::host
