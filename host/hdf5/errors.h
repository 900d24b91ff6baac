// SPDX-License-Identifier: Apache-2.0
// What helps against each kind of failure.
#pragma once

#include "host/hdf5/hdf5.h"

namespace photic::host::hdf5 {

inline const char* remedy(Hdf5Error::Kind kind) {
  switch (kind) {
    case Hdf5Error::Kind::kNotHdf5:
      return "give an HDF5 file";
    case Hdf5Error::Kind::kCorrupt:
      return "make or fetch the file again";
    case Hdf5Error::Kind::kUnsupported:
      return "store it as a group or an array of numbers or strings inside the file";
    case Hdf5Error::Kind::kTooLarge:
      return "split the file or raise the limit";
    case Hdf5Error::Kind::kReaderDied:
      return "do not trust this file; make or fetch it again";
  }
  return "";
}

}  // namespace photic::host::hdf5
