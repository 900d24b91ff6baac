// SPDX-License-Identifier: Apache-2.0
// What a client can do with the stream itself: cut it, fill it, spoil it, load it with descriptors.
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "drivers/abi/registers.h"
#include "tests/conformance/vfio_user/device_process.h"
#include "tests/conformance/vfio_user/raw_client.h"

namespace photic::test {
namespace {

class Stream : public Served {
 protected:
  static Bytes info(uint16_t id) {
    return RawClient::message(id, kRawGetInfo, Bytes().u32(16).u32(0).u32(0).u32(0));
  }
  RawClient client{process.path()};
};

INSTANTIATE_TEST_SUITE_P(Targets, Stream, testing::ValuesIn(served_targets()), name_of_served);

// Of a client that is given up.
using StreamEnd = Served;

INSTANTIATE_TEST_SUITE_P(Targets, StreamEnd, testing::ValuesIn(served_targets()), name_of_served);

TEST_P(Stream, MayArriveByteByByte) {
  client.negotiate();
  for (const uint8_t byte : info(7)) {
    client.send({byte});
  }
  EXPECT_EQ(client.receive()->id, 7);
}

TEST_P(Stream, MayBringManyMessagesAtOnce) {
  client.negotiate();
  Bytes many;
  for (uint16_t id = 0; id < 500; ++id) {
    many.all(info(id));
  }
  many.all({1, 2, 3});  // and the start of another
  client.send(many);
  for (uint16_t id = 0; id < 500; ++id) {
    EXPECT_EQ(client.receive()->id, id);
  }
}

TEST_P(Stream, MayUseAnIdTwice) {
  client.negotiate();
  client.send(Bytes().all(info(3)).all(info(3)));
  EXPECT_EQ(client.receive()->id, 3);
  EXPECT_EQ(client.receive()->id, 3);
}

TEST_P(StreamEnd, ComesWithAMessageOfImpossibleSize) {
  for (const uint32_t size : {0U, 15U, 2U << 20, 0xFFFFFFFFU}) {
    RawClient own(process.path());
    own.send(Bytes().u16(9).u16(kRawGetInfo).u32(size).u32(0).u32(0));
    const auto reply = own.receive();
    ASSERT_TRUE(reply.has_value()) << size;
    EXPECT_EQ(reply->id, 9);
    EXPECT_EQ(reply->error, uint32_t{EMSGSIZE});
    EXPECT_TRUE(own.closed());
  }
}

TEST_P(Stream, TakesTheLargestMessageThereIs) {
  client.negotiate();
  EXPECT_EQ(client.error(99, std::vector<uint8_t>(1048576)), uint32_t{EOPNOTSUPP});
}

TEST_P(Stream, IgnoresRepliesToNothing) {
  client.negotiate();
  client.send(RawClient::message(1, kRawDmaRead, Bytes().u64(0).u64(0), 1));
  client.send(RawClient::message(1, kRawReset, {}, 0x21));
  client.send(info(5));
  EXPECT_EQ(client.receive()->id, 5);
}

TEST_P(Stream, RefusesWhatIsNeitherCommandNorReply) {
  client.negotiate();
  client.send(RawClient::message(6, kRawReset, {}, 2));
  const auto reply = client.receive();
  EXPECT_EQ(reply->id, 6);
  EXPECT_EQ(reply->error, uint32_t{EINVAL});
}

TEST_P(Stream, LeaksNoDescriptor) {
  client.negotiate();
  const size_t before = process.descriptors();
  const int event = eventfd(0, EFD_CLOEXEC);
  for (int i = 0; i < 20; ++i) {
    for (const uint16_t command : {0, 1, 3, 4, 5, 7, 9, 10, 13, 99}) {
      client.ask(command, Bytes().u32(16), {event, event});
    }
    EXPECT_EQ(client.map(0x10000, 4096, {event, event}), uint32_t{EINVAL});
    client.send(RawClient::message(1, kRawReset, {}, 0x10), {event});
    client.send(RawClient::message(1, 11, {}, 1), {event});
  }
  // More than it takes: the message is refused, the rest goes on.
  EXPECT_EQ(client.error(kRawGetInfo, Bytes().u32(16).u32(0).u32(0).u32(0), std::vector<int>(9, event)),
            uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawGetInfo, Bytes().u32(16).u32(0).u32(0).u32(0), std::vector<int>(100, event)),
            uint32_t{EINVAL});
  // With every byte of a message.
  for (const uint8_t byte : info(8)) {
    client.send({byte}, std::vector<int>(8, event));
  }
  EXPECT_EQ(client.receive()->error, uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawGetInfo, Bytes().u32(16).u32(0).u32(0).u32(0)), 0U);
  EXPECT_EQ(process.descriptors(), before);
  close(event);
}

TEST_P(StreamEnd, ComesToAClientThatNeverReads) {
  DeviceProcess impatient(GetParam().uri, {"--patience-ms", "50"});
  RawClient silent(impatient.path());
  silent.negotiate();
  const int small = 4096;
  setsockopt(silent.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
  Bytes many;
  for (uint16_t id = 0; id < 20'000; ++id) {
    many.all(RawClient::message(id, kRawRegionRead, Bytes().u64(0).u32(7).u32(256)));
  }
  silent.send(many);  // ends early, refused
  // The next client is served.
  RawClient next(impatient.path());
  next.negotiate();
  next.enable();
  EXPECT_EQ(next.read32(abi::SHELL_MAGIC), abi::SHELL_MAGIC_RESET);
}

}  // namespace
}  // namespace photic::test
