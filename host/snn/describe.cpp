// SPDX-License-Identifier: Apache-2.0
// One description, two forms.
#include "host/snn/describe.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "models/graph/graph.h"

namespace photic::host::snn {
namespace {

using nlohmann::ordered_json;

/// A line of text, as printf makes it.
[[gnu::format(printf, 1, 2)]] std::string line(const char* format, ...) {
  va_list values;
  va_start(values, format);
  va_list again;
  va_copy(again, values);
  const int size = std::vsnprintf(nullptr, 0, format, values);
  va_end(values);
  std::string text(static_cast<size_t>(size) + 1, '\0');
  std::vsnprintf(text.data(), text.size(), format, again);
  va_end(again);
  text.back() = '\n';
  return text;
}

size_t source_size(const Program& program, const MappedConnection& connection) {
  for (const MappedPopulation& population : program.populations) {
    if (population.name == connection.source) {
      return population.places.size();
    }
  }
  return graph::elements(program.input_shape);
}

/// Weights added when an average source of the connection spikes.
double operations_a_spike(const Program& program, const MappedConnection& connection) {
  const auto sources = static_cast<double>(source_size(program, connection));
  return sources > 0 ? static_cast<double>(connection.operations) / sources : 0;
}

std::set<uint32_t> cores_of(const MappedPopulation& population) {
  std::set<uint32_t> cores;
  for (const NeuronPlace& place : population.places) {
    cores.insert(place.core);
  }
  return cores;
}

struct Capacity {
  uint32_t neurons, axons, synapse_words, walks, fanout_words;
};

Capacity capacity(const Program& program, size_t unit) {
  const abi::SpuPreset& preset = program.preset;
  if (unit == preset.cores()) {
    return {preset.inputs, preset.outputs, 0, 0, preset.io_fanout_words};
  }
  return {preset.neurons, preset.axons, preset.synapse_words, preset.walks, preset.fanout_words};
}

std::string describe_errors(const QuantisationReport& report) {
  std::string text = line("quantisation");
  for (const WeightError& error : report.weights) {
    text += line("  %-20s %d bits, weights off by %.2f %% RMS, at most %.2f %% of the largest",
                 error.connection.c_str(), error.bits, 100 * error.rms, 100 * error.largest);
  }
  for (const PopulationError& error : report.populations) {
    text += line(
        "  %-20s threshold off by %.3f %% at most, decays by %.6f, room for %.2f times the largest input",
        error.population.c_str(), 100 * error.threshold, error.decay, error.input_headroom);
  }
  return text;
}

ordered_json errors_json(const QuantisationReport& report) {
  ordered_json json{{"weights", ordered_json::array()}, {"populations", ordered_json::array()}};
  for (const WeightError& error : report.weights) {
    json["weights"].push_back({{"connection", error.connection},
                               {"bits", error.bits},
                               {"rms", error.rms},
                               {"largest", error.largest}});
  }
  for (const PopulationError& error : report.populations) {
    json["populations"].push_back({{"population", error.population},
                                   {"threshold", error.threshold},
                                   {"decay", error.decay},
                                   {"threshold_units", error.threshold_units},
                                   {"input_headroom", error.input_headroom},
                                   {"accumulator_headroom", error.accumulator_headroom}});
  }
  return json;
}

}  // namespace

std::string describe_text(const Program& program, const QuantisationReport* report) {
  std::string text =
      line("%s: %u of %u cores, %llu words, input %s, %u outputs", std::string(program.preset.name).c_str(),
           program.cores_used(), program.preset.cores(), static_cast<unsigned long long>(program.words()),
           graph::to_string(program.input_shape).c_str(), program.outputs);
  text += line("populations");
  for (const MappedPopulation& population : program.populations) {
    const std::string output = population.output
                                   ? ", outputs " + std::to_string(*population.output) + ".." +
                                         std::to_string(*population.output + population.places.size() - 1)
                                   : "";
    text += line("  %-20s %s, %zu cores%s", population.name.c_str(),
                 graph::to_string(population.shape).c_str(), cores_of(population).size(), output.c_str());
  }
  text += line("connections");
  for (const MappedConnection& connection : program.connections) {
    text +=
        line("  %-20s %s > %s, %llu synapses, %.1f operations a spike, %llu words, %s",
             connection.name.c_str(), connection.source.c_str(), connection.target.c_str(),
             static_cast<unsigned long long>(connection.synapses), operations_a_spike(program, connection),
             static_cast<unsigned long long>(connection.words), connection.formats.c_str());
  }
  text += line("units");
  for (size_t unit = 0; unit < program.units.size(); ++unit) {
    const UnitUse& use = program.units[unit];
    if (use.neurons == 0) {
      continue;
    }
    const Capacity most = capacity(program, unit);
    if (unit == program.preset.cores()) {
      text += line("  input/output: inputs %u/%u, outputs %u/%u, fan-out words %u/%u", use.neurons,
                   most.neurons, use.axons, most.axons, use.fanout_words, most.fanout_words);
    } else {
      text += line(
          "  core %3zu: neurons %u/%u, axons %u/%u, synapse words %u/%u, walks %u/%u, fan-out words "
          "%u/%u: %s",
          unit, use.neurons, most.neurons, use.axons, most.axons, use.synapse_words, most.synapse_words,
          use.walks, most.walks, use.fanout_words, most.fanout_words, use.holds.c_str());
    }
  }
  return report != nullptr ? text + describe_errors(*report) : text;
}

std::string describe_json(const Program& program, const QuantisationReport* report) {
  ordered_json json{{"geometry", program.preset.name},
                    {"input", program.input_shape},
                    {"populations", ordered_json::array()},
                    {"connections", ordered_json::array()},
                    {"units", ordered_json::array()},
                    {"totals",
                     {{"cores", program.cores_used()},
                      {"words", program.words()},
                      {"outputs", program.outputs},
                      {"hop_cost", program.hop_cost}}}};
  for (const MappedPopulation& population : program.populations) {
    ordered_json entry{{"name", population.name},
                       {"shape", population.shape},
                       {"neurons", population.places.size()},
                       {"cores", cores_of(population)}};
    if (population.output) {
      entry["output"] = *population.output;
    }
    json["populations"].push_back(std::move(entry));
  }
  for (const MappedConnection& connection : program.connections) {
    json["connections"].push_back({{"name", connection.name},
                                   {"source", connection.source},
                                   {"target", connection.target},
                                   {"synapses", connection.synapses},
                                   {"operations_a_spike", operations_a_spike(program, connection)},
                                   {"axons", connection.axons},
                                   {"words", connection.words},
                                   {"formats", connection.formats}});
  }
  for (size_t unit = 0; unit < program.units.size(); ++unit) {
    const UnitUse& use = program.units[unit];
    if (use.neurons != 0) {
      json["units"].push_back({{"unit", unit},
                               {"holds", use.holds},
                               {"neurons", use.neurons},
                               {"axons", use.axons},
                               {"synapse_words", use.synapse_words},
                               {"walks", use.walks},
                               {"fanout_words", use.fanout_words}});
    }
  }
  if (report != nullptr) {
    json["quantisation"] = errors_json(*report);
  }
  return json.dump(2);
}

}  // namespace photic::host::snn
