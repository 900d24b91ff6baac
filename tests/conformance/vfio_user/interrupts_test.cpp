// SPDX-License-Identifier: Apache-2.0
// Interrupts of a served device, in all combinations of data and action.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

#include "drivers/abi/registers.h"
#include "tests/conformance/vfio_user/device_process.h"
#include "tests/conformance/vfio_user/raw_client.h"

namespace photic::test {
namespace {

constexpr uint32_t kNone = 1;
constexpr uint32_t kBool = 2;
constexpr uint32_t kEvents = 4;
constexpr uint32_t kMask = 8;
constexpr uint32_t kUnmask = 16;
constexpr uint32_t kTrigger = 32;
constexpr uint32_t kMsix = 2;
constexpr uint32_t kVectors = 5;

class Interrupts : public Served {
 protected:
  Interrupts() : client(process.path()) {
    for (int& event : events) {
      event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    }
    client.negotiate();
    client.enable();
  }
  ~Interrupts() override {
    for (const int event : events) {
      close(event);
    }
  }

  uint32_t set(uint32_t flags, uint32_t index, uint32_t start, uint32_t count,
               const std::vector<int>& descriptors = {}, const std::vector<uint8_t>& data = {}) {
    const auto size = static_cast<uint32_t>(20 + data.size());
    return client.error(kRawSetIrqs, Bytes().u32(size).u32(flags).u32(index).u32(start).u32(count).all(data),
                        descriptors);
  }
  // Which events have been signalled since the last call: all are once the reply is there.
  std::vector<unsigned> signalled() const {
    std::vector<unsigned> vectors;
    for (unsigned v = 0; v < kVectors; ++v) {
      uint64_t count = 0;
      if (read(events[v], &count, sizeof(count)) == sizeof(count)) {
        vectors.push_back(v);
      }
    }
    return vectors;
  }
  // The device's own: a test register raises them.
  void raise(uint32_t vectors) {
    client.write32(abi::SHELL_IRQ_ENABLE, (1U << kVectors) - 1);
    client.write32(abi::SHELL_IRQ_RAISE, vectors);
    client.ask(kRawGetInfo, Bytes().u32(16).u32(0).u32(0).u32(0));
  }

  using List = std::vector<unsigned>;
  std::array<int, kVectors> events{};
  RawClient client;
};

INSTANTIATE_TEST_SUITE_P(Targets, Interrupts, testing::ValuesIn(served_targets()), name_of_served);

TEST_P(Interrupts, AreCountedByKind) {
  for (uint32_t index = 0; index < 5; ++index) {
    const RawMessage reply = client.ask(kRawGetIrqInfo, Bytes().u32(16).u32(0).u32(index).u32(0));
    const uint32_t count = index == kMsix ? kVectors : index == 3 ? 1 : 0;
    const uint32_t flags = index == kMsix ? 3 : index == 3 ? 1 : 0;
    EXPECT_EQ(reply.data, Bytes().u32(16).u32(flags).u32(index).u32(count));
  }
  EXPECT_EQ(client.error(kRawGetIrqInfo, Bytes().u32(16).u32(0).u32(5).u32(0)), uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawGetIrqInfo, Bytes().u32(15).u32(0).u32(0).u32(0)), uint32_t{EINVAL});
}

TEST_P(Interrupts, ReachTheEventsTheyWereGiven) {
  EXPECT_EQ(set(kEvents | kTrigger, kMsix, 0, kVectors, {events.begin(), events.end()}), 0U);
  EXPECT_EQ(set(kNone | kTrigger, kMsix, 1, 2), 0U);
  EXPECT_EQ(signalled(), (List{1, 2}));
  EXPECT_EQ(set(kBool | kTrigger, kMsix, 1, 4, {}, {0, 1, 0, 1}), 0U);
  EXPECT_EQ(signalled(), (List{2, 4}));
  EXPECT_EQ(set(kEvents | kTrigger, kMsix, 2, 1), 0U);  // takes one away
  EXPECT_EQ(set(kNone | kTrigger, kMsix, 0, kVectors), 0U);
  EXPECT_EQ(signalled(), (List{0, 1, 3, 4}));
  EXPECT_EQ(set(kEvents | kTrigger, kMsix, 0, 1, {events[1]}), 0U);  // replaces one
  EXPECT_EQ(set(kNone | kTrigger, kMsix, 0, 1), 0U);
  EXPECT_EQ(signalled(), (List{1}));
  EXPECT_EQ(set(kNone | kTrigger, kMsix, 0, 0), 0U);
  EXPECT_EQ(set(kNone | kTrigger, kMsix, 0, kVectors), 0U);
  EXPECT_EQ(signalled(), List{});
}

TEST_P(Interrupts, OfTheDeviceWaitWhileMasked) {
  EXPECT_EQ(set(kEvents | kTrigger, kMsix, 0, kVectors, {events.begin(), events.end()}), 0U);
  raise(1);
  EXPECT_EQ(signalled(), (List{0}));
  EXPECT_EQ(set(kNone | kMask, kMsix, 0, 2), 0U);
  EXPECT_EQ(set(kBool | kMask, kMsix, 3, 2, {}, {1, 0}), 0U);
  EXPECT_EQ(set(kNone | kTrigger, kMsix, 0, kVectors), 0U);
  EXPECT_EQ(signalled(), (List{2, 4}));
  EXPECT_EQ(at<uint32_t>(client.region_read(4, 0x800, 4), 0), 0xBU);
  EXPECT_EQ(set(kBool | kUnmask, kMsix, 0, 2, {}, {0, 1}), 0U);
  EXPECT_EQ(signalled(), (List{1}));
  EXPECT_EQ(set(kNone | kUnmask, kMsix, 0, kVectors), 0U);
  EXPECT_EQ(signalled(), (List{0, 3}));
}

TEST_P(Interrupts, HaveOneForTheDevicesFault) {
  EXPECT_EQ(set(kEvents | kTrigger, 3, 0, 1, {events[0]}), 0U);
  EXPECT_EQ(set(kBool | kTrigger, 3, 0, 1, {}, {1}), 0U);
  EXPECT_EQ(signalled(), (List{0}));
  EXPECT_EQ(set(kNone | kTrigger, 3, 0, 0), 0U);
  EXPECT_EQ(set(kNone | kTrigger, 3, 0, 1), 0U);
  EXPECT_EQ(signalled(), List{});
  EXPECT_EQ(set(kNone | kMask, 3, 0, 1), uint32_t{EINVAL});
}

TEST_P(Interrupts, RefuseSetsThatMeanNothing) {
  const std::vector<int> one{events[0]};
  for (const auto& [flags, index, start, count] :
       std::vector<std::array<uint32_t, 4>>{{kEvents | kTrigger, 0, 0, 1},
                                            {kEvents | kTrigger, 1, 0, 1},
                                            {kEvents | kTrigger, 4, 0, 1},
                                            {kEvents | kTrigger, 5, 0, 1},
                                            {kEvents | kTrigger, kMsix, 5, 1},
                                            {kEvents | kTrigger, kMsix, 0, 2},
                                            {kEvents | kTrigger, kMsix, 0, 0},
                                            {kEvents | kTrigger, kMsix, 1, 0xFFFFFFFF},
                                            {kTrigger, kMsix, 0, 1},
                                            {kNone, kMsix, 0, 1},
                                            {kNone | kBool | kTrigger, kMsix, 0, 1},
                                            {kNone | kMask | kTrigger, kMsix, 0, 1},
                                            {kNone | kTrigger | 64, kMsix, 0, 1},
                                            {kBool | kTrigger, kMsix, 0, 1},
                                            {kNone | kTrigger, kMsix, 2, 0},
                                            {kNone | kTrigger, kMsix, kVectors, 0},
                                            {kNone | kMask, kMsix, 0, 0},
                                            {kNone | kTrigger, 0, 0, 0}}) {
    EXPECT_EQ(set(flags, index, start, count, one), uint32_t{EINVAL})
        << flags << ' ' << index << ' ' << start;
  }
  EXPECT_EQ(set(kEvents | kMask, kMsix, 0, 1, one), uint32_t{EOPNOTSUPP});
  EXPECT_EQ(set(kEvents | kUnmask, kMsix, 0, 1, one), uint32_t{EOPNOTSUPP});
  EXPECT_EQ(client.error(kRawSetIrqs, Bytes().u32(19).u32(kNone | kTrigger).u32(kMsix).u32(0).u32(1)),
            uint32_t{EINVAL});
  EXPECT_EQ(client.error(kRawSetIrqs, Bytes().u32(20).u32(kNone | kTrigger)), uint32_t{EINVAL});
}

}  // namespace
}  // namespace photic::test
