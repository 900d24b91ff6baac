// SPDX-License-Identifier: Apache-2.0
// A client that shares no memory: whole commands by DMA_READ and DMA_WRITE, and everything that can go wrong
// with these.
#include <cerrno>

#include "drivers/api/photic.hpp"
#include "tests/conformance/vfio_user/device_process.h"
#include "tests/conformance/vfio_user/ring.h"
#include "tests/support/small_projection.h"

namespace photic::test {
namespace {

constexpr size_t kOutputs = 20;

class Unshared : public Served {
 protected:
  // A command that moves data both ways, and what it is to leave at `results`.
  static std::vector<uint8_t> run_both_ways(Ring& ring, bool spiking) {
    if (spiking) {
      std::memset(ring.data().data(), 0x5A, 64);
      EXPECT_EQ(ring.run(synapses(abi::Opcode::SPU_WRITE, kData, 0)), abi::Status::OK);
      EXPECT_EQ(ring.run(synapses(abi::Opcode::SPU_READ, 0, kResults)), abi::Status::OK);
      return {ring.results(), ring.results() + 64};
    }
    ring.data()[0] = 0xB5;
    ring.data()[1] = 0x05;
    EXPECT_EQ(ring.run(small_projection(kData, kResults)), abi::Status::OK);
    return {ring.results(), ring.results() + kOutputs};
  }
  // The same by the driver, in memory the device shares.
  static std::vector<uint8_t> by_the_driver(const ServedTarget& target) {
    if (target.spiking) {
      return std::vector<uint8_t>(64, 0x5A);
    }
    const Device device = Device::open(target.uri);
    const Queue queue = device.queue(2);
    const Buffer source = device.allocate(4096);
    const Buffer destination = device.allocate(4096);
    source.data()[0] = std::byte{0xB5};
    source.data()[1] = std::byte{0x05};
    const abi::Submission command = small_projection(source.bus_address(), destination.bus_address());
    photic_submission same{};
    static_assert(sizeof(same) == sizeof(command));
    std::memcpy(static_cast<void*>(&same), &command, sizeof(same));
    queue.submit(same).wait(std::chrono::seconds(60));
    const auto bytes = destination.as<uint8_t>();
    return {bytes.begin(), bytes.begin() + kOutputs};
  }
  static abi::Submission nop() {
    abi::Submission command;
    command.opcode = abi::Opcode::NOP;
    return command;
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Unshared, testing::ValuesIn(served_targets()), name_of_served);

TEST_P(Unshared, MemoryGivesTheDriversBytes) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  const std::vector<uint8_t> found = run_both_ways(ring, GetParam().spiking);
  EXPECT_EQ(found, by_the_driver(GetParam()));
  EXPECT_NE(found, std::vector<uint8_t>(found.size()));
  for (const RawMessage& question : client.questions) {
    const auto count = at<uint64_t>(question.data, 8);
    EXPECT_EQ(question.flags, 0U);
    EXPECT_EQ(question.data.size(), 16 + (question.command == kRawDmaWrite ? count : 0));
    EXPECT_TRUE(question.descriptors.empty());
  }
}

TEST_P(Unshared, MemoryIsAskedForInPiecesTheClientTakes) {
  RawClient client(process.path());
  client.negotiate(R"({"max_data_xfer_size":4})");
  Ring ring(client);
  EXPECT_EQ(run_both_ways(ring, GetParam().spiking), by_the_driver(GetParam()));
  for (const RawMessage& question : client.questions) {
    EXPECT_LE(at<uint64_t>(question.data, 8), 4U);
  }
}

TEST_P(Unshared, WritesMayBeAnsweredWithAShortCount) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  client.on_command = [&](const RawMessage& command, Bytes& data, uint32_t& error) {
    client.serve(command, data, error);
    if (command.command == kRawDmaWrite) {
      data.resize(12);  // as the specification's table of the reply has it
    }
    return true;
  };
  EXPECT_EQ(run_both_ways(ring, GetParam().spiking), by_the_driver(GetParam()));
}

// What a client does to the first DMA message of its kind beyond the ring.
struct Fault {
  const char* name;
  std::function<void(Bytes& data, uint32_t& error)> spoil;
};

std::vector<Fault> faults() {
  return {
      {"refused",
       [](Bytes& data, uint32_t& error) {
         data.clear();
         error = EACCES;
       }},
      {"short", [](Bytes& data, uint32_t&) { data.pop_back(); }},
      {"long", [](Bytes& data, uint32_t&) { data.push_back(0); }},
      {"empty", [](Bytes& data, uint32_t&) { data.clear(); }},
      {"another count", [](Bytes& data, uint32_t&) { data[8] ^= 8; }},
      {"another address", [](Bytes& data, uint32_t&) { data[0] ^= 8; }},
  };
}

TEST_P(Unshared, ReadThatIsRefusedEndsTheCommandWithABusError) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  for (const Fault& fault : faults()) {
    client.on_command = [&](const RawMessage& command, Bytes& data, uint32_t& error) {
      client.serve(command, data, error);
      if (command.command == kRawDmaRead && at<uint64_t>(command.data, 0) >= kData) {
        fault.spoil(data, error);
      }
      return true;
    };
    const abi::Status status = GetParam().spiking ? ring.run(synapses(abi::Opcode::SPU_WRITE, kData, 0))
                                                  : ring.run(small_projection(kData, kResults));
    EXPECT_EQ(status, abi::Status::DMA_READ_ERROR) << fault.name;
    EXPECT_EQ(ring.run(nop()), abi::Status::OK) << fault.name;
  }
}

TEST_P(Unshared, WriteThatIsRefusedEndsTheCommandWithABusError) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  for (const Fault& fault : faults()) {
    if (std::string(fault.name) == "long") {
      continue;  // more bytes after a write's count mean nothing
    }
    client.on_command = [&](const RawMessage& command, Bytes& data, uint32_t& error) {
      client.serve(command, data, error);
      if (command.command == kRawDmaWrite && at<uint64_t>(command.data, 0) >= kData) {
        fault.spoil(data, error);
      }
      return true;
    };
    const abi::Status status = GetParam().spiking ? ring.run(synapses(abi::Opcode::SPU_READ, 0, kResults))
                                                  : ring.run(small_projection(kData, kResults));
    EXPECT_EQ(status, abi::Status::DMA_WRITE_ERROR) << fault.name;
  }
}

TEST_P(Unshared, MemoryBeyondAWindowIsNotAskedFor) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  const uint64_t beyond = kData + kDataSize;
  EXPECT_EQ(GetParam().spiking ? ring.run(synapses(abi::Opcode::SPU_WRITE, beyond, 0))
                               : ring.run(small_projection(beyond, kResults)),
            abi::Status::DMA_READ_ERROR);
  for (const RawMessage& question : client.questions) {
    EXPECT_LT(at<uint64_t>(question.data, 0), beyond);
  }
}

TEST_P(Unshared, MemoryOfASilentClientMakesABusErrorInBoundedTime) {
  DeviceProcess impatient(GetParam().uri, {"--patience-ms", "30"});
  RawClient client(impatient.path());
  client.negotiate();
  Ring ring(client);
  client.on_command = [](const RawMessage&, Bytes&, uint32_t&) { return false; };
  ring.submit(nop());
  // The ring cannot be fetched: the device says so in its registers, which is no transfer.
  while (abi::SHELL_ERROR_VALID.get(client.read32(abi::SHELL_ERROR)) == 0) {
  }
  EXPECT_EQ(client.questions.size(), 1U);
  // A reset is a fresh start.
  client.on_command = [&](const RawMessage& command, Bytes& data, uint32_t& error) {
    return client.serve(command, data, error);
  };
  EXPECT_EQ(client.error(kRawReset, {}), 0U);
  EXPECT_EQ(client.unmap(0, 0, 2), 0U);
  Ring again(client);
  EXPECT_EQ(again.run(nop()), abi::Status::OK);
}

TEST_P(Unshared, MemoryIsServedAmongOtherCommands) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  int asked = 0;
  client.on_command = [&](const RawMessage& command, Bytes& data, uint32_t& error) {
    if (++asked % 3 == 0) {
      // Commands of another thread of the client, before the answer: none may wait for it for ever.
      client.send(RawClient::message(7, kRawRegionRead, Bytes().u64(abi::SHELL_STATUS).u32(0).u32(4)));
      client.send(RawClient::message(7, kRawRegionRead, Bytes().u64(0).u32(7).u32(64)));
      client.write32(abi::SHELL_SCRATCH, static_cast<uint32_t>(asked));
      client.send(RawClient::message(7, kRawGetIrqInfo, Bytes().u32(16).u32(0).u32(2).u32(0)));
      client.send(RawClient::message(
          7, kRawDmaMap,
          Bytes().u32(32).u32(3).u64(0).u64(0x10000000 + static_cast<uint64_t>(asked) * 4096).u64(4096)));
    }
    return client.serve(command, data, error);
  };
  EXPECT_EQ(run_both_ways(ring, GetParam().spiking), by_the_driver(GetParam()));
  EXPECT_GT(asked, 3);
}

TEST_P(Unshared, WindowCanBeTakenAwayInTheMidstOfATransfer) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  client.on_command = [&](const RawMessage& command, Bytes& data, uint32_t& error) {
    if (at<uint64_t>(command.data, 0) >= kData) {
      client.send(RawClient::message(7, kRawDmaUnmap, Bytes().u32(24).u32(0).u64(kData).u64(kDataSize)));
      return false;  // its memory is gone: there is nothing to answer with
    }
    return client.serve(command, data, error);
  };
  EXPECT_EQ(GetParam().spiking ? ring.run(synapses(abi::Opcode::SPU_WRITE, kData, 0))
                               : ring.run(small_projection(kData, kResults)),
            abi::Status::DMA_READ_ERROR);
}

TEST_P(Unshared, DeviceCanBeResetInTheMidstOfATransfer) {
  RawClient client(process.path());
  client.negotiate();
  Ring ring(client);
  client.on_command = [&](const RawMessage&, Bytes&, uint32_t&) { return false; };
  ring.submit(nop());
  client.serve_until([&] { return client.questions.size() == 1; });
  EXPECT_EQ(client.error(kRawReset, {}), 0U);
  EXPECT_EQ(client.read32(abi::QUEUE_CONTROL(0)), 0U);
  EXPECT_EQ(client.questions.size(), 1U);
}

}  // namespace
}  // namespace photic::test
