// SPDX-License-Identifier: Apache-2.0
// One command through a ring, by a client that shares no memory: everything the device fetches and stores
// goes through messages.
#pragma once

#include "drivers/abi/descriptors.h"
#include "drivers/abi/registers.h"
#include "tests/conformance/vfio_user/raw_client.h"

namespace photic::test {

inline constexpr uint64_t kRing = 0x100000;  // one page: submissions, then completions
inline constexpr uint64_t kData =
    0x200000;  // sources from here on, destinations from kData + kDataSize / 2 on
inline constexpr uint64_t kDataSize = 0x20000;
inline constexpr uint64_t kResults = kData + kDataSize / 2;
inline constexpr uint32_t kEntriesLog2 = 4;
inline constexpr uint64_t kCompletions = kRing + (sizeof(abi::Submission) << kEntriesLog2);

class Ring {
 public:
  /// Of a client that has agreed on a version.
  explicit Ring(RawClient& client) : client_(client) {
    client_.enable();
    for (const auto& [address, size] : {std::pair{kRing, uint64_t{4096}}, {kData, kDataSize}}) {
      client_.memory[address].assign(size, 0);
      EXPECT_EQ(client_.map(address, size), 0U);
    }
    start(client_);
  }
  /// Tells the device where the ring is.
  static void start(RawClient& client) {
    client.write32(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.mask());
    client.write32(abi::QUEUE_SQ_BASE_LO(0), static_cast<uint32_t>(kRing));
    client.write32(abi::QUEUE_SQ_BASE_HI(0), 0);
    client.write32(abi::QUEUE_CQ_BASE_LO(0), static_cast<uint32_t>(kCompletions));
    client.write32(abi::QUEUE_CQ_BASE_HI(0), 0);
    client.write32(abi::QUEUE_CONTROL(0),
                   abi::QUEUE_CONTROL_ENABLE.set(1) | abi::QUEUE_CONTROL_SIZE_LOG2.set(kEntriesLog2));
  }

  std::vector<uint8_t>& data() { return client_.memory[kData]; }
  uint8_t* results() { return data().data() + kDataSize / 2; }

  /// Puts a command into the ring and rings the doorbell.
  template <typename Record>
  void submit(Record record) {
    static_assert(sizeof(record) == sizeof(abi::Submission));
    record.command = static_cast<uint16_t>(tail_);
    std::memcpy(client_.memory[kRing].data() + tail_ * sizeof(record), static_cast<const void*>(&record),
                sizeof(record));
    tail_ = (tail_ + 1) % (1U << kEntriesLog2);
    client_.write32(abi::QUEUE_SQ_TAIL(0), tail_);
  }
  bool completed() const { return completion().phase == 1; }
  abi::Completion completion() const {
    abi::Completion found;
    std::memcpy(static_cast<void*>(&found),
                client_.memory[kRing].data() + (kCompletions - kRing) + head_ * sizeof(found), sizeof(found));
    return found;
  }
  /// Submits and serves the device until the command is done.
  template <typename Record>
  abi::Status run(const Record& record) {
    submit(record);
    client_.serve_until([&] { return completed(); });
    const abi::Status status = completion().status;
    ++head_;
    return status;
  }

 private:
  RawClient& client_;
  uint32_t tail_ = 0;
  uint32_t head_ = 0;
};

/// Eight words of synapses, to the first core of a spiking unit and back from there.
inline abi::SpuMemory synapses(abi::Opcode opcode, uint64_t source, uint64_t destination) {
  abi::SpuMemory command;
  command.opcode = opcode;
  command.source = source;
  command.destination = destination;
  command.cores = 1;
  command.region = abi::SpuRegion::SYNAPSE;
  command.words = 8;
  return command;
}

}  // namespace photic::test
