// SPDX-License-Identifier: Apache-2.0
// Whatever bytes a client sends, the server answers commands with well-formed replies and nothing else.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

#include "drivers/abi/registers.h"
#include "sim/server/session.h"

namespace photic::sim {
namespace {

// Registers that hold what is written, and bus mastering wherever a write says.
class EchoDevice : public abi::DevicePort {
 public:
  explicit EchoDevice(abi::DmaPort& dma) : dma_(dma) {}
  uint32_t read(uint32_t offset) override { return registers_.at(offset / 4); }
  void write(uint32_t offset, uint32_t value) override { registers_.at(offset / 4) = value; }
  abi::Activity advance(uint64_t) override {
    uint64_t word = 0;
    dma_.read(registers_[0], &word, 1);
    dma_.write(registers_[1], &word, 1);
    return abi::Activity::kIdle;
  }
  void reset() override { registers_ = {}; }
  const std::atomic<uint64_t>& progress() const override { return progress_; }

 private:
  abi::DmaPort& dma_;
  std::array<uint32_t, abi::kBarSize / 4> registers_{};
  std::atomic<uint64_t> progress_{0};
};

void require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

}  // namespace
}  // namespace photic::sim

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace photic::sim;  // NOLINT: the entry point is extern "C"
  namespace vfio = photic::transport::vfio;
  DeviceHost host([](photic::abi::DmaPort& dma, photic::abi::InterruptPort&) {
    return std::make_unique<EchoDevice>(dma);
  });
  Session session(host, 0, "golden:opu", false);
  vfio::Framer framer;
  // The first byte says how the stream is cut into reads.
  const size_t chunk = size == 0 ? 1 : data[0] + size_t{1};
  for (size_t at = std::min<size_t>(size, 1); at < size && !framer.broken(); at += chunk) {
    framer.feed(std::as_bytes(std::span(data + at, std::min(chunk, size - at))), {});
    while (auto message = framer.next()) {
      const vfio::Header asked = message->header;
      const auto answer = session.handle(std::move(*message));
      require(answer.has_value() == ((asked.flags & (vfio::kTypeMask | vfio::kNoReply)) == 0));
      if (answer) {
        const vfio::Header& reply = answer->message.header;
        require(reply.id == asked.id && reply.command == asked.command &&
                (reply.flags & vfio::kTypeMask) == vfio::kReply);
        require(reply.size == sizeof(reply) + answer->message.payload.size() &&
                reply.size <= vfio::kMaxMessage);
        require(((reply.flags & vfio::kError) != 0) == (reply.error != 0));
      }
      if (host.busy()) {
        host.work();
      }
    }
  }
  return 0;
}
