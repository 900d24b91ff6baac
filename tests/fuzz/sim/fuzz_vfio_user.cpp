// SPDX-License-Identifier: Apache-2.0
// Whatever bytes a client sends, before it is asked for its memory or instead of an answer, the server
// answers commands with well-formed replies, asks well-formed questions, and ends.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

#include "drivers/abi/registers.h"
#include "sim/server/conversation.h"

namespace photic::sim {
namespace {

namespace vfio = transport::vfio;

void require(bool condition) {
  if (!condition) {
    std::abort();
  }
}

// Registers that hold what is written. The first two are bus addresses: any write makes it copy two words
// from the one to the other.
class EchoDevice : public abi::DevicePort {
 public:
  EchoDevice(abi::DmaPort& dma, bool timed) : dma_(dma), timed_(timed) {}
  uint32_t read(uint32_t offset) override { return registers_.at(offset / 4); }
  void write(uint32_t offset, uint32_t value) override { registers_.at(offset / 4) = value; }
  abi::Activity advance(uint64_t) override {
    require(!std::exchange(inside_, true));
    std::array<uint64_t, 2> words{};
    dma_.read(registers_[0], words.data(), words.size());
    dma_.write(registers_[1], words.data(), words.size());
    inside_ = false;
    return abi::Activity::kIdle;
  }
  void reset() override {
    require(!inside_);
    registers_ = {};
  }
  bool timed() const override { return timed_; }
  const std::atomic<uint64_t>& progress() const override { return progress_; }

 private:
  abi::DmaPort& dma_;
  const bool timed_;
  bool inside_ = false;
  std::array<uint32_t, abi::kBarSize / 4> registers_{};
  std::atomic<uint64_t> progress_{0};
};

// A client that says what is in the input, a chunk whenever the server waits, and leaves at its end.
class InputWire : public Wire {
 public:
  InputWire(std::span<const std::byte> input, size_t chunk) : input_(input), chunk_(chunk) {}

  bool send(const Answer& answer) override {
    const vfio::Header& header = answer.message.header;
    require(header.size == sizeof(header) + answer.message.payload.size() &&
            header.size <= vfio::kMaxMessage);
    if ((header.flags & vfio::kTypeMask) == vfio::kReply) {
      require(unanswered_ > 0);
      --unanswered_;
      require(((header.flags & vfio::kError) != 0) == (header.error != 0));
    } else {
      require(header.command == vfio::Command::kDmaRead || header.command == vfio::Command::kDmaWrite);
      const auto access = vfio::record_of<vfio::DmaAccess>(answer.message.payload);
      require(access && access->count > 0 && access->count <= 2 * sizeof(uint64_t));
    }
    return true;
  }
  std::optional<vfio::Message> next() override {
    auto message = framer_.next();
    unanswered_ += message && wants_reply(message->header) ? 1 : 0;
    return message;
  }
  bool wait(std::chrono::steady_clock::time_point) override {
    if (input_.empty() || framer_.broken()) {
      return false;
    }
    const size_t count = std::min(chunk_, input_.size());
    framer_.feed(input_.first(count), {});
    input_ = input_.subspan(count);
    return true;
  }

 private:
  static bool wants_reply(const vfio::Header& header) {
    return (header.flags & vfio::kTypeMask) != vfio::kReply && (header.flags & vfio::kNoReply) == 0;
  }

  std::span<const std::byte> input_;
  const size_t chunk_;
  vfio::Framer framer_;
  size_t unanswered_ = 0;
};

}  // namespace
}  // namespace photic::sim

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace photic::sim;  // NOLINT: the entry point is extern "C"
  // The first byte says how the stream is cut, and whether the device has a clock.
  const size_t chunk = size == 0 ? 1 : data[0] + size_t{1};
  const bool timed = size > 0 && data[0] % 2 == 1;
  InputWire wire(std::as_bytes(std::span(data, size)).subspan(std::min<size_t>(size, 1)), chunk);
  DeviceHost host([&](photic::abi::DmaPort& dma, photic::abi::InterruptPort&) {
    return std::make_unique<EchoDevice>(dma, timed);
  });
  Conversation conversation(wire, host, {"golden:opu", timed, 0}, std::chrono::hours(1));
  while (conversation.alive() && (conversation.pending() || wire.wait({}))) {
    conversation.answer_all();
    if (host.busy()) {
      host.work();
    }
  }
  host.drop_client();
  return 0;
}
