// SPDX-License-Identifier: Apache-2.0
// The photic command: trains networks on simulated or real devices and looks after data sets.
#include <cstdio>
#include <exception>

#include "host/base/error.h"
#include "host/checkpoint/safetensors.h"
#include "host/data/data_error.h"
#include "tools/photic/command.h"
#include "tools/photic/exit_code.h"

namespace {

using namespace photic;

int exit_code_of(const host::Error& error) {
  if (dynamic_cast<const host::DataError*>(&error) != nullptr) {
    return tools::kData;
  }
  if (dynamic_cast<const host::CheckpointError*>(&error) != nullptr) {
    return tools::kCheckpoint;
  }
  if (dynamic_cast<const host::DeviceError*>(&error) != nullptr) {
    return tools::kDevice;
  }
  return dynamic_cast<const host::IoError*>(&error) != nullptr ? tools::kIo : tools::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Photic: learning and inference without backpropagation, on simulated or real devices",
               "photic");
  app.require_subcommand(1);
  int exit_code = tools::kSuccess;
  tools::add_train_command(app, exit_code);
  tools::add_data_command(app, exit_code);
  tools::add_device_command(app, exit_code);
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? tools::kSuccess : tools::kUsage;
  } catch (const host::Error& error) {
    std::fprintf(stderr, "photic: %s\n", error.what());
    return exit_code_of(error);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "photic: internal error: %s\n", error.what());
    return tools::kInternal;
  }
}
