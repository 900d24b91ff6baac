// SPDX-License-Identifier: Apache-2.0
// Text and JSON views of the spiking half.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/snn/energy.h"
#include "models/workloads/optical_dfa/console.h"

namespace photic::workloads {
namespace {

using Json = nlohmann::json;
using Count = unsigned long long;

constexpr double kMicro = 1e6;

uint64_t neurons(const host::snn::Program& program) {
  uint64_t sum = 0;
  for (const auto& population : program.populations) {
    sum += population.places.size();
  }
  return sum;
}

uint64_t synapse_words(const host::snn::Program& program) {
  uint64_t sum = 0;
  for (const auto& unit : program.units) {
    sum += unit.synapse_words;
  }
  return sum;
}

Json to_json(const SpikingRow& row) {
  const SpikingScore& score = row.score;
  return {{"steps", row.steps},
          {"images", score.images},
          {"accuracy", score.accuracy()},
          {"rate_accuracy", row.rate_accuracy},
          {"input_events_per_image", score.mean(score.input_events)},
          {"spikes_per_image", score.mean(score.spikes)},
          {"synaptic_operations_per_image", score.mean(score.operations)},
          {"cycles_per_image", score.mean(score.cycles)},
          {"joules_per_image", score.joules / static_cast<double>(score.images)}};
}

}  // namespace

void Console::spikes_begin(const std::string& device, const SpikingClassifier& classifier) {
  const host::snn::Program& program = classifier.program;
  if (json_) {
    Json errors = Json::object();
    for (const auto& weights : classifier.report.weights) {
      errors[weights.connection] = {
          {"bits", weights.bits}, {"rms", weights.rms}, {"largest", weights.largest}};
    }
    line({{"event", "spiking_program"},
          {"device", device},
          {"neurons", neurons(program)},
          {"cores", program.cores_used()},
          {"synapse_bytes", 8 * synapse_words(program)},
          {"bytes", 8 * program.words()},
          {"weight_errors", errors}});
    return;
  }
  std::printf("\nThe same network as spikes, on %s:\n%llu neurons on %u of %u cores, %.0f KiB of weights (",
              device.c_str(), static_cast<Count>(neurons(program)), program.cores_used(),
              program.preset.cores(), static_cast<double>(synapse_words(program)) / 128);
  const char* separator = "";
  for (const auto& weights : classifier.report.weights) {
    std::printf("%s%d bits off by %.1f %%", separator, weights.bits, 100 * weights.rms);
    separator = ", ";
  }
  std::printf(")\n\n");
  std::fflush(stdout);
}

void Console::spikes_progress(uint32_t steps, double share) {
  if (json_) {
    line({{"event", "progress"}, {"method", "spikes"}, {"steps", steps}, {"share", share}});
  } else if (terminal_) {
    clear();
    std::printf("%u steps an image: %.0f %% of the images", steps, 100 * share);
    progress_shown_ = true;
    std::fflush(stdout);
  }
}

void Console::spikes(const SpikingTable& table) {
  clear();
  if (json_) {
    Json rows = Json::array();
    for (const SpikingRow& row : table.rows) {
      rows.push_back(to_json(row));
    }
    line({{"event", "spiking"},
          {"device", table.device},
          {"energy_table", table.energy},
          {"trained_accuracy", table.trained_accuracy},
          {"rows", rows}});
    return;
  }
  std::printf(
      "steps  in floats  in rates  in spikes  |  an image: events  spikes  synaptic operations  energy\n");
  for (const SpikingRow& row : table.rows) {
    const SpikingScore& score = row.score;
    std::printf("%5u  %7.2f %%  %6.2f %%  %7.2f %%  |  %16.0f  %6.0f  %19.0f  %.1f uJ\n", row.steps,
                100 * table.trained_accuracy, 100 * row.rate_accuracy, 100 * score.accuracy(),
                score.mean(score.input_events), score.mean(score.spikes), score.mean(score.operations),
                kMicro * score.joules / static_cast<double>(score.images));
  }
  std::printf("%zu test images; energies of %s.\n", table.rows.back().score.images, table.energy.c_str());
  std::fflush(stdout);
}

void Console::spikes_replay_progress(size_t done, size_t images) {
  if (json_) {
    line({{"event", "progress"}, {"method", "spikes-replay"}, {"image", done}, {"images", images}});
  } else if (terminal_) {
    clear();
    std::printf("image %zu/%zu", done, images);
    progress_shown_ = true;
    std::fflush(stdout);
  }
}

void Console::spikes_replayed(const std::string& device, const SpikingReplay& replay) {
  clear();
  if (json_) {
    line({{"event", "spiking_replay"},
          {"device", device},
          {"images", replay.images},
          {"bytes", replay.bytes},
          {"differing_bytes", replay.differing_bytes},
          {"counters", replay.counters},
          {"differing_counters", replay.differing_counters},
          {"cycles_per_image", replay.cycles_an_image()}});
    return;
  }
  const double cycles = replay.cycles_an_image();
  std::printf(
      "%zu images, %.0f cycles (%.0f us) each: %llu of %llu bytes and %llu of %llu counters differ.\n",
      replay.images, cycles, kMicro * host::snn::seconds_of(static_cast<uint64_t>(cycles)),
      static_cast<Count>(replay.differing_bytes), static_cast<Count>(replay.bytes),
      static_cast<Count>(replay.differing_counters), static_cast<Count>(replay.counters));
  pair_agreed(device);
  std::fflush(stdout);
}

void Console::spikes_interrupted() {
  clear();
  if (json_) {
    line({{"event", "interrupted"}});
  } else {
    std::printf("interrupted\n");
  }
}

}  // namespace photic::workloads
