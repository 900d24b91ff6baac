// SPDX-License-Identifier: Apache-2.0
// Two golden OPUs as candidates, one of which can be made to err.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/golden/opu_device.h"
#include "sim/lockstep/check_port.h"
#include "sim/lockstep/host_memory.h"

namespace photic::lockstep {

/// What a faulty device does wrong. Empty functions do nothing.
struct Fault {
  std::function<void(uint64_t address, std::vector<uint64_t>& words)> write{};
  std::function<uint32_t(uint32_t offset, uint32_t value)> read{};
  std::function<bool(unsigned vector)> drops_interrupt{};
  std::function<void()> advance{};
};

/// A golden device with a fault between it and the outside.
class FaultyDevice final : public abi::DevicePort, abi::DmaPort, abi::InterruptPort {
 public:
  FaultyDevice(const golden::OpuOptions& options, abi::DmaPort& memory, abi::InterruptPort& interrupts,
               Fault fault)
      : memory_(memory),
        interrupts_(interrupts),
        fault_(std::move(fault)),
        device_(golden::make_opu(options, *this, *this)) {}

  uint32_t read(uint32_t offset) override {
    const uint32_t value = device_->read(offset);
    return fault_.read ? fault_.read(offset, value) : value;
  }
  void write(uint32_t offset, uint32_t value) override { device_->write(offset, value); }
  abi::Activity advance(uint64_t budget) override {
    if (fault_.advance) {
      fault_.advance();
    }
    return device_->advance(budget);
  }
  void reset() override { device_->reset(); }
  const std::atomic<uint64_t>& progress() const override { return device_->progress(); }

 private:
  bool read(uint64_t address, uint64_t* words, size_t count) override {
    return memory_.read(address, words, count);
  }
  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    std::vector<uint64_t> changed(words, words + count);
    if (fault_.write) {
      fault_.write(address, changed);
    }
    return memory_.write(address, changed.data(), changed.size());
  }
  void raise(unsigned vector) override {
    if (!fault_.drops_interrupt || !fault_.drops_interrupt(vector)) {
      interrupts_.raise(vector);
    }
  }

  abi::DmaPort& memory_;
  abi::InterruptPort& interrupts_;
  const Fault fault_;
  const std::unique_ptr<abi::DevicePort> device_;
};

inline golden::OpuOptions tiny_opu() {
  golden::OpuOptions options;
  options.preset = *abi::find_preset("tiny");
  options.bench.shape = {options.preset.mirror_rows, options.preset.mirror_cols, options.preset.pixel_rows,
                         options.preset.pixel_cols};
  options.bench.reference_level = 12;
  options.bench.threads = 1;
  return options;
}

inline Candidate good_candidate() {
  return {"good", [](abi::DmaPort& memory, abi::InterruptPort& interrupts) {
            return golden::make_opu(tiny_opu(), memory, interrupts);
          }};
}

inline Candidate faulty_candidate(const Fault& fault) {
  return {"faulty", [fault](abi::DmaPort& memory, abi::InterruptPort& interrupts) {
            return std::make_unique<FaultyDevice>(tiny_opu(), memory, interrupts, fault);
          }};
}

/// A folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "photic-lockstep-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw std::runtime_error("no temporary folder");
    }
    path = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string text(const std::string& file) const {
    std::ifstream in(path / file);
    std::stringstream content;
    content << in.rdbuf();
    return content.str();
  }

  std::filesystem::path path;
};

}  // namespace photic::lockstep
