// SPDX-License-Identifier: Apache-2.0
// A run as a state machine, so that a long step can be interrupted.
#include "models/golden/spu/run.h"

#include <algorithm>

#include "models/kernels/spu/run.h"

namespace photic::golden {

using abi::SpuRegion;
using abi::Status;

namespace {

// About a millisecond's worth of synapses, events or entries.
constexpr uint64_t kPieceOfWork = uint64_t{1} << 22;

}  // namespace

SpuRunner::SpuRunner(SpuMesh& mesh, RegisterFile& registers, Bus& bus)
    : mesh_(mesh), registers_(registers), bus_(bus), inputs_(mesh, registers, bus) {}

void SpuRunner::start(const abi::SpuRun& run) {
  run_ = run;
  seed_ = registers_.read(abi::SPU_SEED);
  phase_ = scanned_ ? Phase::kOpen : Phase::kScan;
  scanning_ = 0;
  program_fault_.reset();
  link_error_.reset();
  inputs_.open(run.source, 0);
  mesh_.forget();
  k_ = 0;
  cleared_ = false;
  sent_ = false;
  destination_ = run.destination;
  trace_ = run.trace;
  write_error_.reset();
  const bool traces = (run.control & abi::SPU_CONTROL_TRACE) != 0;
  words_.resize(
      std::max(kernels::spu::record_words(run), traces ? kernels::spu::trace_words(mesh_.preset()) : 0));
}

std::optional<Outcome> SpuRunner::step() {
  while (phase_ != Phase::kEnd) {
    if (!advance()) {
      return std::nullopt;
    }
  }
  return outcome();
}

// One transition. Returns false where a piece of work ends.
bool SpuRunner::advance() {
  switch (phase_) {
    case Phase::kScan:
      scan_next();
      return false;
    case Phase::kOpen:
      open();
      return true;
    case Phase::kStep:
      begin_step();
      return true;
    case Phase::kInputs:
      if (!inputs_.advance(kPieceOfWork)) {
        return false;
      }
      phase_ = after_inputs_;
      return true;
    case Phase::kSweep:
      mesh_.forget_emitted();
      for (SpuUnit& core : mesh_.cores()) {
        mesh_.sweep(core, kernels::spu::step_number(run_, k_), seed_);
      }
      from_ = packet_ = entry_ = entries_end_ = 0;
      cleared_ = false;
      phase_ = Phase::kDeliver;
      return true;
    case Phase::kDeliver:
      if (!deliver()) {
        return false;
      }
      after_deliver();
      return true;
    case Phase::kAfter:
      finish_step();
      return false;
    case Phase::kDrain:
      if (!inputs_.drain()) {
        return false;
      }
      phase_ = Phase::kEnd;
      return true;
    case Phase::kEnd:
      break;
  }
  return true;
}

void SpuRunner::scan_next() {
  SpuUnit& unit = mesh_.units()[scanning_];
  ++scanning_;
  if (const auto fault = mesh_.scan(unit); fault && !program_fault_) {
    program_fault_ = kernels::spu::place_of(unit.place.number, *fault);
  }
  if (scanning_ < mesh_.units().size()) {
    return;
  }
  if (program_fault_) {
    phase_ = Phase::kEnd;
    return;
  }
  scanned_ = true;
  registers_.count(abi::SPU_SCANS, 1);
  phase_ = Phase::kOpen;
}

void SpuRunner::open() {
  inputs_.open(run_.source, run_.source_words);
  phase_ = Phase::kStep;
}

void SpuRunner::begin_step() {
  if (kernels::spu::clear_due(run_, k_) && !cleared_) {
    mesh_.clear_neurons();
    if (kernels::spu::outputs_clear_due(run_, k_)) {
      mesh_.io().clear_outputs();
    }
    cleared_ = true;
  }
  if (run_.source_words != 0 && !sent_) {
    sent_ = true;
    begin_inputs(kernels::spu::step_number(run_, k_), Phase::kStep);
  } else {
    phase_ = inputs_.fault() ? Phase::kDrain : Phase::kSweep;
  }
}

void SpuRunner::begin_inputs(uint32_t base_step, Phase then) {
  inputs_.begin(base_step);
  after_inputs_ = then;
  phase_ = Phase::kInputs;
}

bool SpuRunner::deliver() {
  const SpuMesh::Emitted& emitted = mesh_.emitted();
  const uint32_t base_step = kernels::spu::step_number(run_, k_) + 1;
  const auto cores = mesh_.cores();
  uint64_t work = 0;
  for (; from_ < cores.size(); ++from_) {
    SpuUnit& core = cores[from_];
    for (; packet_ < emitted.ends[from_]; ++packet_) {
      const kernels::spu::Emission& packet = emitted.packets[packet_];
      if (entries_end_ == 0) {
        const Fan& fan = mesh_.begin_fan(core, packet.neuron);
        entry_ = fan.base;
        entries_end_ = fan.base + fan.count;
      }
      while (entry_ < entries_end_) {
        const Route* const route = &core.routes[entry_++];
        mesh_.expect(route[kRoutesAhead]);
        work += mesh_.send(*route, packet.payload, base_step);
        if (work >= kPieceOfWork) {
          return false;
        }
      }
      entries_end_ = 0;
    }
  }
  return true;
}

// The inputs of the next step travel with the packets of this one, unless a clear stands between them: what
// they count is in this step's trace, and their wrong parities end the run with this step.
void SpuRunner::after_deliver() {
  const uint32_t next = k_ + 1;
  sent_ = run_.source_words != 0 && next < run_.steps && !kernels::spu::clear_due(run_, next);
  if (sent_) {
    begin_inputs(kernels::spu::step_number(run_, next), Phase::kAfter);
  } else {
    phase_ = Phase::kAfter;
  }
}

void SpuRunner::finish_step() {
  registers_.count(abi::SPU_STEPS, 1);
  ++k_;
  if (kernels::spu::record_due(run_, k_)) {
    write_record();
  }
  if ((run_.control & abi::SPU_CONTROL_TRACE) != 0) {
    write_trace();
  }
  link_error_ = mesh_.link_fault();
  phase_ = link_error_ || k_ == run_.steps ? Phase::kDrain : Phase::kStep;
}

void SpuRunner::write_record() {
  const auto words = std::span(words_).first(kernels::spu::record_words(run_));
  if (run_.record == abi::SpuRecord::STATES) {
    const SpuUnit& core = mesh_.units()[run_.probe_core];
    for (uint32_t i = 0; i < words.size(); ++i) {
      words[i] = core.read(SpuRegion::STATE, 2u * run_.probe_neuron + i);
    }
  } else {
    const auto outputs = std::span(mesh_.io().accumulators).first(run_.outputs);
    kernels::spu::pack_outputs(run_.record, outputs, words);
    std::fill(outputs.begin(), outputs.end(), 0);
  }
  write(destination_, words);
}

void SpuRunner::write_trace() {
  mesh_.settle_hops();
  const auto words = std::span(words_).first(kernels::spu::trace_words(mesh_.preset()));
  size_t at = 0;
  for (const SpuUnit& unit : mesh_.units()) {
    for (uint32_t i = 0; i < abi::kSpuCounters; ++i) {
      words[at++] = unit.read(SpuRegion::COUNTER, i);
    }
  }
  write(trace_, words);
}

void SpuRunner::write(uint64_t& address, std::span<const uint64_t> words) {
  const auto refused = bus_.write(address, words);
  write_error_ = write_error_ ? write_error_ : refused;
  address += 8 * words.size();
}

Outcome SpuRunner::outcome() const {
  if (program_fault_) {
    return {Status::INVALID_PROGRAM, *program_fault_};
  }
  if (link_error_) {
    return {Status::LINK_ERROR, *link_error_};
  }
  if (inputs_.fault()) {
    return *inputs_.fault();
  }
  if (write_error_) {
    return {Status::DMA_WRITE_ERROR, *write_error_};
  }
  const bool strict = (run_.flags & abi::SUBMIT_STRICT) != 0;
  return {strict && mesh_.saturated() ? Status::SATURATED : Status::OK, k_};
}

}  // namespace photic::golden
