// SPDX-License-Identifier: Apache-2.0
// Which pieces a network is cut into and which pieces share a core, by all memories.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "host/snn/lower.h"

namespace photic::host::snn {

/// The memories of a core, as a piece or a core uses them.
struct Demand {
  enum Memory : size_t { kNeurons, kAxons, kSynapseWords, kWalks, kFanoutWords, kCount };
  std::array<size_t, kCount> used{};

  static Demand capacity(const abi::SpuPreset& preset);
  static const char* name(size_t memory);
  /// The demand of both in one core, neurons starting on a multiple of `lanes`.
  Demand with(const Demand& other, size_t lanes) const;
  bool fits(const Demand& capacity) const;
  /// The memory with the largest share of its capacity, and that share.
  std::pair<size_t, double> tightest(const Demand& capacity) const;
};

struct Partition {
  std::vector<LoweredPiece> pieces;
  std::vector<Demand> demands;             // of each piece
  std::vector<std::vector<size_t>> cores;  // pieces of each core in use, in the order of their neurons
};

struct PartitionOptions {
  /// Populations whose neurons send to the host too.
  std::vector<bool> listened;
  /// Puts pieces together on as few cores as they fit, even where there are cores left for each.
  bool fewest_cores = false;
  /// Called now and then with the share of the work done; returns false to end with SnnError (kCancelled).
  std::function<bool(double)> progress;
};

/// Cuts every population into the fewest pieces that fit a core, then puts pieces together if there are more
/// than cores. Deterministic. Throws SnnError: kDoesNotFit naming what ran out, where and by how much, and
/// what lower() throws.
Partition partition(const IntegerNetwork& network, const abi::SpuPreset& preset,
                    const PartitionOptions& options);

}  // namespace photic::host::snn
