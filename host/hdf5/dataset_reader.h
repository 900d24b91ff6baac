// SPDX-License-Identifier: Apache-2.0
// One data set with libhdf5. For the reading process only.
#pragma once

#include <hdf5.h>

#include "host/hdf5/hdf5.h"

namespace photic::host::hdf5 {

/// Why reading stopped.
struct ReadFailure {
  Hdf5Error::Kind kind;
  std::string what;
};

/// The values of `dataset`. Throws ReadFailure.
Dataset read_dataset(hid_t dataset, const Limits& limits);

}  // namespace photic::host::hdf5
