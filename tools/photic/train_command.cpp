// SPDX-License-Identifier: Apache-2.0
// photic train.
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "host/checkpoint/checkpoint.h"
#include "host/report/training_run.h"
#include "host/session/make_trainer.h"
#include "host/tensor/parallel.h"
#include "tools/photic/command.h"
#include "tools/photic/console.h"
#include "tools/photic/exit_code.h"
#include "tools/photic/stop_signal.h"

namespace photic::tools {
namespace {

namespace fs = std::filesystem;

/// The command line, before names are understood.
struct Options {
  host::TrainConfig config;
  std::string method = std::string(host::method_name(host::TrainConfig{}.method));
  std::string activation = std::string(host::activation_name(host::NetworkConfig{}.activation));
  std::string optimizer = std::string(host::optimizer_name(host::OptimizerConfig{}.kind));
  std::string schedule = std::string(host::schedule_name(host::OptimizerConfig{}.schedule));
  std::string ternary = std::string(host::ternary_rule_name(host::TernariserConfig{}.rule));
  std::string folder;
  std::string resume;
  uint64_t checkpoint_every = 0;
  host::RetryPolicy policy{host::kDefaultRetries};
  size_t threads = 0;
  bool json = false;
};

host::TrainConfig understood(const Options& options) {
  host::TrainConfig config = options.config;
  config.method = host::method_from_name(options.method);
  config.network.activation = host::activation_from_name(options.activation);
  config.optimizer.kind = host::optimizer_from_name(options.optimizer);
  config.optimizer.schedule = host::schedule_from_name(options.schedule);
  config.ternariser.rule = host::ternary_rule_from_name(options.ternary);
  host::check(config);
  return config;
}

/// --run, or the first free runs/<data>-<method>-s<seed>[-n].
fs::path choose_folder(const Options& options, const host::TrainConfig& config) {
  if (!options.folder.empty()) {
    return options.folder;
  }
  const std::string base =
      config.data + "-" + std::string(host::method_name(config.method)) + "-s" + std::to_string(config.seed);
  fs::path folder = fs::path("runs") / base;
  for (int n = 2; fs::exists(folder); ++n) {
    folder = fs::path("runs") / (base + "-" + std::to_string(n));
  }
  return folder;
}

int run(const Options& options, host::Trainer& trainer, host::RunFolder& folder) {
  Console console(options.json);
  const host::RunOptions run_options{.checkpoint_every = options.checkpoint_every,
                                     .stop = &stop_on_signals()};
  const bool finished = host::run_training(trainer, folder, run_options,
                                           [&](const nlohmann::json& event) { console.show(event); });
  return finished ? kSuccess : kInterrupted;
}

int train_new(const Options& options) {
  host::TrainConfig config = understood(options);
  const host::Dataset data = host::load_dataset(host::find_dataset(config.data));
  config.network.inputs = data.train.features;
  config.network.classes = data.classes;
  const auto trainer = host::make_trainer(config, data, options.policy);
  host::RunFolder folder = host::RunFolder::create(choose_folder(options, config), host::to_json(config));
  return run(options, *trainer, folder);
}

int train_on(const Options& options) {
  const fs::path checkpoint = fs::path(options.resume) / "checkpoint.safetensors";
  // A run that was killed before its first checkpoint has its settings, and begins again.
  const std::optional<host::TrainConfig> begun =
      fs::exists(checkpoint) ? std::nullopt : host::read_config(options.resume);
  const host::TensorFile file = begun ? host::TensorFile{} : host::read_safetensors(checkpoint);
  const host::TrainConfig config = begun ? *begun : host::checkpoint_config(file, checkpoint.string());
  const host::Dataset data = host::load_dataset(host::find_dataset(config.data));
  const auto trainer = host::make_trainer(config, data, options.policy);
  if (!begun) {
    host::restore_checkpoint(file, checkpoint.string(), *trainer);
  }
  host::RunFolder folder = host::RunFolder::reopen(options.resume, trainer->steps_done());
  return run(options, *trainer, folder);
}

/// Whether an option stood on the command line; a value equal to its environment variable's counts as a
/// default.
bool was_typed(const CLI::Option& option) {
  const char* variable = option.get_envname().empty() ? nullptr : std::getenv(option.get_envname().c_str());
  return option.count() > 0 && !(variable != nullptr && option.results().front() == variable);
}

/// Settings that decide the result; a resumed run has them from its checkpoint.
void add_settings(CLI::App& command, Options& o) {
  host::TrainConfig& c = o.config;
  command.add_option("--data", c.data, "Data set, see 'photic data list'");
  command.add_option("--method", o.method, "backprop, float-dfa, optical-dfa or shallow");
  command
      .add_option("--device", c.device,
                  "What projects for optical-dfa: exact, exact?snr_db=25, or a device URI")
      ->envname("PHOTIC_DEVICE");
  command.add_option("--hidden", c.network.hidden, "Widths of the hidden layers, as 1024,1024")
      ->delimiter(',');
  command.add_option("--activation", o.activation, "relu or tanh");
  command.add_flag("--batch-norm", c.network.batch_norm, "Normalise before every hidden activation");
  command.add_option("--dropout", c.network.dropout, "Share of hidden units dropped in training");
  command.add_option("--optimizer", o.optimizer, "sgd or adam");
  command.add_option("--learning-rate", c.optimizer.learning_rate, "First learning rate");
  command.add_option("--momentum", c.optimizer.momentum, "Momentum of sgd");
  command.add_option("--weight-decay", c.optimizer.weight_decay, "Weight decay");
  command.add_option("--schedule", o.schedule, "constant, cosine or step");
  command.add_option("--epochs", c.epochs, "Passes over the training set");
  command.add_option("--batch", c.batch, "Samples a step");
  command.add_option("--seed", c.seed, "Seed of everything random");
  command.add_option("--gain", c.feedback_gain, "Scale of the feedback");
  command.add_option("--ternary", o.ternary, "threshold, quantile, top-k or stochastic");
  command.add_option("--theta", c.ternariser.theta, "Threshold, quantile, or scale of the stochastic rule");
  command.add_option("--top-k", c.ternariser.k, "Components kept by top-k");
  command.add_flag("--centre,!--no-centre", c.centre, "Subtract the batch mean of the projection");
  command.add_option("--probe-every", c.probe_every, "Steps between alignment probes, 0: never");
}

}  // namespace

void add_train_command(CLI::App& photic, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      photic.add_subcommand("train", "Train a network; Ctrl-C leaves a checkpoint to go on from");
  command->option_defaults()->always_capture_default();
  add_settings(*command, *options);
  const std::vector<CLI::Option*> settings =
      command->get_options([](const CLI::Option* option) { return option->get_name() != "--help"; });
  CLI::Option* folder =
      command->add_option("--run", options->folder, "Folder of the run; default runs/<name>");
  CLI::Option* resume = command->add_option("--resume", options->resume, "Folder of a run to go on with");
  resume->excludes(folder);
  command->add_option("--checkpoint-every", options->checkpoint_every,
                      "Steps between checkpoints, 0: every epoch");
  command
      ->add_option("--retries", options->policy.retries,
                   "Retries of a projection that a device failed; the result does not depend on them")
      ->check(CLI::Range(0, 1000));
  command->add_option("--threads", options->threads,
                      "Threads, 0: one a core; the result does not depend on it");
  command->add_flag("--json", options->json, "One JSON object a line");
  command->callback([options, settings, resume, &exit_code] {
    for (const CLI::Option* setting : settings) {
      if (resume->count() > 0 && was_typed(*setting)) {
        throw CLI::ExcludesError(resume->get_name(), setting->get_name());
      }
    }
    if (options->threads != 0) {
      host::set_thread_count(options->threads);
    }
    exit_code = resume->count() > 0 ? train_on(*options) : train_new(*options);
  });
}

}  // namespace photic::tools
