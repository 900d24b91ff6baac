// SPDX-License-Identifier: Apache-2.0
// The plainest loops over the kernels.
#include "sim/lockstep/spu/observer.h"

#include "models/kernels/spu/axon.h"
#include "models/kernels/spu/events.h"
#include "models/kernels/spu/random.h"
#include "models/kernels/spu/run.h"
#include "models/kernels/spu/scan.h"
#include "models/kernels/spu/weight.h"

namespace photic::lockstep {

namespace spu = kernels::spu;
using abi::SpuAxon;
using abi::SpuRegion;

Observer::Observer(const Program& program, uint32_t seed, Coverage& coverage)
    : program_(program),
      preset_(program.preset),
      seed_(seed),
      coverage_(coverage),
      states_(preset_.cores()),
      accumulators_(preset_.cores()) {
  clear();
}

void Observer::clear() {
  for (uint32_t core = 0; core < preset_.cores(); ++core) {
    states_[core].assign(preset_.neurons, {});
    accumulators_[core].assign(size_t{preset_.slots} * preset_.neurons, 0);
  }
}

void Observer::run(const RandomRun& random, uint32_t steps) {
  const abi::SpuRun& run = random.run;
  stream_ = &random.stream.words;
  position_ = 0;
  for (uint32_t k = 0; k < steps; ++k) {
    const uint32_t step = spu::step_number(run, k);
    if (spu::clear_due(run, k)) {
      clear();
    }
    inputs(step);
    sweep(step);
    for (const Packet& packet : packets_) {
      send(packet, step + 1);
    }
    packets_.clear();
  }
}

void Observer::inputs(uint32_t base_step) {
  if (position_ >= stream_->size()) {
    return;
  }
  const uint32_t count = abi::SpuEvents::unpack((*stream_)[position_++]).count;
  for (uint32_t i = 0; i < count && position_ + i / 2 < stream_->size(); ++i) {
    const abi::SpuEvent event = spu::event_at((*stream_)[position_ + i / 2], i);
    send({preset_.cores(), event.source, event.payload}, base_step);
  }
  position_ += spu::event_words(count);
}

void Observer::sweep(uint32_t step) {
  for (uint32_t core = 0; core < preset_.cores(); ++core) {
    for (uint32_t n = 0; n < program_.units[core].config().neurons; ++n) {
      update(core, n, step);
    }
  }
}

void Observer::update(uint32_t core, uint32_t n, uint32_t step) {
  const uint64_t* const words = &program_.units[core].table(SpuRegion::NEURON)[4 * size_t{n}];
  const spu::NeuronConstants constants = spu::neuron_constants(words[0], words[1], words[2]);
  int32_t& input = accumulators_[core][size_t{step % preset_.slots} * preset_.neurons + n];
  spu::NeuronState& state = states_[core][n];
  const spu::NeuronUpdate after = spu::update(constants, state, input, spu::randoms(seed_, core, n, step));
  note_update(constants, state, after, input);
  input = 0;
  state = after.state;
  if (after.emitted) {
    packets_.push_back({core, n, after.payload});
  }
}

void Observer::note_update(const spu::NeuronConstants& c, const spu::NeuronState& before,
                           const spu::NeuronUpdate& after, int32_t input) {
  coverage_.add(neuron_coverage(c.rounding, c.reset, c.emit));
  if (after.fired) {
    coverage_.add("fired:" + std::string(name(c.reset)) + (c.at_threshold ? "/at" : "/above"));
  }
  if (before.refractory > 0) {
    coverage_.add(c.hold ? "refractory:hold" : "refractory:free");
  }
  if (before.refractory == 0 && (!after.fired || c.reset == abi::SpuReset::NONE)) {
    const int64_t level =
        int64_t{c.threshold} + spu::decay(before.adaptation, c.adaptation_decay, c.rounding, 0);
    const bool exact = c.rounding != abi::SpuRounding::STOCHASTIC && after.state.voltage == level;
    if (exact && !c.readout) {
      coverage_.add(after.fired ? "fired:exactly_at_threshold" : "silent:exactly_at_threshold");
    }
    if (c.readout && after.state.voltage > level) {
      coverage_.add("silent:readout");
    }
  }
  if (spu::sat24(input).saturated) {
    coverage_.add(c.wrap ? "input:wrapped" : "input:clipped");
  }
  if (c.bias != 0) {
    coverage_.add(c.bias > 0 ? "bias:positive" : "bias:negative");
  }
  if (after.fired && c.adaptation_step != 0) {
    coverage_.add("adaptation:grows");
  }
  if (before.adaptation != 0 && c.adaptation_decay != 0) {
    coverage_.add("adaptation:decays");
  }
  if (after.emitted) {
    coverage_.add("emitted:" + std::string(name(c.emit)));
    if (c.emit != abi::SpuEmit::SPIKE &&
        (after.payload == spu::kPayloadMax || after.payload == spu::kPayloadMin)) {
      coverage_.add("saturation:payload");
    }
  }
  if (after.saturations != 0) {
    coverage_.add("saturation:neuron");
  }
}

void Observer::send(const Packet& packet, uint32_t base_step) {
  const spu::Unit from = spu::unit_at(preset_, packet.from);
  const UnitProgram& tables = program_.units[packet.from];
  const auto pointer = abi::SpuPointer::unpack(tables.table(SpuRegion::POINTER)[packet.source]);
  for (uint32_t e = pointer.base; e < pointer.base + pointer.count; ++e) {
    const abi::SpuFanout entry = spu::fanout_at(tables.table(SpuRegion::FANOUT)[e / 2], e);
    const uint32_t to = spu::fanout_target(preset_, from, entry);
    const bool output = to == preset_.cores();
    const std::string end = output ? "output" : "core";
    if (entry.poison) {
      coverage_.add("parity:" + end);
    } else if (entry.axon >= program_.units[to].config().axons) {
      coverage_.add("drop:" + end);
    } else {
      coverage_.add("packet:to_" + end);
      if (!output) {
        deliver(to, entry.axon, packet.payload, base_step);
      }
    }
  }
}

void Observer::deliver(uint32_t core, uint32_t index, int32_t payload, uint32_t base_step) {
  const UnitProgram& tables = program_.units[core];
  const auto axon = SpuAxon::unpack(tables.table(SpuRegion::AXON)[index]);
  const auto walk =
      spu::is_walk(axon) ? abi::SpuWalk::unpack(tables.table(SpuRegion::WALK)[axon.walk]) : abi::SpuWalk{};
  if (spu::row_count(axon) == 0) {
    return;
  }
  coverage_.add(synapse_coverage(axon));
  coverage_.add("exponent:" + std::to_string(axon.exponent));
  coverage_.add("delay:" + std::to_string(axon.delay));
  coverage_.add(payload == 1   ? "payload:one"
                : payload == 0 ? "payload:zero"
                : payload > 0  ? "payload:positive"
                               : "payload:negative");
  const std::vector<uint64_t>& words = tables.table(SpuRegion::SYNAPSE);
  const spu::WeightFormat format = spu::weight_format(axon);
  for (uint32_t r = 0; r < spu::row_count(axon); ++r) {
    const spu::Row row = spu::row_at(axon, walk, r);
    for (uint32_t k = 0; k < row.count; ++k) {
      if (axon.format == abi::SpuSynapseFormat::POOL) {
        add(core, row.target + k, payload, 1, axon, spu::slot_of(base_step, axon.delay, preset_));
      } else if (axon.format == abi::SpuSynapseFormat::SPARSE) {
        const abi::SpuSynapse synapse = spu::synapse_at(words[static_cast<size_t>(row.word) + k / 2], k);
        coverage_.add("synapse_delay:" + std::to_string(synapse.delay));
        add(core, synapse.target, payload, format.weight(synapse.weight & ((1u << format.bits) - 1)), axon,
            spu::slot_of(base_step, axon.delay + synapse.delay, preset_));
      } else {
        const std::span<const uint64_t> stored(words.data() + row.word, row.words);
        add(core, row.target + k, payload, format.weight(spu::stored_weight(stored, k, format.bits)), axon,
            spu::slot_of(base_step, axon.delay, preset_));
      }
    }
  }
}

void Observer::add(uint32_t core, uint32_t target, int32_t payload, int32_t weight, const SpuAxon& axon,
                   uint32_t slot) {
  const spu::Clipped added = spu::contribution(payload, weight, axon.exponent);
  if (added.saturated) {
    coverage_.add("saturation:product");
  }
  int32_t& sum = accumulators_[core][size_t{slot} * preset_.neurons + target];
  sum = static_cast<int32_t>(static_cast<uint32_t>(sum) + static_cast<uint32_t>(added.value));
}

}  // namespace photic::lockstep
