// SPDX-License-Identifier: Apache-2.0
// The devices over libphotic.
#include <algorithm>
#include <cstring>

#include "drivers/api/photic.hpp"
#include "examples/opencl/accelerators.h"

namespace photic::example {
namespace {

// Two buffers of a device that grow as needed.
struct Staging {
  Buffer source, destination;

  void reserve(const Device& device, size_t in, size_t out) {
    if (!source || source.size() < in) {
      source = device.allocate(std::max<size_t>(in, 4096));
    }
    if (!destination || destination.size() < out) {
      destination = device.allocate(std::max<size_t>(out, 4096));
    }
  }
};

class Native : public Accelerators {
 public:
  Native(const std::string& optical, const std::string& spiking)
      : opu_(Device::open(optical)),
        spu_(Device::open(spiking)),
        opu_queue_(opu_.queue(4)),
        spu_queue_(spu_.queue(4)) {}

  OpticalSizes optical_sizes() const override {
    const photic_capabilities caps = opu_.capabilities();
    return {caps.mirror_rows, caps.mirror_cols, caps.pixel_rows, caps.pixel_cols};
  }

  std::string spiking_geometry() const override { return spu_.capabilities().geometry; }

  void set_light(uint32_t power, uint32_t shift, uint32_t adc_bits) override {
    opu_.configure({0, power, shift, adc_bits});
  }

  uint64_t project(const photic_opu_project_desc& desc, std::span<const std::byte> input,
                   std::span<std::byte> output) override {
    optical_.reserve(opu_, input.size(), output.size());
    std::memcpy(optical_.source.data(), input.data(), input.size());
    photic_opu_project_desc command = desc;
    command.source = optical_.source.bus_address();
    command.destination = optical_.destination.bus_address();
    const Event event = opu_queue_.project(command);
    event.wait();
    std::memcpy(output.data(), optical_.destination.data(), output.size());
    return event.info().detail;
  }

  void write(uint32_t core, uint32_t cores, uint32_t region, uint32_t word,
             std::span<const uint64_t> words) override {
    spiking_.reserve(spu_, words.size_bytes(), 0);
    std::memcpy(spiking_.source.data(), words.data(), words.size_bytes());
    photic_spu_memory_desc command = spu_memory_desc();
    command.buffer = spiking_.source.get();
    command.core = core;
    command.cores = cores;
    command.region = region;
    command.word = word;
    command.words = static_cast<uint32_t>(words.size() / cores);
    spu_queue_.write(command).wait();
  }

  void clear(uint32_t what) override { spu_queue_.clear(what).wait(); }

  void run(const photic_spu_run_desc& desc, std::span<const uint64_t> events,
           std::span<std::byte> records) override {
    spiking_.reserve(spu_, events.size_bytes(), records.size());
    std::memcpy(spiking_.source.data(), events.data(), events.size_bytes());
    photic_spu_run_desc command = desc;
    command.source = spiking_.source.get();
    command.destination = spiking_.destination.get();
    spu_queue_.run(command).wait();
    std::memcpy(records.data(), spiking_.destination.data(), records.size());
  }

 private:
  Device opu_, spu_;
  Queue opu_queue_, spu_queue_;
  Staging optical_, spiking_;
};

}  // namespace

std::unique_ptr<Accelerators> open_native(const std::string& optical, const std::string& spiking) {
  return std::make_unique<Native>(optical, spiking);
}

}  // namespace photic::example
