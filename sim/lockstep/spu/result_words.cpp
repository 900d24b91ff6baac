// SPDX-License-Identifier: Apache-2.0
// Addresses back to what the command meant by them.
#include "sim/lockstep/spu/result_words.h"

#include "models/kernels/spu/command_check.h"
#include "models/kernels/spu/run.h"

namespace photic::lockstep {
namespace {

namespace spu = kernels::spu;

// Words from the start of a command's result, or nothing if the address lies elsewhere.
std::optional<uint64_t> word_of(uint64_t address, uint64_t start, uint64_t words) {
  const uint64_t offset = (address - start) / 8;
  return address >= start && offset < words ? std::optional(offset) : std::nullopt;
}

// The word of a region that a READ writes at an address.
std::optional<RegionWord> read_word(const abi::Submission& submission, const abi::SpuPreset& preset,
                                    uint64_t address) {
  if (submission.opcode != abi::Opcode::SPU_READ || spu::validate(submission, preset) != abi::Status::OK) {
    return std::nullopt;
  }
  const abi::SpuMemory m = spu::as_memory(submission);
  const auto word = word_of(address, m.destination, uint64_t{m.words} * m.cores);
  if (!word) {
    return std::nullopt;
  }
  return RegionWord{m.core + static_cast<uint32_t>(*word / m.words), m.region,
                    m.word + static_cast<uint32_t>(*word % m.words)};
}

struct TraceWord {
  uint32_t k = 0;  // step, from 0
  RegionWord place;
};

// The counter that a RUN's trace holds at an address.
std::optional<TraceWord> trace_word(const abi::Submission& submission, const abi::SpuPreset& preset,
                                    uint64_t address) {
  if (submission.opcode != abi::Opcode::SPU_RUN || spu::validate(submission, preset) != abi::Status::OK) {
    return std::nullopt;
  }
  const abi::SpuRun run = spu::as_run(submission);
  const uint32_t words = spu::trace_words(preset);
  const auto word = (run.control & abi::SPU_CONTROL_TRACE) != 0
                        ? word_of(address, run.trace, uint64_t{words} * run.steps)
                        : std::nullopt;
  if (!word) {
    return std::nullopt;
  }
  const auto in_step = static_cast<uint32_t>(*word % words);
  return TraceWord{static_cast<uint32_t>(*word / words),
                   {in_step / abi::kSpuCounters, abi::SpuRegion::COUNTER, in_step % abi::kSpuCounters}};
}

std::string record_text(const abi::SpuRun& run, const abi::SpuPreset& preset, uint64_t address) {
  const uint32_t words = spu::record_words(run);
  const auto word = words == 0
                        ? std::nullopt
                        : word_of(address, run.destination, uint64_t{words} * (run.steps / run.period));
  if (!word) {
    return "";
  }
  const uint64_t record = *word / words;
  const auto index = static_cast<uint32_t>(*word % words);
  std::string text = "record " + std::to_string(record) + " (after " +
                     std::to_string((record + 1) * run.period) + " steps): ";
  switch (run.record) {
    case abi::SpuRecord::BITS:
      return text + "bits of outputs from " + std::to_string(64 * index);
    case abi::SpuRecord::I32:
      return text + "outputs " + std::to_string(2 * index) + " and " + std::to_string(2 * index + 1);
    case abi::SpuRecord::STATES:
      return text + describe({run.probe_core, abi::SpuRegion::STATE, 2u * run.probe_neuron + index}, preset);
    case abi::SpuRecord::NONE:
      break;
  }
  return "";
}

std::string word_text(const RegionWord& place, const abi::SpuPreset& preset) {
  const std::string index = std::to_string(place.word);
  const auto counted = [&](const char* what, uint32_t words, const std::string& which) {
    return " (" + std::string(what) + " " + std::to_string(place.word / words) + ", " + which + ")";
  };
  switch (place.region) {
    case abi::SpuRegion::NEURON:
      return index + counted("neuron", 4, "word " + std::to_string(place.word % 4));
    case abi::SpuRegion::STATE:
      return index + counted("neuron", 2, place.word % 2 == 0 ? "u, v, refractory" : "adaptation");
    case abi::SpuRegion::ACCUMULATOR:
      return place.unit == preset.cores()
                 ? index + " (output " + index + ")"
                 : index + " (slot " + std::to_string(place.word / preset.neurons) + ", neuron " +
                       std::to_string(place.word % preset.neurons) + ")";
    case abi::SpuRegion::FANOUT:
      return index + " (entries " + std::to_string(2 * place.word) + " and " +
             std::to_string(2 * place.word + 1) + ")";
    default:
      return index;
  }
}

bool is_timed(const RegionWord& place) {
  return place.region == abi::SpuRegion::COUNTER &&
         place.word >= static_cast<uint32_t>(abi::SpuCounter::CYCLES_DELIVER);
}

}  // namespace

std::string describe(const RegionWord& place, const abi::SpuPreset& preset) {
  const std::string unit =
      place.unit == preset.cores() ? "input/output unit" : "core " + std::to_string(place.unit);
  if (place.region == abi::SpuRegion::COUNTER) {
    return unit + ", counter " + std::string(name(static_cast<abi::SpuCounter>(place.word)));
  }
  return unit + ", " + std::string(name(place.region)) + " word " + word_text(place, preset);
}

std::string describe_result(const abi::Submission& submission, const abi::SpuPreset& preset,
                            uint64_t address) {
  if (const auto place = read_word(submission, preset, address)) {
    return "READ of " + describe(*place, preset);
  }
  if (const auto traced = trace_word(submission, preset, address)) {
    return "trace of step " + std::to_string(traced->k) + " (number " +
           std::to_string(spu::step_number(spu::as_run(submission), traced->k)) +
           "): " + describe(traced->place, preset);
  }
  if (submission.opcode == abi::Opcode::SPU_RUN && spu::validate(submission, preset) == abi::Status::OK) {
    return record_text(spu::as_run(submission), preset, address);
  }
  return "";
}

bool is_timed_result(const abi::Submission& submission, const abi::SpuPreset& preset, uint64_t address) {
  if (const auto place = read_word(submission, preset, address)) {
    return is_timed(*place);
  }
  const auto traced = trace_word(submission, preset, address);
  return traced && is_timed(traced->place);
}

}  // namespace photic::lockstep
