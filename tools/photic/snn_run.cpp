// SPDX-License-Identifier: Apache-2.0
// photic snn run.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "host/base/error.h"
#include "host/snn/energy.h"
#include "models/graph/flatten.h"
#include "models/graph/shapes.h"
#include "tools/photic/command.h"
#include "tools/photic/exit_code.h"
#include "tools/photic/snn_options.h"
#include "tools/photic/snn_result.h"
#include "tools/photic/stop_signal.h"

namespace photic::tools {
namespace {

using Json = nlohmann::json;
namespace spiking = reference::spiking;

struct Options : SnnOptions {
  std::string device = "golden:spu?geometry=mesh5";
  DataSettings data;
  ShowSettings show;
  std::optional<uint32_t> drain;
  std::string energy = "loihi14";
  std::string answers;
  host::RetryPolicy policy{host::kDefaultRetries};
};

/// A moving line on a terminal, a line now and then elsewhere, an object a batch as JSON.
class Progress {
 public:
  explicit Progress(bool json) : json_(json), terminal_(isatty(STDERR_FILENO) == 1) {}

  void operator()(const Score& score, size_t samples) {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const size_t done = score.samples.size();
    const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
    if (json_) {
      std::printf("%s\n", Json{{"event", "progress"},
                               {"sample", done},
                               {"samples", samples},
                               {"correct", score.correct()},
                               {"samples_per_second", rate}}
                              .dump()
                              .c_str());
      std::fflush(stdout);
      return;
    }
    // Elsewhere than on a terminal ten lines a run say enough.
    const size_t tenth = 10 * done / samples;
    if (!terminal_ && tenth == said_) {
      return;
    }
    said_ = tenth;
    std::fprintf(stderr, "%ssample %zu/%zu  %zu of %zu right  %.1f samples/s  %.0f s left%s",
                 terminal_ ? "\r\033[K" : "", done, samples, score.correct(), score.labelled(), rate,
                 static_cast<double>(samples - done) / std::max(rate, 1e-9), terminal_ ? "" : "\n");
    if (terminal_ && (done == samples || score.interrupted)) {
      std::fprintf(stderr, "\r\033[K");
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  bool json_, terminal_;
  size_t said_ = 0;
  Clock::time_point start_ = Clock::now();
};

/// What a trained network was made for, where the command line does not say: its data set, pixels sent once,
/// all of an image's steps in one count.
Options completed(Options options, const SpikingNetwork& network) {
  if (network.trained) {
    DataSettings& data = options.data;
    if (!data.encode.empty() && data.encode != "once") {
      throw host::ConfigError(
          "--encode", "a checkpoint is shown its pixels once, not as '" + data.encode + "'", "leave it out");
    }
    data.encode = "once";
    data.data = data.data.empty() ? network.trained->data : data.data;
    options.drain = options.drain.value_or(0);
    data.steps = data.steps != 0 ? data.steps : settings_for(network, options.mapping).steps;
    options.mapping.steps = data.steps + *options.drain;
  }
  if (options.data.data.empty()) {
    throw host::ConfigError("--data", "is needed, since only a checkpoint names its data set",
                            "give one, see 'photic data list'");
  }
  return options;
}

/// The steps a network needs after its last input: one a population between images and answer.
uint32_t drain_of(const Options& options, const Samples& samples, size_t populations) {
  return options.drain.value_or(samples.images() ? static_cast<uint32_t>(populations) : 0);
}

void check_width(const Options& options, size_t inputs, const Samples& samples) {
  if (inputs != samples.width()) {
    throw host::ConfigError(options.network.file.string(),
                            "takes " + std::to_string(inputs) + " inputs, a sample of " + options.data.data +
                                " has " + std::to_string(samples.width()),
                            "give data the network was made for");
  }
}

Result run_float(const Options& options, const SpikingNetwork& network, const Samples& samples) {
  if (!network.graph) {
    throw host::ConfigError("--device float",
                            "runs graphs, and " + options.network.file.string() + " is none",
                            "use golden:spu, which is exact");
  }
  const graph::Graph flat = graph::resolve(graph::flatten(*network.graph));
  std::vector<std::string> nodes;
  for (const auto& [name, kind] : flat.nodes) {
    if (graph::spikes(kind)) {
      nodes.push_back(name);
    }
  }
  spiking::Network executed(flat, {options.mapping.dt, convention_of(options.mapping)});
  check_width(options, executed.inputs(), samples);
  ShowSettings settings = options.show;
  settings.drain = drain_of(options, samples, nodes.size());
  settings.batch = settings.batch == 0 ? 1 : settings.batch;
  Progress progress(options.json);
  settings.progress = std::ref(progress);
  Result result;
  result.score = show(executed, nodes, samples, settings);
  return result;
}

Result run_device(const Options& options, const SpikingNetwork& network, const Samples& samples) {
  const abi::SpuEnergyTable& table = host::snn::energy_table(options.energy);
  const DeviceSheet sheet = device_sheet(options.device);
  MappingSettings mapping = options.mapping;
  mapping.input_payload = samples.payload();
  const IntegerForm form = to_integers(network, mapping);
  check_width(options, graph::elements(form.network.input_shape), samples);
  host::snn::Runner runner(options.device, map(form.network, sheet.preset, mapping), options.policy);
  ShowSettings settings = options.show;
  settings.drain = drain_of(options, samples, form.network.populations.size());
  // A command of an untimed device is over at once; of a timed one each sample is worth a line.
  settings.batch = settings.batch != 0 ? settings.batch : sheet.timed ? 1 : 16;
  Progress progress(options.json);
  settings.progress = std::ref(progress);
  Result result;
  runner.clear_counters();
  result.score = show(runner, samples, settings);
  result.clock_hz = sheet.timed ? 1e3 * sheet.clock_khz : 0;
  result.table = &table;
  result.activity = activity_of(runner.program(), runner.counters(), table, result.device_seconds());
  result.failures = runner.failures();
  return result;
}

int run(const Options& options) {
  const SpikingNetwork network = read_network(options.network);
  Options with_stop = completed(options, network);
  const std::unique_ptr<Samples> samples = open_samples(with_stop.data);
  with_stop.show.stop = &stop_on_signals();
  const auto start = std::chrono::steady_clock::now();
  Result result = in_file(options.network.file, [&] {
    return options.device == "float" ? run_float(with_stop, network, *samples)
                                     : run_device(with_stop, network, *samples);
  });
  result.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  result.network = options.network.file.string();
  result.device = options.device;
  result.data = with_stop.data.data;
  if (!options.answers.empty()) {
    write_answers(options.answers, options.show.first, result.score);
  }
  if (options.json) {
    std::printf("%s\n", to_json(result).dump().c_str());
  } else {
    print(result);
  }
  return result.score.interrupted ? kInterrupted : kSuccess;
}

}  // namespace

void add_snn_run(CLI::App& snn, int& exit_code) {
  const auto options = std::make_shared<Options>();
  Options& o = *options;
  CLI::App* command =
      snn.add_subcommand("run", "Show data to a network; Ctrl-C ends after the batch under way");
  add_network_options(*command, o);
  add_mapping_options(*command, o);
  command
      ->add_option("--device", o.device,
                   "Device URI, as systemc:spu?geometry=mesh5; or float, the reference of graphs")
      ->capture_default_str()
      ->envname("PHOTIC_DEVICE");
  command->add_option(
      "--data", o.data.data,
      "mnist, fashion-mnist, nmnist, an archive of N-MNIST samples, or the path of one recording; default "
      "the data set of a checkpoint");
  command->add_option("--list", o.data.list, "List of samples in an archive; default test100.txt");
  command->add_option(
      "--encode", o.data.encode,
      "Images: integrate (default), rate, regular, latency, current, once (checkpoints); events: floor "
      "(default), nearest");
  command
      ->add_option("--steps", o.data.steps,
                   "Steps with input; default 20 for images, 16 for checkpoints, 300 for events")
      ->check(CLI::Range(1u, 1u << 20));
  command->add_option("--step-us", o.data.step_microseconds, "Microseconds of a recording in a step")
      ->capture_default_str();
  command->add_option(
      "--drain", o.drain,
      "Steps after the input; default one a population for images, none for checkpoints and events");
  command->add_option("--seed", o.data.seed, "Seed of the code 'rate'")->capture_default_str();
  command->add_option("--samples", o.show.samples, "Samples to show; default all");
  command->add_option("--first", o.show.first, "Number of the first sample")->capture_default_str();
  command->add_option("--decode", o.show.decode, "counts, first, or of voltages last, maximum, mean")
      ->capture_default_str();
  o.show.batch = 0;
  command->add_option("--batch", o.show.batch, "Samples under way at once; default 16, 1 on a timed device")
      ->check(CLI::Range(1, 4096));
  command->add_option("--energy", o.energy, "Table of event energies: loihi14, odin28 or reckon28")
      ->capture_default_str();
  command
      ->add_option("--retries", o.policy.retries,
                   "Retries of a batch that a device failed; the result does not depend on them")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  command->add_option("--answers", o.answers, "File for one JSON object a sample");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace photic::tools
