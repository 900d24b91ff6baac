// SPDX-License-Identifier: Apache-2.0
// Chooses the way to a device.
#include "drivers/transport/in_process.h"
#include "drivers/transport/transport.h"
#include "drivers/transport/vfio_user_client.h"

namespace photic::transport {

std::unique_ptr<Transport> connect(const Uri& uri) {
  const DriverOptions options = driver_options(uri);
  if (uri.form == UriForm::kRemote) {
    return connect_remote(uri, options);
  }
  if (uri.form == UriForm::kSimulated && uri.targets[0] == "golden" && !options.process) {
    return connect_in_process(uri, options);
  }
  return connect_process(uri, options);
}

}  // namespace photic::transport
