// SPDX-License-Identifier: Apache-2.0
// Lists registers.
#include "drivers/transport/recording/format.h"

#include "drivers/abi/descriptors.h"
#include "drivers/abi/registers.h"

namespace photic::recording {

std::vector<uint32_t> register_offsets(uint32_t kind) {
  std::vector<uint32_t> offsets;
  for (const abi::RegisterInfo& info : abi::kRegisters) {
    if (abi::has_register(static_cast<abi::DeviceKind>(kind), info)) {
      offsets.push_back(info.offset);
      if (info.wide) {
        offsets.push_back(info.offset + 4);
      }
    }
  }
  return offsets;
}

}  // namespace photic::recording
