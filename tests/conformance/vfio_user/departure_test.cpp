// SPDX-License-Identifier: Apache-2.0
// Clients that come and go, at any point of what they do; and a device that goes.
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <memory>

#include "tests/conformance/vfio_user/device_process.h"
#include "tests/conformance/vfio_user/ring.h"

namespace photic::test {
namespace {

class Departure : public Served {
 protected:
  abi::Submission nop() const {
    abi::Submission command;
    command.opcode = abi::Opcode::NOP;
    return command;
  }
  // The next client finds a device as after power-on.
  void expect_fresh() {
    RawClient client(process.path());
    client.negotiate();
    EXPECT_EQ(client.region_error(0, abi::SHELL_MAGIC, 4), uint32_t{EIO}) << "memory access is off";
    client.enable();
    EXPECT_EQ(client.read32(abi::SHELL_MAGIC), abi::SHELL_MAGIC_RESET);
    EXPECT_EQ(client.read32(abi::SHELL_SCRATCH), 0U);
    EXPECT_EQ(client.read32(abi::QUEUE_CONTROL(0)), 0U);
    EXPECT_EQ(at<uint32_t>(client.region_read(4, 12, 4), 0), 1U) << "vectors are masked";
    Ring ring(client);
    EXPECT_EQ(ring.run(nop()), abi::Status::OK);
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, Departure, testing::ValuesIn(served_targets()), name_of_served);

TEST_P(Departure, AtAnyByteOfAMessageLeavesAFreshDevice) {
  const Bytes version = RawClient::message(1, kRawVersion, Bytes().u16(0).u16(1).text("{}"));
  for (size_t bytes = 0; bytes <= version.size(); bytes += 5) {
    RawClient client(process.path());
    client.send({version.begin(), version.begin() + static_cast<ptrdiff_t>(bytes)});
  }
  expect_fresh();
}

TEST_P(Departure, WithEverythingSetUpLeavesAFreshDevice) {
  {
    RawClient client(process.path());
    client.negotiate();
    Ring ring(client);
    const int event = eventfd(0, EFD_CLOEXEC);
    client.error(kRawSetIrqs, Bytes().u32(20).u32(36).u32(2).u32(0).u32(1), {event});
    close(event);
    client.write32(abi::SHELL_SCRATCH, 7);
    EXPECT_EQ(ring.run(nop()), abi::Status::OK);
  }
  expect_fresh();
}

TEST_P(Departure, InTheMidstOfATransferLeavesAFreshDevice) {
  for (int answered = 0; answered < 4; ++answered) {
    RawClient client(process.path());
    client.negotiate();
    Ring ring(client);
    int left = answered;
    client.on_command = [&](const RawMessage& command, Bytes& data, uint32_t& error) {
      return left-- > 0 && client.serve(command, data, error);
    };
    ring.submit(nop());
    client.serve_until([&] { return left < 0 || ring.completed(); });
  }
  expect_fresh();
}

TEST_P(Departure, WithCommandsUnansweredLeavesAFreshDevice) {
  {
    RawClient client(process.path());
    client.negotiate();
    client.enable();
    for (uint16_t id = 0; id < 100; ++id) {
      client.send(RawClient::message(id, kRawRegionRead, Bytes().u64(0).u32(0).u32(4)));
      client.write32(abi::SHELL_SCRATCH, id);
    }
  }
  expect_fresh();
}

TEST_P(Departure, OfSharedMemoryAloneIsABusError) {
  {
    RawClient client(process.path());
    client.negotiate();
    client.enable();
    const int memory = memfd_create("test", MFD_CLOEXEC);
    EXPECT_EQ(ftruncate(memory, 4096), 0);
    EXPECT_EQ(client.map(kRing, 4096, {memory}), 0U);
    EXPECT_EQ(ftruncate(memory, 0), 0);
    close(memory);
    Ring::start(client);
    client.write32(abi::QUEUE_SQ_TAIL(0), 1);
    while (abi::SHELL_ERROR_VALID.get(client.read32(abi::SHELL_ERROR)) == 0) {
    }
  }
  expect_fresh();
}

TEST_P(Departure, OfTwoHundredClientsLeaksNothing) {
  expect_fresh();
  const auto come_and_go = [&](int i) {
    RawClient client(process.path());
    client.negotiate();
    const int memory = memfd_create("test", MFD_CLOEXEC);
    EXPECT_EQ(ftruncate(memory, 8192), 0);
    EXPECT_EQ(client.map(0x10000, 8192, {memory}), 0U);
    EXPECT_EQ(client.map(0x20000, 8192), 0U);
    const int event = eventfd(0, EFD_CLOEXEC);
    client.error(kRawSetIrqs, Bytes().u32(20).u32(36).u32(2).u32(0).u32(2), {event, event});
    client.error(kRawSetIrqs, Bytes().u32(20).u32(36).u32(3).u32(0).u32(1), {event});
    close(memory);
    close(event);
    const std::pair found{process.descriptors(), process.threads()};
    if (i % 3 == 0) {
      client.send({1, 2, 3}, {client.fd()});
    }
    return found;
  };
  const auto first = come_and_go(0);
  for (int i = 1; i < 200; ++i) {
    ASSERT_EQ(come_and_go(i), first) << i;
  }
  expect_fresh();
}

}  // namespace
}  // namespace photic::test
