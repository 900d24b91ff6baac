// SPDX-License-Identifier: Apache-2.0
// Wiring, pulses, and what control asks.
#include "hw/spu/mesh.h"

#include <algorithm>
#include <string>

#include "hw/base/clock_domain.h"

namespace photic::hw {
namespace {

std::deque<Core> make_cores(ClockDomain& clock, const abi::SpuPreset& preset, UnitPulses& pulses,
                            Activity& activity) {
  std::deque<Core> cores;
  for (uint32_t number = 0; number < preset.cores(); ++number) {
    const std::string name = "core" + std::to_string(number);
    cores.emplace_back(name.c_str(), clock, preset, number, activity);
    cores.back().bind_base(pulses.base);
  }
  return cores;
}

}  // namespace

Mesh::Mesh(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset,
           UnitPulses& pulses)
    : ClockedModule(name, clock),
      pulses_(pulses),
      activity_("activity", clock),
      cores_(make_cores(clock, preset, pulses, activity_)),
      io_("io", clock, preset, cores_.front().router(), activity_) {
  connect(preset, clock);
  io_.parser().inputs(pulses.inputs);
  io_.parser().flush(pulses.flush);
}

void Mesh::connect(const abi::SpuPreset& preset, ClockDomain& clock) {
  using Port = Router::Port;
  for (uint32_t y = 0; y < preset.mesh_rows; ++y) {
    for (uint32_t x = 0; x < preset.mesh_cols; ++x) {
      const uint32_t here = y * preset.mesh_cols + x;
      if (x + 1 < preset.mesh_cols) {
        link(clock, here, Port::E, here + 1, Port::W);
        link(clock, here + 1, Port::W, here, Port::E);
      }
      if (y + 1 < preset.mesh_rows) {
        link(clock, here, Port::S, here + preset.mesh_cols, Port::N);
        link(clock, here + preset.mesh_cols, Port::N, here, Port::S);
      }
    }
  }
}

void Mesh::link(ClockDomain& clock, uint32_t from, Router::Port out, uint32_t to, Router::Port in) {
  const std::string name = "link" + std::to_string(from) + "to" + std::to_string(to);
  FlitLink& made = links_.emplace_back(clock, name.c_str(), abi::kFifoSpuRouter, activity_);
  made.connect(cores_[from].router(), cores_[to].router());
  cores_[from].router().connect_output(out, made);
  cores_[to].router().connect_input(in, made);
}

uint64_t Mesh::read(uint32_t unit, abi::SpuRegion region, uint32_t word) const {
  return memory(unit).read(region, word);
}

void Mesh::write(uint32_t unit, abi::SpuRegion region, uint32_t word, uint64_t data) {
  memory(unit).write(region, word, data);
}

int32_t Mesh::take_output(uint32_t output) {
  return std::exchange(io_.memory().accumulators.at(output), 0);
}

std::optional<abi::Status> Mesh::fault(uint32_t unit, uint64_t& place) const {
  const UnitMemory& unit_memory = memory(unit);
  if (!unit_memory.fault) {
    return std::nullopt;
  }
  place = kernels::spu::place_of(unit, *unit_memory.fault);
  return unit_memory.fault_status;
}

bool Mesh::any_fault() const {
  return io_.memory().fault || std::any_of(cores_.begin(), cores_.end(),
                                           [](const Core& core) { return core.memory().fault.has_value(); });
}

bool Mesh::any_saturation() const {
  return std::any_of(cores_.begin(), cores_.end(), [](const Core& core) { return core.memory().saturated; });
}

void Mesh::on_clock() {
  if (pulses_.flush.get()) {
    flush();
    return;
  }
  if (pulses_.forget) {
    forget();
  }
  if (pulses_.scan) {
    scan();
  }
  if (pulses_.clear) {
    clear(pulses_.clear.payload());
  }
  if (pulses_.sweep) {
    sweep(pulses_.sweep.payload());
  }
}

void Mesh::flush() {
  for (Core& core : cores_) {
    core.flush();
  }
  for (FlitLink& each : links_) {
    each.clear();
  }
  io_.flush();
  activity_.clear();
}

void Mesh::forget() {
  for (Core& core : cores_) {
    core.memory().forget();
  }
  io_.memory().forget();
}

void Mesh::scan() {
  const uint64_t now = clock_.now();
  for (Core& core : cores_) {
    activity_.hold(core.scan(now));
  }
  activity_.hold(io_.scan(now));
}

void Mesh::clear(const ClearWhat& what) {
  const uint64_t now = clock_.now();
  for (Core& core : cores_) {
    if (what.counters) {
      core.memory().counters = {};
    }
    if (what.neurons) {
      activity_.hold(core.clear(now));
    }
  }
  if (what.counters) {
    io_.memory().counters = {};
  }
  if (what.outputs) {
    activity_.hold(io_.clear_outputs(now));
  }
}

void Mesh::sweep(const SweepStep& step) {
  const uint64_t now = clock_.now();
  for (Core& core : cores_) {
    activity_.hold(core.sweep(now, step.step, step.seed));
  }
}

void Mesh::on_reset() {
  flush();
  for (Core& core : cores_) {
    core.memory().reset();
  }
  io_.memory().reset();
}

uint64_t Mesh::quiet_cycles() const {
  const bool acts = pulses_.flush.get() || pulses_.forget || pulses_.scan || pulses_.clear || pulses_.sweep;
  return acts ? 0 : kQuietForever;
}

}  // namespace photic::hw
