// SPDX-License-Identifier: Apache-2.0
// Tables of means.
#include "tools/photic/snn_result.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/base/atomic_file.h"

namespace photic::tools {
namespace {

using abi::SpuCounter;
using Json = nlohmann::json;

/// SPU_COUNTER in its order, in JSON's words.
constexpr std::array kCounterNames{
    "spikes",         "synaptic_operations", "flits_in",      "flits_out",   "updates",   "saturations",
    "drops",          "parity_errors",       "synapse_reads", "hops",        "signature", "table_reads",
    "cycles_deliver", "cycles_sweep",        "cycles_emit",   "cycles_stall"};
static_assert(kCounterNames.size() == abi::kSpuCounters);

double samples_of(const Result& result) {
  return static_cast<double>(std::max<size_t>(result.score.samples.size(), 1));
}

Json activity_json(const UnitActivity& activity, double samples) {
  Json json = {{"name", activity.name},
               {"units", activity.units},
               {"energy_joules", activity.joules},
               {"energy_joules_per_inference", activity.joules / samples}};
  for (size_t c = 0; c < kCounterNames.size(); ++c) {
    // A sum of signatures says nothing.
    if (c != static_cast<size_t>(SpuCounter::SIGNATURE)) {
      json[kCounterNames[c]] = activity.counters[c];
    }
  }
  return json;
}

/// "1.234 uJ".
std::string engineering(double value, const char* unit) {
  static constexpr std::array kPrefixes{"", "m", "u", "n", "p"};
  size_t prefix = 0;
  while (value != 0 && value < 1 && prefix + 1 < kPrefixes.size()) {
    value *= 1000;
    ++prefix;
  }
  char text[48];
  std::snprintf(text, sizeof(text), "%.3f %s%s", value, kPrefixes[prefix], unit);
  return text;
}

void print_row(const UnitActivity& a, double samples) {
  std::printf("%-28s %12.1f %14.1f %12.1f %12.1f %12.1f  %s\n", a.name.c_str(),
              static_cast<double>(a.counter(SpuCounter::SPIKES)) / samples,
              static_cast<double>(a.counter(SpuCounter::SYNAPTIC_OPS)) / samples,
              static_cast<double>(a.counter(SpuCounter::UPDATES)) / samples,
              static_cast<double>(a.counter(SpuCounter::FLITS_OUT)) / samples,
              static_cast<double>(a.counter(SpuCounter::HOPS)) / samples,
              engineering(a.joules / samples, "J").c_str());
}

void print_activity(const Result& result, double samples) {
  std::printf("%-28s %12s %14s %12s %12s %12s  %s\n", "an inference", "spikes", "synaptic ops", "updates",
              "packets", "hops", "energy");
  print_row(result.activity->total, samples);
  for (const UnitActivity& layer : result.activity->layers) {
    print_row(layer, samples);
  }
  std::printf("by core\n");
  for (UnitActivity core : result.activity->cores) {
    core.name =
        core.name == "input/output" ? core.name : std::to_string(core.units.front()) + ": " + core.name;
    print_row(core, samples);
  }
  std::printf("energy by table '%s' (%s)\n", std::string(result.table->name).c_str(),
              std::string(result.table->description).c_str());
  const uint64_t clipped = result.activity->total.counter(SpuCounter::SATURATIONS);
  const uint64_t dropped = result.activity->total.counter(SpuCounter::DROPS);
  if (clipped != 0 || dropped != 0) {
    std::printf("attention: %llu values saturated, %llu packets dropped\n",
                static_cast<unsigned long long>(clipped), static_cast<unsigned long long>(dropped));
  }
}

}  // namespace

double Result::device_seconds() const {
  return clock_hz == 0 ? 0 : static_cast<double>(score.cycles) / clock_hz;
}

Json to_json(const Result& result) {
  const Score& score = result.score;
  const double samples = samples_of(result);
  Json json = {{"event", "result"},
               {"network", result.network},
               {"device", result.device},
               {"data", result.data},
               {"samples", score.samples.size()},
               {"labelled", score.labelled()},
               {"correct", score.correct()},
               {"input_events", score.input_events},
               {"interrupted", score.interrupted},
               {"wall_seconds", result.wall_seconds}};
  if (!result.failures.empty()) {
    json["device_failures"] = host::to_json(result.failures);
  }
  if (score.labelled() != 0) {
    json["accuracy"] = static_cast<double>(score.correct()) / static_cast<double>(score.labelled());
  }
  for (const auto& [node, spikes] : score.spikes) {
    json["spikes"][node] = spikes;
  }
  if (result.activity) {
    if (result.clock_hz != 0) {
      json["cycles"] = score.cycles;
      json["cycles_per_inference"] = static_cast<double>(score.cycles) / samples;
      json["latency_seconds"] = result.device_seconds() / samples;
    }
    json["energy_table"] = {{"name", result.table->name}, {"description", result.table->description}};
    json["total"] = activity_json(result.activity->total, samples);
    for (const UnitActivity& layer : result.activity->layers) {
      json["layers"].push_back(activity_json(layer, samples));
    }
    for (const UnitActivity& core : result.activity->cores) {
      json["cores"].push_back(activity_json(core, samples));
    }
  }
  return json;
}

void print(const Result& result) {
  const Score& score = result.score;
  const double samples = samples_of(result);
  std::printf("%s on %s, %s: ", result.network.c_str(), result.device.c_str(), result.data.c_str());
  if (score.labelled() != 0) {
    std::printf("%zu of %zu right, %.2f %%", score.correct(), score.labelled(),
                100.0 * static_cast<double>(score.correct()) / static_cast<double>(score.labelled()));
  } else if (score.samples.size() == 1 && score.samples.front().answer) {
    std::printf("class %zu", *score.samples.front().answer);
  } else {
    std::printf("%zu samples", score.samples.size());
  }
  std::printf("%s, in %.1f s\n", score.interrupted ? " (interrupted)" : "", result.wall_seconds);
  if (!result.failures.empty()) {
    std::printf("%s\n", host::to_text(result.failures).c_str());
  }
  std::printf("input events an inference: %.1f\n", static_cast<double>(score.input_events) / samples);
  for (const auto& [node, spikes] : score.spikes) {
    std::printf("spikes of %s an inference: %.1f\n", node.c_str(), static_cast<double>(spikes) / samples);
  }
  if (!result.activity) {
    return;
  }
  if (result.clock_hz != 0) {
    std::printf("latency: %.0f cycles, %s at %.0f MHz\n", static_cast<double>(score.cycles) / samples,
                engineering(result.device_seconds() / samples, "s").c_str(), result.clock_hz / 1e6);
  } else {
    std::printf("latency: none, the device is untimed; take systemc:spu or rtl:spu\n");
  }
  print_activity(result, samples);
}

void write_answers(const std::string& file, size_t first, const Score& score) {
  std::string text;
  for (size_t i = 0; i < score.samples.size(); ++i) {
    const Verdict& verdict = score.samples[i];
    text += Json{{"sample", first + i},
                 {"label", verdict.label ? Json(*verdict.label) : Json(nullptr)},
                 {"answer", verdict.answer ? Json(*verdict.answer) : Json(nullptr)}}
                .dump() +
            "\n";
  }
  host::write_atomically(file, text);
}

}  // namespace photic::tools
