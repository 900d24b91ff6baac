// SPDX-License-Identifier: Apache-2.0
// A network that goes on from where it is: steps, snapshots, and the way back.
#include <cstring>

#include "host/snn/runner.h"
#include "host/snn/runner_batch.h"

namespace photic::host::snn {

RunResult Runner::advance(const SpikeTrain& inputs, const RunOptions& options) {
  need_state();
  RunResult result;
  Batch batch = batch_for(inputs, options, result);
  batch.samples = std::span(&inputs, 1);
  batch.goes_on = true;
  batch.step = step_;
  result.samples = 1;
  result.cycles = run_batch(batch);
  take_records(batch, result);
  step_ += inputs.steps;
  return result;
}

void Runner::rewind() {
  with_device(uri_, [&] { attempt([&] { queue_.clear(PHOTIC_SPU_CLEAR_STATE).wait(); }); });
  state_lost_ = false;
  step_ = 0;
}

/// All words of a region, of every core or of the input/output unit, from or to the device.
void Runner::copy_region(abi::SpuRegion region, bool io, std::vector<uint64_t>& words, bool to_device) {
  const uint32_t cores = program_.preset.cores();
  photic_spu_memory_desc desc = spu_memory_desc();
  desc.core = io ? cores : 0;
  desc.cores = io ? 1 : cores;
  desc.region = static_cast<uint32_t>(region);
  desc.words = program_.preset.region_words(region, io);
  const size_t total = size_t{desc.words} * desc.cores;
  const photic::Buffer buffer = device_.allocate(8 * total);
  desc.buffer = buffer.get();
  if (to_device) {
    std::memcpy(buffer.data(), words.data(), 8 * total);
    queue_.write(desc).wait();
  } else {
    queue_.read(desc).wait();
    words.resize(total);
    std::memcpy(words.data(), buffer.data(), 8 * total);
  }
}

Snapshot Runner::snapshot() {
  need_state();
  Snapshot result;
  result.step = step_;
  with_device(uri_, [&] {
    copy_region(abi::SpuRegion::STATE, false, result.states, false);
    copy_region(abi::SpuRegion::ACCUMULATOR, false, result.accumulators, false);
    copy_region(abi::SpuRegion::ACCUMULATOR, true, result.outputs, false);
  });
  return result;
}

void Runner::restore(const Snapshot& snapshot) {
  const abi::SpuPreset& preset = program_.preset;
  const size_t cores = preset.cores();
  if (snapshot.states.size() != cores * preset.region_words(abi::SpuRegion::STATE, false) ||
      snapshot.accumulators.size() != cores * preset.region_words(abi::SpuRegion::ACCUMULATOR, false) ||
      snapshot.outputs.size() != preset.region_words(abi::SpuRegion::ACCUMULATOR, true)) {
    throw SnnError(SnnError::Kind::kBadOption, "snapshot", "", "is of another geometry",
                   "restore snapshots of the program they were taken from");
  }
  Snapshot words = snapshot;
  with_device(uri_, [&] {
    attempt([&] {
      copy_region(abi::SpuRegion::STATE, false, words.states, true);
      copy_region(abi::SpuRegion::ACCUMULATOR, false, words.accumulators, true);
      copy_region(abi::SpuRegion::ACCUMULATOR, true, words.outputs, true);
    });
  });
  state_lost_ = false;
  step_ = snapshot.step;
}

}  // namespace photic::host::snn
