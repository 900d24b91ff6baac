// SPDX-License-Identifier: Apache-2.0
// Any file, plain or compressed, is an array of the dimensions asked for or a DataError.
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "host/data/idx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const int fd = memfd_create("idx", 0);
  if (fd < 0 || write(fd, data + 1, size - 1) != static_cast<ssize_t>(size - 1)) {
    std::abort();
  }
  const size_t dimensions = data[0] % 4;
  try {
    const auto array = photic::host::read_idx("/proc/self/fd/" + std::to_string(fd), dimensions);
    uint64_t values = 1;
    for (const uint32_t extent : array.dims) {
      values *= extent;
    }
    if (array.dims.size() != dimensions || array.values.size() != values) {
      std::abort();
    }
  } catch (const photic::host::DataError&) {
    close(fd);
    return 0;
  }
  close(fd);
  return 0;
}
