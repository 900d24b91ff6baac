// SPDX-License-Identifier: Apache-2.0
// The photic command: trains networks, runs spiking ones on simulated or real devices, looks after data sets.
#include <cstdio>
#include <exception>

#include "host/base/error.h"
#include "host/checkpoint/safetensors.h"
#include "host/data/data_error.h"
#include "host/events/event_error.h"
#include "host/graph/graph_file_error.h"
#include "host/hdf5/hdf5.h"
#include "host/snn/snn_error.h"
#include "models/graph/graph_error.h"
#include "models/reference/spiking/error.h"
#include "tools/photic/command.h"
#include "tools/photic/exit_code.h"

namespace {

using namespace photic;

int exit_code_of(const host::Error& error) {
  const auto is = [&](auto* kind) { return dynamic_cast<decltype(kind)>(&error) != nullptr; };
  if (is(static_cast<const host::DataError*>(nullptr)) || is(static_cast<const host::EventError*>(nullptr))) {
    return tools::kData;
  }
  if (is(static_cast<const host::CheckpointError*>(nullptr)) ||
      is(static_cast<const host::GraphFileError*>(nullptr)) ||
      is(static_cast<const host::hdf5::Hdf5Error*>(nullptr))) {
    return tools::kCheckpoint;
  }
  if (const auto* snn = dynamic_cast<const host::snn::SnnError*>(&error)) {
    using Kind = host::snn::SnnError::Kind;
    return snn->kind() == Kind::kDevice || snn->kind() == Kind::kProgram ? tools::kDevice : tools::kUsage;
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
  tools::add_snn_command(app, exit_code);
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? tools::kSuccess : tools::kUsage;
  } catch (const host::Error& error) {
    std::fprintf(stderr, "photic: %s\n", error.what());
    return exit_code_of(error);
  } catch (const graph::GraphError& error) {
    std::fprintf(stderr, "photic: %s\n", error.what());
    return tools::kCheckpoint;
  } catch (const reference::spiking::ReferenceError& error) {
    std::fprintf(stderr, "photic: %s\n", error.what());
    return tools::kUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "photic: internal error: %s\n", error.what());
    return tools::kInternal;
  }
}
