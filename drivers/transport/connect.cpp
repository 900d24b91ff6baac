// SPDX-License-Identifier: Apache-2.0
// Chooses the way to a device.
#include "drivers/transport/error.h"
#include "drivers/transport/in_process.h"
#include "drivers/transport/transport.h"

namespace photic::transport {

std::unique_ptr<Transport> connect(const Uri& uri) {
  const DriverOptions options = driver_options(uri);
  if (uri.form == UriForm::kSimulated && uri.targets[0] == "golden" && !options.process) {
    return connect_in_process(uri, options);
  }
  throw Error(abi::Status::UNSUPPORTED, "'" + uri.text + "' runs in another process; use golden:opu");
}

}  // namespace photic::transport
