// SPDX-License-Identifier: Apache-2.0
// Chooses the way to a device.
#include "drivers/transport/in_process.h"
#include "drivers/transport/transport.h"
#include "drivers/transport/vfio/vfio_transport.h"
#include "drivers/transport/vfio_user_client.h"

namespace photic::transport {
namespace {

// What records or spoils a device sits at the device's own boundary, in whatever process simulates it.
void check_wrapping(const Uri& uri) {
  const bool elsewhere = uri.device().form == UriForm::kRemote || uri.device().form == UriForm::kVfio;
  if (uri.inner && elsewhere) {
    throw Error(
        abi::Status::UNSUPPORTED,
        "device URI '" + uri.text.substr(0, 200) +
            "': a device that is not simulated here cannot be recorded or made to fail from here; give "
            "the whole URI to the photic-device that runs it");
  }
}

}  // namespace

std::unique_ptr<Transport> connect(const Uri& uri) {
  check_wrapping(uri);
  const DriverOptions options = driver_options(uri);
  const Uri& device = uri.device();
  if (device.form == UriForm::kRemote) {
    return connect_remote(uri, options);
  }
  if (device.form == UriForm::kVfio) {
    return connect_vfio(uri, options);
  }
  const bool golden = device.form == UriForm::kSimulated && device.targets[0] == "golden";
  if ((golden || device.form == UriForm::kReplay) && !options.process) {
    return connect_in_process(uri, options);
  }
  return connect_process(uri, options);
}

}  // namespace photic::transport
