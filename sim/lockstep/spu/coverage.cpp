// SPDX-License-Identifier: Apache-2.0
// Counts, and the list of what there is to reach.
#include "sim/lockstep/spu/coverage.h"

#include <initializer_list>
#include <string_view>

#include "sim/lockstep/spu/program_faults.h"
#include "sim/lockstep/spu/random_stream.h"

namespace photic::lockstep {
namespace {

using abi::SpuAxon;
using abi::SpuRegion;
using abi::SpuSynapseFormat;
using Names = std::vector<std::string>;

constexpr unsigned kFour = 4;

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) {
    text += part;
  }
  return text;
}

void add_synapses(const abi::SpuPreset& preset, Names& names) {
  for (unsigned format = 0; format < static_cast<unsigned>(SpuSynapseFormat::POOL); ++format) {
    for (unsigned weight = 0; weight < 2 * kFour * kFour; ++weight) {
      names.push_back(synapse_coverage({.format = static_cast<SpuSynapseFormat>(format),
                                        .bits = static_cast<abi::SpuWeightBits>(weight / 2 % kFour),
                                        .code = static_cast<abi::SpuWeightCode>(weight / 2 / kFour),
                                        .align = weight % 2 != 0}));
    }
  }
  names.push_back(synapse_coverage({.format = SpuSynapseFormat::POOL}));
  for (int exponent = -8; exponent < 8; ++exponent) {
    names.push_back("exponent:" + std::to_string(exponent));
  }
  for (uint32_t delay = 0; delay < preset.slots; ++delay) {
    names.push_back("delay:" + std::to_string(delay));
    names.push_back("synapse_delay:" + std::to_string(delay));
  }
  for (const char* payload : {"one", "zero", "positive", "negative"}) {
    names.push_back(joined({"payload:", payload}));
  }
}

void add_neurons(Names& names) {
  for (unsigned i = 0; i < 3 * 3 * kFour; ++i) {
    names.push_back(neuron_coverage(static_cast<abi::SpuRounding>(i % 3),
                                    static_cast<abi::SpuReset>(i / 3 % 3), static_cast<abi::SpuEmit>(i / 9)));
  }
  for (const char* what : {"fired:TO_VALUE/at",
                           "fired:TO_VALUE/above",
                           "fired:SUBTRACT/at",
                           "fired:SUBTRACT/above",
                           "fired:NONE/at",
                           "fired:NONE/above",
                           "fired:exactly_at_threshold",
                           "silent:exactly_at_threshold",
                           "silent:readout",
                           "refractory:hold",
                           "refractory:free",
                           "input:wrapped",
                           "input:clipped",
                           "bias:positive",
                           "bias:negative",
                           "adaptation:grows",
                           "adaptation:decays",
                           "emitted:SPIKE",
                           "emitted:GRADED",
                           "emitted:EVERY_STEP",
                           "saturation:neuron",
                           "saturation:product",
                           "saturation:payload"}) {
    names.emplace_back(what);
  }
}

void add_commands(const abi::SpuPreset& preset, bool clocked, bool faults, Names& names) {
  for (unsigned region = 0; region <= static_cast<unsigned>(SpuRegion::COUNTER); ++region) {
    const auto which = static_cast<SpuRegion>(region);
    for (const bool io : {false, true}) {
      if (preset.region_words(which, io) == 0) {
        continue;
      }
      const char* const unit = io ? "io/" : "core/";
      names.push_back(joined({"read:", unit, name(which)}));
      if (which != SpuRegion::COUNTER && !(io && which == SpuRegion::STATE)) {
        names.push_back(joined({"write:", unit, name(which)}));
      }
    }
  }
  for (const char* what :
       {"clear:1", "clear:2", "clear:3", "run:TRACE", "run:CLEAR_FIRST", "run:epoch", "run:STRICT",
        "run:inputs", "run:restored", "record:NONE", "record:BITS", "record:I32", "record:STATES",
        "packet:to_core", "packet:to_output", "drop:core", "drop:output", "parity:core", "parity:output"}) {
    names.emplace_back(what);
  }
  if (preset.cores() > 1) {
    names.emplace_back("memory:many_cores");
  }
  for (const abi::Status status :
       {abi::Status::OK, abi::Status::INVALID_OPCODE, abi::Status::INVALID_FIELD, abi::Status::INVALID_REGION,
        abi::Status::INVALID_ADDRESS, abi::Status::INVALID_PROGRAM, abi::Status::INVALID_EVENTS,
        abi::Status::SATURATED, abi::Status::LINK_ERROR}) {
    names.push_back(joined({"status:", name(status)}));
  }
  if (faults) {
    names.emplace_back("status:DMA_READ_ERROR");
    names.emplace_back("status:DMA_WRITE_ERROR");
  }
  if (clocked) {
    names.emplace_back("status:TIMEOUT");
    names.emplace_back("stall:core");
    names.emplace_back("stall:io");
  }
}

}  // namespace

void Coverage::add(const Coverage& other) {
  for (const auto& [name, count] : other.counts_) {
    counts_[name] += count;
  }
}

uint64_t Coverage::count(const std::string& name) const {
  const auto found = counts_.find(name);
  return found == counts_.end() ? 0 : found->second;
}

std::vector<std::string> Coverage::missing(const Names& names) const {
  Names missed;
  for (const std::string& name : names) {
    if (count(name) == 0) {
      missed.push_back(name);
    }
  }
  return missed;
}

std::map<std::string, uint64_t> Coverage::with_missing(const Names& names) const {
  std::map<std::string, uint64_t> counts = counts_;
  for (const std::string& name : names) {
    counts.try_emplace(name, 0);
  }
  return counts;
}

void Coverage::print(std::ostream& out, const Names& names) const {
  std::string axis;
  for (const auto& [name, count] : with_missing(names)) {
    const size_t colon = name.find(':');
    if (name.substr(0, colon) != axis) {
      out << (axis.empty() ? "" : "\n") << name.substr(0, colon);
      axis = name.substr(0, colon);
    }
    out << ' ' << name.substr(colon + 1) << '=' << count;
  }
  const Names missed = missing(names);
  out << '\n' << names.size() - missed.size() << " of " << names.size() << " reached";
  for (const std::string& name : missed) {
    out << "\n  not reached: " << name;
  }
  out << '\n';
}

void Coverage::write_json(std::ostream& out, const Names& names) const {
  const char* separator = "{";
  for (const auto& [name, count] : with_missing(names)) {
    out << separator << "\n  \"" << name << "\": " << count;
    separator = ",";
  }
  out << "\n}\n";
}

std::vector<std::string> reachable(const abi::SpuPreset& preset, bool clocked, bool faults) {
  Names names;
  add_synapses(preset, names);
  add_neurons(names);
  add_commands(preset, clocked, faults, names);
  for (const std::string_view fault : program_fault_names()) {
    if (fault_exists(fault, preset)) {
      names.push_back(joined({"program_fault:", fault}));
    }
  }
  for (const std::string_view fault : stream_fault_names()) {
    names.push_back(joined({"stream_fault:", fault}));
  }
  return names;
}

std::string synapse_coverage(const SpuAxon& axon) {
  return axon.format == SpuSynapseFormat::POOL
             ? joined({"synapse:", name(axon.format)})
             : joined({"synapse:", name(axon.format), "/", name(axon.bits), "/", name(axon.code),
                       axon.align ? "/aligned" : "/plain"});
}

std::string neuron_coverage(abi::SpuRounding rounding, abi::SpuReset reset, abi::SpuEmit emit) {
  return joined({"neuron:", name(rounding), "/", name(reset), "/", name(emit)});
}

}  // namespace photic::lockstep
