// SPDX-License-Identifier: Apache-2.0
// The register file of a spiking processing unit.
#pragma once

#include "drivers/abi/geometry.h"
#include "hw/shell/csr.h"

namespace photic::hw {

/// Csr with the SPU block: its geometry and its set-up register. The counters are shown by who counts.
class SpuCsr : public Csr {
 public:
  Register<uint32_t> spu_seed;  ///< SPU_SEED

  SpuCsr(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::SpuPreset& preset);
};

}  // namespace photic::hw
