// SPDX-License-Identifier: Apache-2.0
// The two devices as the example uses them, so that one program runs over the native API and over OpenCL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "drivers/api/photic.h"
#include "drivers/api/photic_spu.h"

namespace photic::example {

/// Mirrors and pixels of an OPU.
struct OpticalSizes {
  uint32_t mirror_rows = 0, mirror_cols = 0;
  uint32_t pixel_rows = 0, pixel_cols = 0;
};

/// One OPU and one SPU. Every function waits for its command and throws std::runtime_error, naming what
/// failed.
class Accelerators {
 public:
  virtual ~Accelerators() = default;

  virtual OpticalSizes optical_sizes() const = 0;
  /// Name of the SPU's geometry preset.
  virtual std::string spiking_geometry() const = 0;

  virtual void set_light(uint32_t power, uint32_t shift, uint32_t adc_bits) = 0;
  /// Projects what `input` holds; `desc` says how, its addresses apart. Returns the saturated camera pixels.
  virtual uint64_t project(const photic_opu_project_desc& desc, std::span<const std::byte> input,
                           std::span<std::byte> output) = 0;

  /// Writes words to consecutive words of a region, the same number in each of `cores` cores.
  virtual void write(uint32_t core, uint32_t cores, uint32_t region, uint32_t word,
                     std::span<const uint64_t> words) = 0;
  virtual void clear(uint32_t what) = 0;
  /// Runs steps on `events`; `desc` says how, its buffers apart.
  virtual void run(const photic_spu_run_desc& desc, std::span<const uint64_t> events,
                   std::span<std::byte> records) = 0;
};

/// Over libphotic: the devices two URIs name.
std::unique_ptr<Accelerators> open_native(const std::string& optical, const std::string& spiking);

/// Over OpenCL: the first OPU and the first SPU of the platform named Photic.
std::unique_ptr<Accelerators> open_opencl();

}  // namespace photic::example
