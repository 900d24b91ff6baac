// SPDX-License-Identifier: Apache-2.0
// Any commands on any memory: a spiking device neither fails nor takes a piece of work without end, and
// completes what it was given with a status of its own.
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <vector>

#include "drivers/abi/registers.h"
#include "models/golden/spu_device.h"

namespace {

namespace abi = photic::abi;

constexpr uint64_t kSubmissions = 0;
constexpr uint64_t kCompletions = 0x1000;
constexpr uint64_t kImage = 0x2000;
constexpr uint64_t kBytes = 0x1'0000;
constexpr size_t kCommandsMost = 15;
constexpr unsigned kRingLog2 = 4;
constexpr unsigned kPieces = 300;

/// Memory from bus address 0 on.
class Memory : public abi::DmaPort {
 public:
  bool read(uint64_t address, uint64_t* words, size_t count) override {
    return holds(address, count) && std::memcpy(words, bytes.data() + address, 8 * count) != nullptr;
  }
  bool write(uint64_t address, const uint64_t* words, size_t count) override {
    return holds(address, count) && std::memcpy(bytes.data() + address, words, 8 * count) != nullptr;
  }
  std::array<uint8_t, kBytes> bytes{};

 private:
  static bool holds(uint64_t address, size_t count) {
    return address % 8 == 0 && address < kBytes && count <= (kBytes - address) / 8;
  }
};

class NoInterrupts : public abi::InterruptPort {
 public:
  void raise(unsigned) override {}
};

void open_ring(abi::DevicePort& device) {
  device.write(abi::QUEUE_SQ_BASE_LO(0), kSubmissions);
  device.write(abi::QUEUE_CQ_BASE_LO(0), kCompletions);
  device.write(abi::QUEUE_CONTROL(0),
               abi::QUEUE_CONTROL_ENABLE.set(1) | abi::QUEUE_CONTROL_SIZE_LOG2.set(kRingLog2));
  device.write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
}

}  // namespace

// One byte of geometry, one of commands, the submissions, and what memory holds behind the rings.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::array<const char*, 3> names = {"tiny", "single", "strip"};
  const abi::SpuPreset& preset = *abi::find_spu_preset(names[data[0] % names.size()]);
  Memory memory;
  const size_t commands =
      std::min<size_t>({data[1] % (kCommandsMost + 1), (size - 2) / sizeof(abi::Submission)});
  const uint8_t* const image = data + 2 + commands * sizeof(abi::Submission);
  std::memcpy(memory.bytes.data() + kSubmissions, data + 2, commands * sizeof(abi::Submission));
  std::memcpy(memory.bytes.data() + kImage, image,
              std::min<size_t>(kBytes - kImage, static_cast<size_t>(data + size - image)));

  NoInterrupts interrupts;
  const auto device = photic::golden::make_spu({preset}, memory, interrupts);
  open_ring(*device);
  device->write(abi::QUEUE_SQ_TAIL(0), static_cast<uint32_t>(commands));
  for (unsigned piece = 0; piece < kPieces; ++piece) {
    const uint64_t before = device->progress().load();
    if (device->advance(1) == abi::Activity::kIdle) {
      break;
    }
    if (device->progress().load() == before) {
      std::abort();
    }
  }
  const uint32_t done = device->read(abi::QUEUE_SQ_HEAD(0));
  if (device->read(abi::SHELL_STATUS) == 0 && done != commands && device->read(abi::SHELL_ERROR) == 0) {
    std::abort();  // idle with work left
  }
  return 0;
}
