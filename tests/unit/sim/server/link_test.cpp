// SPDX-License-Identifier: Apache-2.0
// The client's end of a vfio-user connection: what the server may ask of it, and how it learns of an end.
#include "drivers/transport/vfio_user_link.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <thread>

#include "sim/server/socket_wire.h"

namespace photic::sim::test {
namespace {

namespace vfio = transport::vfio;
using namespace std::chrono_literals;
using transport::FileDescriptor;
using vfio::Command;
using vfio::Message;

constexpr uint64_t kWindow = 0x10000;

class ClientLink : public testing::Test {
 protected:
  ClientLink() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    server = std::make_unique<SocketWire>(FileDescriptor(ends[0]), 10s);
    link = std::make_unique<vfio::Link>("a device", FileDescriptor(ends[1]), 10s, nullptr);
  }

  // The next message the client sends; none if it is gone.
  std::optional<Message> next() {
    std::optional<Message> message = server->next();
    while (!message && server->wait(std::chrono::steady_clock::time_point::max())) {
      message = server->next();
    }
    return message;
  }
  // Asks the client as a server does, and gives the errno of its reply.
  uint32_t ask(Command command, std::vector<std::byte> payload, Message* reply = nullptr) {
    server->send({vfio::command(5, command, std::move(payload)), {}});
    const std::optional<Message> found = next();
    EXPECT_TRUE(found.has_value());
    EXPECT_EQ(found->header.id, 5);
    EXPECT_EQ(found->header.command, command);
    EXPECT_EQ(found->header.flags & vfio::kTypeMask, vfio::kReply);
    EXPECT_EQ((found->header.flags & vfio::kError) != 0, found->header.error != 0);
    if (reply) {
      *reply = {found->header, found->payload, {}, false};
    }
    return found->header.error;
  }
  uint32_t read(uint64_t address, uint64_t count, Message* reply = nullptr) {
    return ask(Command::kDmaRead, vfio::payload_of(vfio::DmaAccess{address, count}), reply);
  }
  uint32_t write(uint64_t address, std::vector<uint64_t> words) {
    return ask(Command::kDmaWrite,
               vfio::payload_of(vfio::DmaAccess{address, words.size() * 8}, std::as_bytes(std::span(words))));
  }

  alignas(4096) std::array<uint64_t, 512> memory{};
  std::unique_ptr<SocketWire> server;
  std::unique_ptr<vfio::Link> link;
};

TEST_F(ClientLink, ServesItsMemoryThoughNobodyWaits) {
  memory[3] = 42;
  ASSERT_TRUE(link->serve(kWindow, 4096, memory.data()));
  Message reply;
  EXPECT_EQ(read(kWindow + 24, 8, &reply), 0U);
  ASSERT_EQ(reply.payload.size(), sizeof(vfio::DmaAccess) + 8);
  uint64_t word = 0;
  std::memcpy(&word, reply.payload.data() + sizeof(vfio::DmaAccess), sizeof(word));
  EXPECT_EQ(word, 42U);
  EXPECT_EQ(write(kWindow, {7, 8}), 0U);
  EXPECT_EQ(memory[1], 8U);
}

TEST_F(ClientLink, ServesNothingElse) {
  ASSERT_TRUE(link->serve(kWindow, 4096, memory.data()));
  EXPECT_FALSE(link->serve(kWindow, 4096, memory.data()));
  EXPECT_EQ(read(kWindow - 8, 8), uint32_t{EFAULT});
  EXPECT_EQ(read(kWindow + 4088, 16), uint32_t{EFAULT});
  EXPECT_EQ(write(kWindow + 4096, {1}), uint32_t{EFAULT});
  EXPECT_EQ(read(kWindow, uint64_t{vfio::kMaxTransfer} + 8), uint32_t{E2BIG});
  EXPECT_EQ(read(kWindow, ~uint64_t{7}), uint32_t{E2BIG});
  EXPECT_EQ(read(kWindow, 0), uint32_t{EINVAL});
  EXPECT_EQ(read(kWindow, 7), uint32_t{EINVAL});
  EXPECT_EQ(read(kWindow + 1, 8), uint32_t{EFAULT});
  EXPECT_EQ(ask(Command::kDmaWrite, vfio::payload_of(vfio::DmaAccess{kWindow, 8})), uint32_t{EINVAL});
  EXPECT_EQ(ask(Command::kDmaRead, {}), uint32_t{EINVAL});
  EXPECT_EQ(ask(Command::kDeviceReset, {}), uint32_t{EOPNOTSUPP});
  link->withdraw(kWindow, 4096);
  EXPECT_EQ(read(kWindow, 8), uint32_t{EFAULT});
}

TEST_F(ClientLink, ServesItsMemoryWhileItWaitsForAReply) {
  ASSERT_TRUE(link->serve(kWindow, 4096, memory.data()));
  std::thread device([this] {
    const std::optional<Message> command = next();
    EXPECT_EQ(write(kWindow, {9}), 0U);
    server->send({vfio::reply(command->header, {}), {}});
  });
  EXPECT_TRUE(link->request(Command::kDeviceReset, {}).payload.empty());
  EXPECT_EQ(memory[0], 9U);
  device.join();
}

TEST_F(ClientLink, SaysWhatTheServerRefused) {
  std::thread device([this] {
    const std::optional<Message> command = next();
    server->send({vfio::reply({9, command->header.command, 0, 0, 0}, {}), {}});  // to nothing it asked
    server->send({vfio::refusal(command->header, ENOSPC), {}});
  });
  try {
    link->request(Command::kDmaMap, {});
    ADD_FAILURE();
  } catch (const transport::Error& error) {
    EXPECT_EQ(error.status(), abi::Status::PROTOCOL_ERROR);
    EXPECT_NE(std::string(error.what()).find(std::strerror(ENOSPC)), std::string::npos) << error.what();
  }
  device.join();
}

TEST_F(ClientLink, IsToldOfAFaultInTheDevicesOwnWords) {
  EXPECT_FALSE(link->death().has_value());
  const std::string words = "two targets differ";
  server->send({vfio::command(0, Command::kPhoticFailure,
                              vfio::payload_of(uint8_t{'!'},
                                               std::as_bytes(std::span(words.c_str(), words.size() + 1)))),
                {}});
  server.reset();
  ASSERT_TRUE(link->death().has_value());
  EXPECT_EQ(link->death()->status(), abi::Status::CHECK_FAILED);
  EXPECT_NE(std::string(link->death()->what()).find("!two targets differ"), std::string::npos);
}

TEST_F(ClientLink, IsLostWithItsServer) {
  ASSERT_TRUE(link->serve(kWindow, 4096, memory.data()));
  server.reset();
  EXPECT_THROW(link->request(Command::kDeviceReset, {}), transport::Error);
  EXPECT_EQ(link->death()->status(), abi::Status::DEVICE_LOST);
  EXPECT_THROW(link->post(Command::kDeviceReset, {}), transport::Error);
}

}  // namespace
}  // namespace photic::sim::test
