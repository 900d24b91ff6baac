// SPDX-License-Identifier: Apache-2.0
// The register file of an optical processing unit.
#pragma once

#include "drivers/abi/geometry.h"
#include "hw/shell/csr.h"

namespace photic::hw {

/// Csr with the OPU block: its geometry and its set-up registers. The counters are shown by who counts.
class OpuCsr : public Csr {
 public:
  Register<uint32_t> opu_laser;   ///< OPU_LASER
  Register<uint32_t> opu_camera;  ///< OPU_CAMERA

  OpuCsr(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset);
};

}  // namespace photic::hw
