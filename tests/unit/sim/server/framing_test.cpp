// SPDX-License-Identifier: Apache-2.0
// How a byte stream with descriptors becomes messages.
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include "drivers/transport/vfio_user.h"

namespace photic::sim::test {
namespace {

namespace vfio = transport::vfio;
using transport::FileDescriptor;
using vfio::Command;
using vfio::Message;

std::vector<std::byte> wire(const Message& message) {
  return vfio::payload_of(message.header, message.payload);
}

TEST(Framing, CutsMessagesAtEveryPlace) {
  const Message first = vfio::command(1, Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{8, 0, 4}));
  const Message second = vfio::command(2, Command::kDeviceReset, {});
  std::vector<std::byte> stream = wire(first);
  const std::vector<std::byte> rest = wire(second);
  stream.insert(stream.end(), rest.begin(), rest.end());
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    vfio::Framer framer;
    std::vector<uint16_t> seen;
    for (const auto part : {std::span(stream).first(cut), std::span(stream).subspan(cut)}) {
      framer.feed(part, {});
      while (const auto message = framer.next()) {
        seen.push_back(message->header.id);
      }
    }
    EXPECT_EQ(seen, (std::vector<uint16_t>{1, 2})) << cut;
  }
}

TEST(Framing, GivesDescriptorsToTheMessageTheyCameWith) {
  const std::vector<std::byte> posted =
      wire(vfio::command(1, Command::kRegionWrite, std::vector<std::byte>(20)));
  std::vector<std::byte> read = posted;
  const std::vector<std::byte> carrier = wire(vfio::command(2, Command::kDmaMap, std::vector<std::byte>(32)));
  read.insert(read.end(), carrier.begin(), carrier.end());
  std::vector<FileDescriptor> descriptors;
  descriptors.emplace_back(eventfd(0, EFD_CLOEXEC));
  vfio::Framer framer;
  framer.feed(read, std::move(descriptors));
  framer.feed(posted, {});
  EXPECT_EQ(framer.next()->descriptors.size(), 0U);
  EXPECT_EQ(framer.next()->descriptors.size(), 1U);
  EXPECT_EQ(framer.next()->descriptors.size(), 0U);
}

TEST(Framing, BreaksOnImpossibleSizes) {
  for (const uint32_t size : {0U, 15U, vfio::kMaxMessage + 1, 0xFFFFFFFFU}) {
    vfio::Framer framer;
    vfio::Header header;
    header.size = size;
    framer.feed(std::as_bytes(std::span(&header, 1)), {});
    EXPECT_FALSE(framer.next().has_value());
    EXPECT_TRUE(framer.broken().has_value()) << size;
  }
}

TEST(Framing, LosesTheDescriptorsOfAMessageThatHasTooMany) {
  const std::vector<std::byte> bytes = wire(vfio::command(1, Command::kDmaMap, std::vector<std::byte>(32)));
  vfio::Framer framer;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::vector<FileDescriptor> descriptors;
    for (size_t k = 0; i < 20 && k < vfio::kMaxDescriptors; ++k) {
      descriptors.emplace_back(eventfd(0, EFD_CLOEXEC));
    }
    framer.feed(std::span(bytes).subspan(i, 1), std::move(descriptors));
  }
  EXPECT_TRUE(framer.crowded());
  const auto message = framer.next();
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->lost_descriptors);
  EXPECT_TRUE(message->descriptors.empty());
  EXPECT_FALSE(framer.crowded());
  framer.feed(bytes, {}, true);
  EXPECT_TRUE(framer.next()->lost_descriptors);
  framer.feed(bytes, {});
  EXPECT_FALSE(framer.next()->lost_descriptors);
}

}  // namespace
}  // namespace photic::sim::test
