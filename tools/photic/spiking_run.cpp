// SPDX-License-Identifier: Apache-2.0
// Batches of samples.
#include "tools/photic/spiking_run.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "host/base/error.h"
#include "host/events/decoders.h"

namespace photic::tools {
namespace {

using host::MembraneScore;
using host::SpikeTrain;

/// Calls `answer_batch(inputs, score)` for one batch after the other and keeps the score.
template <typename AnswerBatch>
Score show_batches(const Samples& samples, const ShowSettings& settings, const AnswerBatch& answer_batch) {
  if (settings.first >= samples.count()) {
    throw host::ConfigError("--first", "there are " + std::to_string(samples.count()) + " samples",
                            "give a smaller number");
  }
  const size_t left = samples.count() - settings.first;
  const size_t wanted = settings.samples == 0 ? left : std::min(settings.samples, left);
  Score score;
  decode(settings.decode, std::array{0.0},
         1);  // an unknown name is better found before a long run than after it
  while (score.samples.size() < wanted && !score.interrupted) {
    std::vector<Sample> batch;
    std::vector<SpikeTrain> inputs;
    for (size_t i = score.samples.size(); i < wanted && batch.size() < settings.batch; ++i) {
      batch.push_back(samples.sample(settings.first + i));
      batch.back().input.steps += settings.drain;
      score.input_events += batch.back().input.events.size();
      inputs.push_back(batch.back().input);
    }
    const std::vector<std::optional<size_t>> answers = answer_batch(inputs, score);
    for (size_t i = 0; i < batch.size(); ++i) {
      score.samples.push_back({answers[i], batch[i].label});
    }
    score.interrupted = settings.stop != nullptr && *settings.stop && score.samples.size() < wanted;
    if (settings.progress) {
      settings.progress(score, wanted);
    }
  }
  return score;
}

}  // namespace

std::optional<size_t> decode(const std::string& how, std::span<const double> output, size_t width) {
  if (how == "counts") {
    std::vector<double> counts(width);
    for (size_t i = 0; i < output.size(); ++i) {
      counts[i % width] += output[i];
    }
    return host::best(counts);
  }
  if (how == "first") {
    const auto spike = std::find_if(output.begin(), output.end(), [](double value) { return value != 0; });
    return spike == output.end() ? std::nullopt
                                 : std::optional(static_cast<size_t>(spike - output.begin()) % width);
  }
  if (how == "last") {
    return host::decode_membrane(output, width, MembraneScore::kLast);
  }
  if (how == "maximum") {
    return host::decode_membrane(output, width, MembraneScore::kMaximum);
  }
  if (how == "mean") {
    return host::decode_membrane(output, width, MembraneScore::kMean);
  }
  throw host::ConfigError("--decode", "'" + how + "' is unknown",
                          "give one of: counts, first, last, maximum, mean");
}

size_t Score::labelled() const {
  return static_cast<size_t>(
      std::count_if(samples.begin(), samples.end(), [](const Verdict& v) { return v.label.has_value(); }));
}

size_t Score::correct() const {
  return static_cast<size_t>(std::count_if(samples.begin(), samples.end(), [](const Verdict& v) {
    return v.label.has_value() && v.answer.has_value() && *v.answer == *v.label;
  }));
}

DeviceSheet device_sheet(const std::string& uri) {
  try {
    const photic_capabilities capabilities = Device::open(uri).capabilities();
    return {host::snn::device_preset(uri), capabilities.timed != 0, capabilities.clock_khz};
  } catch (const photic::Error& error) {
    throw host::DeviceError("device " + uri, error.what(), "see 'photic device list'");
  }
}

Score show(host::snn::Runner& device, const Samples& samples, const ShowSettings& settings) {
  host::snn::RunOptions options;
  // Sums over steps are enough for counts, and a record a sample is less than one a step.
  options.record = settings.decode == "counts" ? host::snn::RunOptions::Record::kCounts
                                               : host::snn::RunOptions::Record::kSteps;
  return show_batches(samples, settings, [&](const std::vector<SpikeTrain>& inputs, Score& score) {
    const host::snn::RunResult result = device.run(inputs, options);
    score.cycles += result.cycles;
    std::vector<std::optional<size_t>> answers;
    const size_t values = result.records * result.outputs;
    for (size_t s = 0; s < inputs.size(); ++s) {
      const auto first = result.values.begin() + static_cast<ptrdiff_t>(s * values);
      const std::vector<double> output(first, first + static_cast<ptrdiff_t>(values));
      answers.push_back(decode(settings.decode, output, result.outputs));
    }
    return answers;
  });
}

Score show(reference::spiking::Network& network, const std::vector<std::string>& spiking_nodes,
           const Samples& samples, const ShowSettings& settings) {
  std::vector<uint64_t> spikes(spiking_nodes.size());
  Score score = show_batches(samples, settings, [&](const std::vector<SpikeTrain>& inputs, Score&) {
    std::vector<std::optional<size_t>> answers;
    for (const SpikeTrain& train : inputs) {
      const std::vector<double> dense = host::to_dense(train);
      std::vector<double> output;
      network.reset();
      for (uint32_t t = 0; t < train.steps; ++t) {
        network.step(std::span(dense).subspan(size_t{t} * train.width, train.width));
        output.insert(output.end(), network.output().begin(), network.output().end());
        for (size_t n = 0; n < spiking_nodes.size(); ++n) {
          const auto fired = network.value({spiking_nodes[n], reference::spiking::Quantity::kOutput});
          spikes[n] += static_cast<uint64_t>(std::accumulate(fired.begin(), fired.end(), 0.0));
        }
      }
      answers.push_back(decode(settings.decode, output, network.outputs()));
    }
    return answers;
  });
  for (size_t n = 0; n < spiking_nodes.size(); ++n) {
    score.spikes.emplace_back(spiking_nodes[n], spikes[n]);
  }
  return score;
}

}  // namespace photic::tools
