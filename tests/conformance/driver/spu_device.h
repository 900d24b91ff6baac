// SPDX-License-Identifier: Apache-2.0
// The fixture of the conformance tests of spiking processing units: loads the small program and runs it.
#pragma once

#include <algorithm>
#include <bit>
#include <vector>

#include "tests/conformance/driver/open_device.h"
#include "tests/conformance/driver/spu_program.h"

namespace photic::test {

/// The geometry of the devices under test.
inline const abi::SpuPreset& tiny = *abi::find_spu_preset("tiny");

class SpuDevice : public OpenDevice {
 protected:
  static photic_spu_memory_desc at(const Buffer& buffer, uint32_t core, abi::SpuRegion region, size_t words) {
    photic_spu_memory_desc desc = spu_memory_desc();
    desc.buffer = buffer.get();
    desc.core = core;
    desc.cores = 1;
    desc.region = static_cast<uint32_t>(region);
    desc.words = static_cast<uint32_t>(words);
    return desc;
  }

  void write(uint32_t core, abi::SpuRegion region, const std::vector<uint64_t>& words,
             uint32_t first = 0) const {
    std::copy(words.begin(), words.end(), source.as<uint64_t>().begin());
    photic_spu_memory_desc desc = at(source, core, region, words.size());
    desc.word = first;
    queue.write(desc).wait(kLimit);
  }

  std::vector<uint64_t> read(uint32_t core, abi::SpuRegion region, size_t words) const {
    queue.read(at(destination, core, region, words)).wait(kLimit);
    const auto found = destination.as<uint64_t>();
    return {found.begin(), found.begin() + static_cast<ptrdiff_t>(words)};
  }

  void load() const {
    for (const RegionWords& part : program.regions()) {
      write(part.core, part.region, part.words);
    }
  }

  // Steps with one event each, or none where the payload is 0.
  photic_spu_run_desc steps(const std::vector<int32_t>& payloads) const {
    const std::vector<uint64_t> stream = SmallProgram::stream(payloads);
    std::copy(stream.begin(), stream.end(), source.as<uint64_t>().begin());
    photic_spu_run_desc desc = spu_run_desc();
    desc.source = source.get();
    desc.source_words = static_cast<uint32_t>(stream.size());
    desc.steps = static_cast<uint32_t>(payloads.size());
    desc.clear_first = 1;
    return desc;
  }

  photic_spu_run_desc recorded(photic_spu_run_desc desc, uint32_t record, uint32_t period = 1) const {
    desc.record = record;
    desc.period = period;
    desc.destination = destination.get();
    if (record == PHOTIC_SPU_RECORD_STATES) {
      desc.probe_core = program.core;
      desc.probe_neurons = SmallProgram::kNeurons;
    } else {
      desc.outputs = SmallProgram::kNeurons;
    }
    return desc;
  }

  using OpenDevice::run;
  photic_status run(const photic_spu_run_desc& desc) const { return end_of(queue.run(desc)); }

  const SmallProgram program{tiny};
};

}  // namespace photic::test
