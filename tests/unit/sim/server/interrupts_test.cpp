// SPDX-License-Identifier: Apache-2.0
// Interrupts of a served device: events, masks, and what is no valid set.
#include "tests/unit/sim/server/served_device.h"

namespace photic::sim::test {
namespace {

class Interrupts : public Server {
 protected:
  Interrupts() : event(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  void assign(uint32_t vector, uint32_t index = vfio::kMsix) {
    std::vector<FileDescriptor> list;
    list.emplace_back(dup(event.get()));
    EXPECT_EQ(error_of(Command::kDeviceSetIrqs, vfio::payload_of(vfio::IrqSet{20, 36, index, vector, 1}),
                       std::move(list)),
              0);
  }
  int set(uint32_t flags, uint32_t start, uint32_t count, const std::vector<uint8_t>& data = {},
          uint32_t index = vfio::kMsix) {
    const auto size = static_cast<uint32_t>(sizeof(vfio::IrqSet) + data.size());
    return error_of(Command::kDeviceSetIrqs, vfio::payload_of(vfio::IrqSet{size, flags, index, start, count},
                                                              std::as_bytes(std::span(data))));
  }
  uint64_t taken() {
    uint64_t count = 0;
    return ::read(event.get(), &count, sizeof(count)) == sizeof(count) ? count : 0;
  }
  FileDescriptor event;
};

TEST_F(Interrupts, ReachTheClientsEvent) {
  enable();
  assign(3);
  write(vfio::kBar0, abi::SHELL_IRQ_RAISE, 3U);
  EXPECT_EQ(taken(), 1U);
  write(vfio::kBar0, abi::SHELL_IRQ_RAISE, 2U);
  EXPECT_EQ(taken(), 0U);
}

TEST_F(Interrupts, WaitWhileMaskedInTheTable) {
  enable();
  assign(1);
  constexpr uint64_t kVectorControl = 16 + 12;
  write(vfio::kBar4, kVectorControl, 1U);
  write(vfio::kBar0, abi::SHELL_IRQ_RAISE, 1U);
  EXPECT_EQ(taken(), 0U);
  EXPECT_EQ(read<uint32_t>(vfio::kBar4, 2048), 2U);
  write(vfio::kBar4, kVectorControl, 0U);
  EXPECT_EQ(taken(), 1U);
  EXPECT_EQ(read<uint32_t>(vfio::kBar4, 2048), 0U);
}

TEST_F(Interrupts, OfNonsensicalSetsAreRefused) {
  enable();
  const uint32_t none = vfio::kIrqDataNone;
  const uint32_t trigger = vfio::kIrqActionTrigger;
  for (const vfio::IrqSet& wrong :
       {vfio::IrqSet{20, 36, vfio::kMsix, 5, 1}, vfio::IrqSet{20, 36, vfio::kMsix, 0, 6},
        vfio::IrqSet{20, 36, vfio::kMsix, 1, 0xFFFFFFFF}, vfio::IrqSet{20, 36, vfio::kIntx, 0, 1},
        vfio::IrqSet{20, 36, vfio::kMsi, 0, 1}, vfio::IrqSet{20, 36, vfio::kRequestIrq, 0, 1},
        vfio::IrqSet{20, 36, vfio::kIrqs, 0, 1}, vfio::IrqSet{20, 7, vfio::kMsix, 0, 1},
        vfio::IrqSet{20, 34, vfio::kMsix, 0, 2}, vfio::IrqSet{4, 36, vfio::kMsix, 0, 1},
        vfio::IrqSet{20, none, vfio::kMsix, 0, 1}, vfio::IrqSet{20, trigger, vfio::kMsix, 0, 1},
        vfio::IrqSet{20, none | trigger | vfio::kIrqActionMask, vfio::kMsix, 0, 1},
        vfio::IrqSet{20, none | vfio::kIrqActionMask, vfio::kErrorIrq, 0, 1},
        vfio::IrqSet{20, none | vfio::kIrqActionMask, vfio::kMsix, 0, 0},
        vfio::IrqSet{20, none | trigger, vfio::kMsix, 1, 0},
        vfio::IrqSet{20, none | trigger, vfio::kMsix, 5, 0}, vfio::IrqSet{20, 36, vfio::kMsix, 0, 0}}) {
    EXPECT_EQ(error_of(Command::kDeviceSetIrqs, vfio::payload_of(wrong)), EINVAL)
        << wrong.flags << ' ' << wrong.index;
  }
  EXPECT_EQ(set(vfio::kIrqDataEventfd | vfio::kIrqActionMask, 0, 1), EOPNOTSUPP);
  EXPECT_EQ(set(vfio::kIrqDataEventfd | vfio::kIrqActionUnmask, 0, 1), EOPNOTSUPP);
}

TEST_F(Interrupts, NeedAnEventEachOrNoneAtAll) {
  enable();
  std::vector<FileDescriptor> one;
  one.emplace_back(dup(event.get()));
  EXPECT_EQ(error_of(Command::kDeviceSetIrqs, vfio::payload_of(vfio::IrqSet{20, 36, vfio::kMsix, 0, 2}),
                     std::move(one)),
            EINVAL);
}

TEST_F(Interrupts, AreTakenAwayByASetWithoutEvents) {
  enable();
  assign(1);
  assign(2);
  EXPECT_EQ(set(vfio::kIrqDataEventfd | vfio::kIrqActionTrigger, 1, 1), 0);
  host.raise(1);
  EXPECT_EQ(taken(), 0U);
  host.raise(2);
  EXPECT_EQ(taken(), 1U);
  EXPECT_EQ(set(vfio::kIrqDataNone | vfio::kIrqActionTrigger, 0, 0), 0);
  host.raise(2);
  EXPECT_EQ(taken(), 0U);
}

TEST_F(Interrupts, AreTriggeredAllOrByChoice) {
  enable();
  for (const uint32_t vector : {0U, 1U, 2U, 3U}) {
    assign(vector);
  }
  EXPECT_EQ(set(vfio::kIrqDataNone | vfio::kIrqActionTrigger, 1, 3), 0);
  EXPECT_EQ(taken(), 3U);
  EXPECT_EQ(set(vfio::kIrqDataBool | vfio::kIrqActionTrigger, 0, 3, {1, 0, 255}), 0);
  EXPECT_EQ(taken(), 2U);
  EXPECT_EQ(set(vfio::kIrqDataBool | vfio::kIrqActionTrigger, 0, 3, {1, 0}), EINVAL);
}

TEST_F(Interrupts, WaitWhileTheClientMasksThem) {
  enable();
  assign(1);
  assign(2);
  EXPECT_EQ(set(vfio::kIrqDataBool | vfio::kIrqActionMask, 0, 3, {0, 1, 0}), 0);
  host.raise(1);
  EXPECT_EQ(taken(), 0U);
  host.raise(2);
  EXPECT_EQ(taken(), 1U);
  EXPECT_EQ(set(vfio::kIrqDataNone | vfio::kIrqActionUnmask, 0, 5), 0);
  EXPECT_EQ(taken(), 1U);
}

TEST_F(Interrupts, IncludeOneForAFaultOfTheDevice) {
  enable();
  assign(0, vfio::kErrorIrq);
  host.raise_error();
  EXPECT_EQ(taken(), 1U);
  EXPECT_EQ(set(vfio::kIrqDataNone | vfio::kIrqActionTrigger, 0, 1, {}, vfio::kErrorIrq), 0);
  EXPECT_EQ(taken(), 1U);
  EXPECT_EQ(set(vfio::kIrqDataNone | vfio::kIrqActionTrigger, 0, 0, {}, vfio::kErrorIrq), 0);
  host.raise_error();
  EXPECT_EQ(taken(), 0U);
}

TEST_F(Interrupts, AreDescribedByTheirKind) {
  negotiate();
  for (uint32_t index = 0; index < vfio::kIrqs; ++index) {
    vfio::IrqInfo info;
    info.index = index;
    info = *vfio::record_of<vfio::IrqInfo>(
        ask(Command::kDeviceGetIrqInfo, vfio::payload_of(info)).message.payload);
    EXPECT_EQ(info.count, index == vfio::kMsix ? 5U : index == vfio::kErrorIrq ? 1U : 0U);
    EXPECT_EQ(info.flags, index == vfio::kMsix ? 3U : index == vfio::kErrorIrq ? 1U : 0U);
  }
}

}  // namespace
}  // namespace photic::sim::test
