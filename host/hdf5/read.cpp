// SPDX-License-Identifier: Apache-2.0
// The trusting library in a child, the distrustful decoder here.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "host/hdf5/child.h"
#include "host/hdf5/codec.h"
#include "host/hdf5/errors.h"
#include "host/hdf5/library_reader.h"

namespace photic::host::hdf5 {
namespace {

void check_file(const std::string& name, const Limits& limits) {
  struct stat info {};
  if (stat(name.c_str(), &info) != 0 || access(name.c_str(), R_OK) != 0) {
    throw IoError(name, std::string("cannot be read: ") + std::strerror(errno),
                  "check the path and its permissions");
  }
  if (!S_ISREG(info.st_mode)) {
    throw IoError(name, "is not a file", "give the path of a file");
  }
  if (static_cast<uint64_t>(info.st_size) > limits.file_bytes) {
    throw Hdf5Error(
        Hdf5Error::Kind::kTooLarge, name, "",
        "has " + std::to_string(info.st_size) + " bytes, more than " + std::to_string(limits.file_bytes),
        remedy(Hdf5Error::Kind::kTooLarge));
  }
}

}  // namespace

Group read(const std::filesystem::path& file, const Limits& limits) {
  const std::string name = file.string();
  check_file(name, limits);
  Child child(name, limits.memory_bytes, limits.seconds, [&](const Child::Put& put) {
    Encoder encoder(put);
    read_with_library(name, limits, encoder);
  });
  Decoder decoder([&](std::span<uint8_t> bytes) { child.get(bytes); }, name, limits);
  try {
    return decoder.run();
  } catch (const Child::Ended& ended) {
    throw Hdf5Error(Hdf5Error::Kind::kReaderDied, name, decoder.object(), ended.what,
                    remedy(Hdf5Error::Kind::kReaderDied));
  }
}

}  // namespace photic::host::hdf5
