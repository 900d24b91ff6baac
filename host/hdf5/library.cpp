// SPDX-License-Identifier: Apache-2.0
// The lock and the error stack.
#include "host/hdf5/library.h"

namespace photic::host::hdf5 {

std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

std::string last_reason() {
  std::string reason;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* error, void* out) -> herr_t {
        auto& text = *static_cast<std::string*>(out);
        if (text.empty() && error->desc != nullptr) {
          text = error->desc;
        }
        return 0;
      },
      &reason);
  return reason.empty() ? "no reason given" : reason;
}

}  // namespace photic::host::hdf5
