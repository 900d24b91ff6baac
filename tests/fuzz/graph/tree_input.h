// SPDX-License-Identifier: Apache-2.0
// A fuzzer's bytes as the tree of an HDF5 file, by the decoder that reads the reading process.
#pragma once

#include <algorithm>
#include <optional>

#include "host/hdf5/codec.h"

namespace photic::fuzz {

/// The tree, or nothing where the bytes are none.
inline std::optional<host::hdf5::Group> tree_from(const uint8_t* data, size_t size) {
  struct Ends {};
  std::span<const uint8_t> left(data, size);
  host::hdf5::Limits limits;
  limits.bytes = uint64_t{1} << 20;
  limits.objects = 1000;
  host::hdf5::Decoder decoder(
      [&](std::span<uint8_t> piece) {
        if (piece.size() > left.size()) {
          throw Ends();
        }
        std::copy_n(left.begin(), piece.size(), piece.begin());
        left = left.subspan(piece.size());
      },
      "input", limits);
  try {
    return decoder.run();
  } catch (const host::hdf5::Hdf5Error&) {
    return std::nullopt;
  } catch (const Ends&) {
    return std::nullopt;
  }
}

}  // namespace photic::fuzz
