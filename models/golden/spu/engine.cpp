// SPDX-License-Identifier: Apache-2.0
// Commands to what carries them out.
#include "models/golden/spu/engine.h"

#include "models/kernels/spu/command_check.h"
#include "models/kernels/spu/region.h"

namespace photic::golden {

using abi::Opcode;

SpuEngine::SpuEngine(const abi::SpuPreset& preset, RegisterFile& registers, Bus& bus)
    : mesh_(preset), runner_(mesh_, registers, bus), transfer_(mesh_, bus) {}

void SpuEngine::reset() {
  mesh_.reset();
  runner_.forget_scan();
}

std::optional<Outcome> SpuEngine::start(const abi::Submission& submission) {
  const abi::Status status = kernels::spu::validate(submission, mesh_.preset());
  if (status != abi::Status::OK || submission.opcode == Opcode::NOP) {
    return Outcome{status, 0};
  }
  running_ = submission.opcode == Opcode::SPU_RUN;
  if (running_) {
    runner_.start(kernels::spu::as_run(submission));
    return std::nullopt;
  }
  const abi::SpuMemory command = kernels::spu::as_memory(submission);
  if (command.opcode == Opcode::SPU_CLEAR) {
    clear(command.clear);
    return Outcome{};
  }
  if (command.opcode == Opcode::SPU_WRITE && kernels::spu::is_program(command.region)) {
    runner_.forget_scan();
  }
  transfer_.start(command);
  return std::nullopt;
}

std::optional<Outcome> SpuEngine::step() {
  return running_ ? runner_.step() : transfer_.step();
}

void SpuEngine::clear(uint8_t what) {
  if ((what & abi::SPU_CLEAR_STATE) != 0) {
    mesh_.clear_neurons();
    mesh_.io().clear_outputs();
  }
  if ((what & abi::SPU_CLEAR_COUNTERS) != 0) {
    mesh_.clear_counters();
  }
}

}  // namespace photic::golden
