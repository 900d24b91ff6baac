// SPDX-License-Identifier: Apache-2.0
// A training of a small problem as a process of its own, to be killed.
//
//   survival_train <folder> <device>    begins a run, or goes on with the one in the folder
//
// Exit status as the photic command's: 0 done, 5 the device failed, 1 anything else.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "host/base/error.h"
#include "host/checkpoint/checkpoint.h"
#include "host/report/training_run.h"
#include "host/session/make_trainer.h"
#include "tests/unit/host/support.h"

namespace {

using namespace photic::host;

void train(const std::filesystem::path& folder, const std::string& device) {
  TrainConfig config = test::toy_config(Method::kOpticalDfa);
  config.device = device;
  config.epochs = 2;
  config.network.hidden = {24, 16};
  const Dataset data = test::toy_dataset();
  const auto trainer = make_trainer(config, data);
  const std::filesystem::path checkpoint = folder / "checkpoint.safetensors";
  if (std::filesystem::exists(checkpoint)) {
    restore_checkpoint(read_safetensors(checkpoint), checkpoint.string(), *trainer);
  }
  RunFolder run = read_config(folder) ? RunFolder::reopen(folder, trainer->steps_done())
                                      : RunFolder::create(folder, to_json(config));
  run_training(*trainer, run, {.checkpoint_every = 3}, [](const nlohmann::json&) {});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: survival_train <folder> <device>\n");
    return 1;
  }
  try {
    train(argv[1], argv[2]);
    return 0;
  } catch (const DeviceError& error) {
    std::fprintf(stderr, "survival_train: %s\n", error.what());
    return 5;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "survival_train: %s\n", error.what());
    return 1;
  }
}
