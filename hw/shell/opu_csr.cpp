// SPDX-License-Identifier: Apache-2.0
// The OPU block.
#include "hw/shell/opu_csr.h"

namespace photic::hw {

OpuCsr::OpuCsr(const sc_core::sc_module_name& name, ClockDomain& clock, const abi::Preset& preset)
    : Csr(name, clock, abi::DeviceKind::OPU, preset.index),
      opu_laser(clock, "opu_laser", abi::OPU_LASER_RESET),
      opu_camera(clock, "opu_camera", abi::OPU_CAMERA_RESET) {
  constant(abi::OPU_MIRRORS,
           abi::OPU_MIRRORS_ROWS.set(preset.mirror_rows) | abi::OPU_MIRRORS_COLS.set(preset.mirror_cols));
  constant(abi::OPU_PIXELS,
           abi::OPU_PIXELS_ROWS.set(preset.pixel_rows) | abi::OPU_PIXELS_COLS.set(preset.pixel_cols));
  storage(abi::OPU_LASER, opu_laser, abi::OPU_LASER_POWER.mask() | abi::OPU_LASER_SHIFT.mask());
  storage(abi::OPU_CAMERA, opu_camera, abi::OPU_CAMERA_ADC_BITS.mask());
}

}  // namespace photic::hw
