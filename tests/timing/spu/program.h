// SPDX-License-Identifier: Apache-2.0
// A host that programs one spiking processing unit and runs it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "drivers/abi/descriptors.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/numerics.h"
#include "drivers/abi/spiking.h"
#include "tests/timing/opu/host_bench.h"

namespace photic::test {

/// A run as the ring takes it; sets its opcode.
abi::Submission as_submission(abi::SpuRun run);

/// How a device is built.
struct SpuOptions {
  std::string_view preset = "tiny";
  std::optional<uint64_t> stall_seed = {};
  bool skip = true;
};

/// A SystemC device with queue 0 open, and the commands a test needs.
class SpuBench : public HostBench {
 public:
  explicit SpuBench(const SpuOptions& options);
  /// Any device of this geometry.
  SpuBench(const abi::SpuPreset& preset, const MakeDevice& make) : HostBench(make), preset_(preset) {}

  const abi::SpuPreset& preset() const { return preset_; }
  uint32_t io() const { return preset_.cores(); }

  /// Writes words of a region of one unit; fails the test unless the status is OK. Returns the completion.
  abi::Completion write(uint32_t unit, abi::SpuRegion region, uint32_t word,
                        const std::vector<uint64_t>& words);
  /// Reads words of a region of one unit.
  std::vector<uint64_t> read(uint32_t unit, abi::SpuRegion region, uint32_t word, uint32_t words);
  uint64_t counter(uint32_t unit, abi::SpuCounter counter);
  /// Clears states and counters.
  abi::Completion clear(uint8_t what = abi::SPU_CLEAR_STATE | abi::SPU_CLEAR_COUNTERS);
  abi::Completion run(const abi::SpuRun& run);
  abi::Completion execute(const abi::SpuMemory& command);

  /// A unit's CONFIG.
  void configure(uint32_t unit, uint32_t neurons, uint32_t axons);
  /// `entries` become the fan-out of neuron (or source) `n`, from entry `base` on; `base` is even.
  void fan_out(uint32_t unit, uint32_t n, uint32_t base, const std::vector<abi::SpuFanout>& entries);
  /// Steps of an input stream at kSource; returns its words.
  uint32_t stream(const std::vector<std::vector<abi::SpuEvent>>& steps);

 private:
  abi::SpuPreset preset_;
};

/// A neuron that fires whenever its input exceeds `threshold`, and forgets everything else.
std::vector<uint64_t> relay_neuron(int32_t threshold, abi::SpuEmit emit = abi::SpuEmit::SPIKE);

/// An entry that leads from unit (x, y) to `axon` of core (to_x, to_y); the input/output unit counts from
/// (0, 0).
abi::SpuFanout to_core(int32_t x, int32_t y, int32_t to_x, int32_t to_y, uint32_t axon);
/// An entry that leads from core (x, y) to `output`.
abi::SpuFanout to_output(int32_t x, int32_t y, uint32_t output);

}  // namespace photic::test
