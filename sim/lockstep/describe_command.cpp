// SPDX-License-Identifier: Apache-2.0
// Fields by kind of record.
#include "sim/lockstep/describe_command.h"

#include <sstream>

#include "models/kernels/spu/command_check.h"

namespace photic::lockstep {
namespace {

void describe_opu(std::ostream& text, const abi::Submission& s) {
  text << " source 0x" << std::hex << s.source << " destination 0x" << s.destination << std::dec
       << " features " << s.features << " vectors " << s.vectors << " input "
       << name(abi::input_format(s.input)) << '/' << abi::input_planes(s.input) << " scheme "
       << name(abi::recovery_scheme(s.recovery)) << " output "
       << name(abi::recovery_output_format(s.recovery)) << " mirrors " << s.mirror_row << ',' << s.mirror_col
       << '+' << s.mirror_rows << 'x' << s.mirror_cols << " macro " << s.macro << " grid_cols " << s.grid_cols
       << " layout " << int{s.layout} << " scale " << s.scale << " shift " << int{s.shift} << " camera "
       << s.camera_row << '+' << s.camera_rows << " outputs " << s.outputs << " exposure " << s.exposure
       << " frame " << s.frame;
}

void describe_memory(std::ostream& text, const abi::SpuMemory& m) {
  text << std::hex << " source 0x" << m.source << " destination 0x" << m.destination << std::dec << " core "
       << m.core << '+' << m.cores << " region " << name(m.region) << '/' << static_cast<unsigned>(m.region)
       << " clear " << int{m.clear} << " word " << m.word << '+' << m.words;
}

void describe_run(std::ostream& text, const abi::SpuRun& r) {
  text << std::hex << " source 0x" << r.source << std::dec << '+' << r.source_words << std::hex
       << " destination 0x" << r.destination << " trace 0x" << r.trace << std::dec << " step " << r.step
       << '+' << r.steps << " epoch " << r.epoch << " record " << name(r.record) << " period " << r.period
       << " outputs " << r.outputs << " control " << int{r.control} << " probe " << r.probe_core << ','
       << r.probe_neuron << '+' << r.probe_neurons;
}

}  // namespace

std::string describe(const abi::Submission& submission) {
  std::ostringstream text;
  text << name(submission.opcode) << " command 0x" << std::hex << submission.command << std::dec;
  switch (submission.opcode) {
    case abi::Opcode::SPU_WRITE:
    case abi::Opcode::SPU_READ:
    case abi::Opcode::SPU_CLEAR:
      describe_memory(text, kernels::spu::as_memory(submission));
      break;
    case abi::Opcode::SPU_RUN:
      describe_run(text, kernels::spu::as_run(submission));
      break;
    default:
      describe_opu(text, submission);
      break;
  }
  text << " timeout " << submission.timeout << " flags " << int{submission.flags};
  return text.str();
}

}  // namespace photic::lockstep
