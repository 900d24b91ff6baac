// SPDX-License-Identifier: Apache-2.0
// Any text is a list of fault rules, or is refused as one; rules that are read never break a device that
// takes any registers and makes any accesses.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/error.h"
#include "sim/faults/fault_port.h"
#include "sim/faults/rules.h"

namespace photic::faults {
namespace {

// A page of host memory wherever a device looks.
class EveryPage final : public abi::DmaPort, public abi::InterruptPort {
 public:
  bool read(uint64_t address, uint64_t* words, size_t count) override {
    for (size_t i = 0; i < count; ++i) {
      words[i] = words_[(address / sizeof(uint64_t) + i) % words_.size()];
    }
    return true;
  }
  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    for (size_t i = 0; i < count; ++i) {
      words_[(address / sizeof(uint64_t) + i) % words_.size()] = words[i];
    }
    return true;
  }
  void raise(unsigned vector) override {
    if (vector > abi::kQueues) {
      std::abort();
    }
  }

 private:
  std::array<uint64_t, 512> words_{};
};

// Does to its bus what the input says.
class AnyDevice final : public abi::DevicePort {
 public:
  AnyDevice(std::span<const uint8_t> script, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : script_(script), dma_(dma), interrupts_(interrupts) {}
  uint32_t read(uint32_t) override { return 0; }
  void write(uint32_t, uint32_t) override {}
  abi::Activity advance(uint64_t) override {
    std::array<uint64_t, 16> words{};
    for (size_t i = 0; i + 3 <= script_.size(); i += 3) {
      const uint64_t address = (script_[i + 1] | uint64_t{script_[i + 2]} << 8) * sizeof(uint64_t);
      const size_t count = 1 + script_[i] % words.size();
      if (script_[i] < 100) {
        dma_.read(address, words.data(), count);
      } else if (script_[i] < 200) {
        dma_.write(address, words.data(), count);
      } else {
        interrupts_.raise(script_[i] % (abi::kQueues + 1));
      }
    }
    return abi::Activity::kIdle;
  }
  void reset() override {}
  const std::atomic<uint64_t>& progress() const override { return progress_; }

 private:
  std::span<const uint8_t> script_;
  abi::DmaPort& dma_;
  abi::InterruptPort& interrupts_;
  std::atomic<uint64_t> progress_{0};
};

// Opens every queue of the device somewhere, and lets it work.
void live(abi::DevicePort& device) {
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    device.write(abi::QUEUE_SQ_BASE_LO(q), q * abi::kBarSize);
    device.write(abi::QUEUE_CQ_BASE_LO(q), q * abi::kBarSize + abi::kBarSize / 2);
    device.write(abi::QUEUE_CONTROL(q),
                 abi::QUEUE_CONTROL_ENABLE.set(1) | abi::QUEUE_CONTROL_SIZE_LOG2.set(q + 1));
    device.write(abi::QUEUE_SQ_TAIL(q), 1);
  }
  try {
    device.advance(1);
    device.read(abi::SHELL_STATUS);
    device.reset();
    device.advance(1);
  } catch (const std::runtime_error&) {
    // It vanished.
  }
}

}  // namespace
}  // namespace photic::faults

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace photic;
  const std::span<const uint8_t> input(data, size);
  const auto end = std::find(input.begin(), input.end(), uint8_t{0});
  const std::string text(input.begin(), end);
  const std::span<const uint8_t> script(end, input.end());
  try {
    const std::vector<faults::Rule> rules = faults::parse_rules(text);
    // Nothing here takes time.
    const bool waits = std::any_of(rules.begin(), rules.end(), [](const faults::Rule& rule) {
      return rule.what == faults::Class::kSlow || rule.ms;
    });
    if (rules.empty()) {
      std::abort();
    }
    if (!waits) {
      faults::EveryPage host;
      const auto device =
          faults::make_faulty(text,
                              [&](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
                                return std::make_unique<faults::AnyDevice>(script, dma, interrupts);
                              },
                              host, host, {});
      faults::live(*device);
    }
  } catch (const transport::Error& error) {
    if (error.status() != abi::Status::INVALID_URI) {
      std::abort();
    }
  }
  return 0;
}
