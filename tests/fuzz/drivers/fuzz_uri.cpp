// SPDX-License-Identifier: Apache-2.0
// Any text is a device URI with its parts in order, or is refused as one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "drivers/transport/error.h"
#include "drivers/transport/uri.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using photic::abi::Status;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const auto uri = photic::transport::parse_uri(text);
    using photic::transport::UriForm;
    const bool simulated = uri.form == UriForm::kSimulated || uri.form == UriForm::kCheck;
    const bool fault = uri.form == UriForm::kFault;
    const bool wraps = fault || uri.form == UriForm::kRecord;
    if (uri.text != text || uri.targets.empty() == simulated || uri.path.empty() != (simulated || fault) ||
        uri.rules.empty() == fault || (uri.inner != nullptr) != wraps || uri.device().inner != nullptr) {
      std::abort();
    }
    photic::transport::driver_options(uri);
  } catch (const photic::transport::Error& error) {
    if (error.status() != Status::INVALID_URI && error.status() != Status::UNSUPPORTED) {
      std::abort();
    }
  }
  return 0;
}
