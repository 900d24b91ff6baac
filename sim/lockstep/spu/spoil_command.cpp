// SPDX-License-Identifier: Apache-2.0
// Every class of invalid field, in commands that were valid.
#include <bit>
#include <functional>

#include "sim/lockstep/spu/random_commands.h"

namespace photic::lockstep {
namespace {

using abi::SpuMemory;
using abi::SpuRun;
using abi::Submission;
using Ways = std::vector<std::function<void()>>;

void choose(Dice& dice, const Ways& ways) {
  ways[dice.below(ways.size())]();
}

template <typename T>
T flipped(Dice& dice, T value) {
  return static_cast<T>(value ^ (T{1} << dice.below(8 * sizeof(T))));
}

void spoil_memory(Dice& dice, const abi::SpuPreset& preset, SpuMemory& m) {
  const uint32_t all = preset.region_words(m.region, m.core == preset.cores());
  const Ways ways = {
      [&] { m.flags = flipped(dice, m.flags); },
      [&] { m.reserved0 = flipped(dice, m.reserved0); },
      [&] { m.reserved1 = flipped(dice, m.reserved1); },
      [&] { m.reserved2 = flipped(dice, m.reserved2); },
      [&] { m.reserved3 = flipped(dice, m.reserved3); },
      [&] {
        m.cores = dice.one_of<uint16_t>({0, 1, 0xFFFF});
      },
      [&] {
        m.words = dice.one_of<uint32_t>({0, all - m.word + 1, 0xFFFF'FFFF});
      },
      [&] {
        m.word = dice.one_of<uint32_t>({all, all - m.words + 1, 0xFFFF'FFFF});
      },
      [&] { m.clear = flipped(dice, m.clear); },
      [&] { m.source = flipped(dice, m.source); },
      [&] { m.destination = flipped(dice, m.destination); },
      [&] { m.source += dice.between(1, 7); },
      [&] { m.destination += dice.between(1, 7); },
      [&] {
        m.core = static_cast<uint16_t>(preset.cores());
        m.cores = static_cast<uint16_t>(dice.between(1, 2));
      },
      [&] {
        m.core = dice.one_of<uint16_t>({static_cast<uint16_t>(preset.cores() + 1), 0xFFFF});
      },
      [&] {
        m.region = static_cast<abi::SpuRegion>(
            dice.once_in(2) ? dice.between(static_cast<unsigned>(abi::SpuRegion::COUNTER), 16)
                            : dice.below(256));
      },
  };
  choose(dice, ways);
}

void spoil_run(Dice& dice, const abi::SpuPreset& preset, SpuRun& r) {
  const Ways ways = {
      [&] { r.flags = flipped(dice, r.flags); },
      [&] { r.control = flipped(dice, r.control); },
      [&] { r.reserved = flipped(dice, r.reserved); },
      [&] { r.steps = 0; },
      [&] { r.record = static_cast<abi::SpuRecord>(dice.below(6)); },
      [&] { r.destination = dice.once_in(2) ? 0 : r.destination + dice.between(1, 8); },
      [&] { r.period = r.period == 0 ? 1 : 0; },
      [&] {
        r.outputs = dice.one_of<uint16_t>({0, 1, static_cast<uint16_t>(preset.outputs + 1), 0xFFFF});
      },
      [&] {
        r.probe_core = dice.one_of<uint16_t>({1, static_cast<uint16_t>(preset.cores()), 0xFFFF});
      },
      [&] {
        r.probe_neuron = dice.one_of<uint16_t>({1, static_cast<uint16_t>(preset.neurons), 0xFFFF});
      },
      [&] {
        r.probe_neurons = dice.one_of<uint16_t>({0, 1, static_cast<uint16_t>(preset.neurons + 1), 0xFFFF});
      },
      [&] { r.trace += dice.between(1, 8); },
      [&] { r.source += dice.between(1, 8); },
      [&] { r.source_words = 0; },
  };
  choose(dice, ways);
}

void spoil_other(Dice& dice, Submission& s) {
  const Ways ways = {
      [&] { s.flags = static_cast<uint8_t>(s.flags | (4u << dice.below(6))); },
      [&] { s.source = dice.bits(); },
      [&] { s.exposure = 1; },
  };
  choose(dice, ways);
}

}  // namespace

Submission SpuCommands::spoil(Submission submission) {
  if (dice_.once_in(10)) {
    submission.opcode = static_cast<abi::Opcode>(dice_.below(256));
    // A watchdog of the record that the new opcode names lies in the same place; the rest is random anyhow.
    return submission;
  }
  switch (submission.opcode) {
    case abi::Opcode::SPU_WRITE:
    case abi::Opcode::SPU_READ:
    case abi::Opcode::SPU_CLEAR: {
      auto memory = std::bit_cast<SpuMemory>(submission);
      spoil_memory(dice_, preset_, memory);
      return std::bit_cast<Submission>(memory);
    }
    case abi::Opcode::SPU_RUN: {
      auto run = std::bit_cast<SpuRun>(submission);
      spoil_run(dice_, preset_, run);
      return std::bit_cast<Submission>(run);
    }
    default:
      spoil_other(dice_, submission);
      return submission;
  }
}

}  // namespace photic::lockstep
